-- Cases of meters, the newest first.

CREATE TABLE meter_case (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, meter TEXT NOT NULL, at INTEGER NOT NULL, open INTEGER NOT NULL,
  kind TEXT NOT NULL, severity TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX meter_case_at ON meter_case (open, at);
CREATE INDEX meter_case_connection ON meter_case (connection, at);
CREATE INDEX meter_case_meter ON meter_case (meter, at);
