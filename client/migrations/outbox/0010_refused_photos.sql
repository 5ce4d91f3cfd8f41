-- Photos that the server refuses for good, each with the operation that names it: that one waits for its author, and those behind it do not.

CREATE TABLE refused_photo (
  op_id TEXT NOT NULL, sha256 TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (op_id, sha256)
) STRICT, WITHOUT ROWID;

-- Operations that pause, by what they build on: they are sent at once when that is applied.
CREATE INDEX op_paused ON op (after_op) WHERE state = 'pending' AND not_before > 0;
