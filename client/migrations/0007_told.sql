-- What the server said last of what no row says, for when it cannot be asked.

CREATE TABLE told (asked TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX told_at ON told (at);
