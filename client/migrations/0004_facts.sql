-- Facts of the field, the user's own profile, and pictures that were looked at once.

CREATE TABLE note (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, meter TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX note_meter ON note (meter, at);
CREATE TABLE manual_reading (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, meter TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX manual_reading_meter ON manual_reading (meter, at);
CREATE TABLE profile (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- `seen`: counts up; what was fetched longest ago goes first.
CREATE TABLE picture (sha256 TEXT PRIMARY KEY, seen INTEGER NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
