-- The cache: what was received, as it was received, with the columns that queries look for beside it. It can be rebuilt from the server.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- `snapshot`: 'whole', 'begun', or 'after:' and the key up to which the first rows are here.
CREATE TABLE bucket (
  name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, state_hash BLOB NOT NULL, snapshot TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which bucket holds which row at which revision: a row goes when the last bucket that holds it does.
CREATE TABLE holding (
  entity INTEGER NOT NULL, id TEXT NOT NULL, bucket TEXT NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY (entity, id, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_bucket ON holding (bucket);

CREATE TABLE zone (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE customer (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE connection (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, customer TEXT NOT NULL, zone TEXT NOT NULL, address TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE meter (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, serial TEXT NOT NULL, connection TEXT, zone TEXT, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX meter_serial ON meter (serial);
CREATE INDEX meter_connection ON meter (connection);
CREATE TABLE meter_state (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE usage_day (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, day INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX usage_day_key ON usage_day (connection, day);
CREATE TABLE usage_month (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, month INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX usage_month_key ON usage_month (connection, month);

-- For the writing half, which comes next: the server's version of the rows that pending operations touch.
CREATE TABLE base_row (
  entity INTEGER NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (entity, id)
) STRICT, WITHOUT ROWID;
