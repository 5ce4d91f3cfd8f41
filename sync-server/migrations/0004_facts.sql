-- Facts of the field: notes and manual readings, the pictures that readings name, and users' own profiles as rows.

ALTER TABLE user ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN rev INTEGER NOT NULL DEFAULT 0; -- 0 until its row is in the user's bucket

-- Who was assigned to which zone until when: work that was done there and comes late is taken. A trigger keeps it, whoever unassigns.
CREATE TABLE user_zone_past (
  user INTEGER NOT NULL REFERENCES user, zone INTEGER NOT NULL REFERENCES zone, until INTEGER NOT NULL, PRIMARY KEY (user, zone)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER user_zone_ends AFTER DELETE ON user_zone BEGIN
  INSERT INTO user_zone_past (user, zone, until) VALUES (old.user, old.zone, CAST(unixepoch('subsec') * 1000 AS INTEGER))
    ON CONFLICT (user, zone) DO UPDATE SET until = excluded.until;
END;

-- The same for a connection that was moved to another zone.
CREATE TABLE connection_zone_past (
  connection INTEGER NOT NULL REFERENCES connection, zone INTEGER NOT NULL REFERENCES zone, until INTEGER NOT NULL,
  PRIMARY KEY (connection, zone)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER connection_zone_ends AFTER UPDATE OF zone ON connection WHEN old.zone <> new.zone BEGIN
  INSERT INTO connection_zone_past (connection, zone, until) VALUES (old.num, old.zone, CAST(unixepoch('subsec') * 1000 AS INTEGER))
    ON CONFLICT (connection, zone) DO UPDATE SET until = excluded.until;
END;

-- Append-only. `review`: why somebody should look, words with commas between; empty where nothing is odd.
CREATE TABLE note (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, meter INTEGER NOT NULL REFERENCES meter, author INTEGER NOT NULL REFERENCES user,
  author_name TEXT NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL, text TEXT NOT NULL, review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX note_meter ON note (meter, at);

CREATE TABLE manual_reading (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, meter INTEGER NOT NULL REFERENCES meter, author INTEGER NOT NULL REFERENCES user,
  author_name TEXT NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL, register INTEGER NOT NULL,
  photo BLOB REFERENCES blob (sha256), review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX manual_reading_meter ON manual_reading (meter, at);
CREATE INDEX manual_reading_photo ON manual_reading (photo) WHERE photo IS NOT NULL;

-- Whole blobs; their bytes are files beside the database. `blob_owner` says who has brought one: only they can name it.
CREATE TABLE blob (sha256 BLOB PRIMARY KEY, size INTEGER NOT NULL, whole_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE blob_owner (
  sha256 BLOB NOT NULL REFERENCES blob, user INTEGER NOT NULL REFERENCES user, PRIMARY KEY (sha256, user)
) STRICT, WITHOUT ROWID;
