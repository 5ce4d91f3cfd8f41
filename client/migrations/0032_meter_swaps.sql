-- Meters that people put in the place of others. `old`: the one that was taken down.

CREATE TABLE meter_swap (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, meter TEXT NOT NULL, old TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX meter_swap_meter ON meter_swap (meter, at);
CREATE INDEX meter_swap_old ON meter_swap (old, at);
