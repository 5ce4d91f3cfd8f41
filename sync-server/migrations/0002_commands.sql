-- The writing half of sync: what a customer's record holds, what operations came to, who did what, and what two people want of one field.

ALTER TABLE customer ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN province TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN postal_code TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN nik TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN household_size INTEGER;

-- One row for each operation that was decided: whatever comes again under its id gets the same answer.
CREATE TABLE op_result (
  op_id BLOB PRIMARY KEY, user INTEGER NOT NULL REFERENCES user, outbox BLOB NOT NULL, seq INTEGER NOT NULL, lane TEXT NOT NULL,
  payload_hash BLOB NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX op_result_user ON op_result (user);

-- How often an operation made the server stumble; the third time it is set aside.
CREATE TABLE op_panic (op_id BLOB PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Who did what: one row for each operation that had an effect. `changes` is {field: [before, after]}.
CREATE TABLE audit (
  num INTEGER PRIMARY KEY, utility INTEGER NOT NULL REFERENCES utility, at INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
  user INTEGER NOT NULL REFERENCES user, op_id BLOB NOT NULL, kind TEXT NOT NULL, entity INTEGER NOT NULL, row_id BLOB NOT NULL,
  changes TEXT NOT NULL
) STRICT;
CREATE INDEX audit_row ON audit (entity, row_id, num);
CREATE INDEX audit_user ON audit (user, num);

-- A field that two people changed: `theirs` stands, `mine` waits for a decision.
CREATE TABLE conflict (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, author INTEGER NOT NULL REFERENCES user,
  op_id BLOB NOT NULL, entity INTEGER NOT NULL, row_id BLOB NOT NULL, field TEXT NOT NULL, base TEXT NOT NULL, mine TEXT NOT NULL,
  theirs TEXT NOT NULL, at INTEGER NOT NULL, decided TEXT CHECK (decided IN ('mine', 'theirs')), rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX conflict_author ON conflict (author);
