-- The list of customers: found by what belongs to them as well, and sorted by balance, arrears, zone or last reading. Each is read from an index
-- that holds all it needs, since the rows themselves are ten times as large. What the new columns hold is filled in by the program.

ALTER TABLE customer ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
ALTER TABLE connection ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE meter ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE meter_state ADD COLUMN at INTEGER;
ALTER TABLE credit ADD COLUMN balance INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credit ADD COLUMN arrears INTEGER NOT NULL DEFAULT 0;

DROP INDEX IF EXISTS customer_list;
CREATE INDEX customer_list ON customer (name COLLATE NOCASE, id, status, search);
CREATE INDEX customer_suspended ON customer (status) WHERE status = 'suspended';
DROP INDEX connection_customer;
CREATE INDEX connection_customer ON connection (customer, zone, search);
CREATE INDEX connection_owner ON connection (id, customer);
DROP INDEX meter_connection;
CREATE INDEX meter_connection ON meter (connection, search);
CREATE INDEX meter_state_at ON meter_state (id, at);
CREATE INDEX credit_amounts ON credit (id, balance, arrears);
CREATE INDEX credit_owing ON credit (id, arrears) WHERE arrears > 0;
