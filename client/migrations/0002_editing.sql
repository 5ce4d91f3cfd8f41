-- Editing: what the list of customers is searched by, fields that two people changed, and rows that went while something waited for them.

ALTER TABLE customer ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_name ON customer (name COLLATE NOCASE, id);
CREATE INDEX customer_search ON customer (search);
CREATE INDEX connection_customer ON connection (customer);

CREATE TABLE conflict (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, row_id TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_row ON conflict (row_id);

ALTER TABLE base_row ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;

-- Customers came without the columns above: everything is taken anew, once.
DELETE FROM holding;
DELETE FROM bucket;
DELETE FROM customer;
DELETE FROM connection;
DELETE FROM meter;
DELETE FROM meter_state;
DELETE FROM usage_day;
DELETE FROM usage_month;
DELETE FROM zone;
