-- The first schema. `num` is a compact key for rows that are pointed at often; `id` is the identifier the world knows.
-- Every table's instants are UTC milliseconds, volumes millilitres, flows millilitres a minute.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE utility (num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;

CREATE TABLE zone (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility,
  name TEXT NOT NULL, time_zone TEXT NOT NULL CHECK (time_zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
  rev INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX zone_utility ON zone (utility);

CREATE TABLE customer (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility,
  number TEXT NOT NULL, name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
  rev INTEGER NOT NULL DEFAULT 0, UNIQUE (utility, number)
) STRICT;

CREATE TABLE connection (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility,
  customer INTEGER NOT NULL REFERENCES customer, zone INTEGER NOT NULL REFERENCES zone,
  kind TEXT NOT NULL, label TEXT NOT NULL, address TEXT NOT NULL, tariff_class TEXT NOT NULL, rev INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX connection_customer ON connection (customer);
CREATE INDEX connection_zone ON connection (zone);

CREATE TABLE meter (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility,
  serial TEXT NOT NULL UNIQUE, model TEXT NOT NULL, q3 INTEGER NOT NULL, register_modulus INTEGER NOT NULL,
  life_cycle TEXT NOT NULL DEFAULT 'active', interval_s INTEGER NOT NULL DEFAULT 60, firmware TEXT,
  secret_hash BLOB, -- SHA-256 of a random secret; NULL once revoked
  rev INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Which meter was where, and when; `until` NULL is now.
CREATE TABLE installation (
  meter INTEGER NOT NULL REFERENCES meter, since INTEGER NOT NULL, until INTEGER, connection INTEGER NOT NULL REFERENCES connection,
  PRIMARY KEY (meter, since)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX installation_now ON installation (connection) WHERE until IS NULL;
CREATE UNIQUE INDEX installation_once ON installation (meter) WHERE until IS NULL;

CREATE TABLE gateway (
  num INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, secret_hash BLOB
) STRICT;
CREATE TABLE gateway_meter (
  gateway INTEGER NOT NULL REFERENCES gateway, meter INTEGER NOT NULL REFERENCES meter, PRIMARY KEY (gateway, meter)
) STRICT, WITHOUT ROWID;

-- A register at an instant. `verdict` is domain::reading::Verdict; `source` is what brought it.
CREATE TABLE reading (
  meter INTEGER NOT NULL, t INTEGER NOT NULL, register INTEGER NOT NULL, flow INTEGER, bits INTEGER,
  verdict INTEGER NOT NULL, source INTEGER NOT NULL, received_at INTEGER NOT NULL, PRIMARY KEY (meter, t)
) STRICT, WITHOUT ROWID;

-- Readings that the walk leaves out: a wrong clock, or installed nowhere.
CREATE INDEX reading_left_out ON reading (meter, t) WHERE verdict >= 18;

-- The register that does not stand, where two were sent for one instant.
CREATE TABLE reading_conflict (
  meter INTEGER NOT NULL, t INTEGER NOT NULL, register INTEGER NOT NULL, received_at INTEGER NOT NULL, PRIMARY KEY (meter, t, register)
) STRICT, WITHOUT ROWID;

CREATE TABLE meter_event (
  meter INTEGER NOT NULL, t INTEGER NOT NULL, kind TEXT NOT NULL, register INTEGER, received_at INTEGER NOT NULL, PRIMARY KEY (meter, t, kind)
) STRICT, WITHOUT ROWID;

-- The latest of a meter. `dirty` says that its change row is yet to be written.
CREATE TABLE meter_state (
  meter INTEGER PRIMARY KEY, t INTEGER NOT NULL, received_at INTEGER NOT NULL, register INTEGER NOT NULL, flow INTEGER,
  valve TEXT NOT NULL, battery INTEGER, rssi INTEGER, kpa INTEGER, celsius INTEGER, said_offline INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 0, dirty INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX meter_state_dirty ON meter_state (meter) WHERE dirty = 1;

CREATE TABLE usage_day (
  connection INTEGER NOT NULL, day INTEGER NOT NULL, volume INTEGER NOT NULL, covered_ms INTEGER NOT NULL,
  hours BLOB, -- 24 × (i64 volume, i32 covered_ms), little-endian; NULL where no hour was measured
  rev INTEGER NOT NULL DEFAULT 0, dirty INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (connection, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_day_dirty ON usage_day (connection) WHERE dirty = 1;

CREATE TABLE usage_month (
  connection INTEGER NOT NULL, month INTEGER NOT NULL, volume INTEGER NOT NULL, covered_ms INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 0, dirty INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (connection, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_month_dirty ON usage_month (connection) WHERE dirty = 1;

CREATE TABLE user (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, password_hash TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('admin', 'technician', 'customer')),
  language TEXT NOT NULL DEFAULT 'id' CHECK (language IN ('id', 'en')), active INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE user_customer (
  user INTEGER NOT NULL REFERENCES user, customer INTEGER NOT NULL REFERENCES customer, PRIMARY KEY (user, customer)
) STRICT, WITHOUT ROWID;
CREATE TABLE user_zone (
  user INTEGER NOT NULL REFERENCES user, zone INTEGER NOT NULL REFERENCES zone, PRIMARY KEY (user, zone)
) STRICT, WITHOUT ROWID;

-- A signed-in device. `generation` counts its refresh tokens; the tokens themselves are not stored.
CREATE TABLE session (
  id BLOB PRIMARY KEY, user INTEGER NOT NULL REFERENCES user, device TEXT NOT NULL, created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL, generation INTEGER NOT NULL DEFAULT 0, revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);

CREATE TABLE bucket (
  num INTEGER PRIMARY KEY, name TEXT NOT NULL, utility INTEGER NOT NULL REFERENCES utility, epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0, state_hash BLOB NOT NULL DEFAULT (zeroblob(16)), UNIQUE (utility, name)
) STRICT;

-- One live row for each (bucket, entity, id); the body is read from the entity's own table.
CREATE TABLE change (
  bucket INTEGER NOT NULL REFERENCES bucket, entity INTEGER NOT NULL, id BLOB NOT NULL, seq INTEGER NOT NULL, rev INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (bucket, entity, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX change_seq ON change (bucket, seq);
