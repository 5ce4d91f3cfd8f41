-- Who belongs to a customer, and who the admins and technicians of a utility are. Without them each notification walked over all users.
CREATE INDEX user_customer_of ON user_customer (customer);
CREATE INDEX user_role ON user (utility, role);
