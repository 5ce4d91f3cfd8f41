-- What a customer has done to the time of a visit: how often it was moved, and when the window that the utility has set begins, where another one holds.
ALTER TABLE work_order ADD COLUMN customer_moves INTEGER NOT NULL DEFAULT 0 CHECK (customer_moves >= 0);
ALTER TABLE work_order ADD COLUMN utility_from INTEGER;
