-- What neighbours of a connection used in a month.

CREATE TABLE neighbour_month (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, month INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_month_connection ON neighbour_month (connection, month);
