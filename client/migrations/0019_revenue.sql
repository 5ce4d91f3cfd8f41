-- The revenue of a utility, a day in each row. The index holds by what a day that was read is known to be the same still.

CREATE TABLE revenue_day (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revenue_day_known ON revenue_day (day, rev, at);
