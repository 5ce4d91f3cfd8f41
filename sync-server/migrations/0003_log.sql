-- The change log forgets tombstones after a while, and a server knows which life of its data it serves.

-- The oldest cursor that the log still answers: older ones are compared by manifest.
ALTER TABLE bucket ADD COLUMN min_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN removed_at INTEGER;
CREATE INDEX change_tombstone ON change (removed_at) WHERE removed = 1;
UPDATE change SET removed_at = 0 WHERE removed = 1;

-- What a device that was signed out from afar held: taken once, as evidence for whoever reviews it.
ALTER TABLE session ADD COLUMN evidence_at INTEGER;
CREATE TABLE evidence (
  session BLOB NOT NULL REFERENCES session, op_id BLOB NOT NULL, seq INTEGER NOT NULL, v INTEGER NOT NULL, command TEXT NOT NULL,
  occurred_at INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (session, op_id)
) STRICT, WITHOUT ROWID;
