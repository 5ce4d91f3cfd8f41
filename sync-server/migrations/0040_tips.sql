-- What users say of advice on saving water.

-- `id` follows from user, connection and tip (domain::tips::state_id); `applied` is a local day, counted from 1970. A name that this version
-- does not know is kept: a newer app may have more.
CREATE TABLE tip_state (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1,
  user INTEGER NOT NULL REFERENCES user, connection INTEGER NOT NULL REFERENCES connection,
  tip TEXT NOT NULL CHECK (length(tip) BETWEEN 1 AND 40),
  applied INTEGER, bookmarked INTEGER NOT NULL DEFAULT 0 CHECK (bookmarked IN (0, 1)),
  UNIQUE (user, connection, tip)
) STRICT;
CREATE INDEX tip_state_connection ON tip_state (connection);
