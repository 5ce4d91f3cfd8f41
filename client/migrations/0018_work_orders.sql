-- Work orders of meters, and whose the cases are.

CREATE TABLE work_order (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, meter TEXT NOT NULL, at INTEGER NOT NULL, open INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_order_meter ON work_order (meter, at);
CREATE INDEX work_order_open ON work_order (open, at);

ALTER TABLE meter_case ADD COLUMN assignee TEXT;
