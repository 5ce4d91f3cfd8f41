-- What connections of the same zone and class use in a month (docs/adr/0057).

-- Which month of a zone was looked at, once. Connections are given what they are shown in order of their keys: up to `given`, until all are
-- (`given` NULL).
CREATE TABLE neighbour_made (
  zone INTEGER NOT NULL REFERENCES zone, month INTEGER NOT NULL, at INTEGER NOT NULL, given INTEGER, PRIMARY KEY (zone, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_made_open ON neighbour_made (zone, month) WHERE given IS NOT NULL;

-- The groups of it that have ten customers and more; `size` NULL is all connections of the class. `num` is never used again: it is the revision
-- of the rows that show it.
CREATE TABLE neighbour_group (
  num INTEGER PRIMARY KEY AUTOINCREMENT, zone INTEGER NOT NULL REFERENCES zone, month INTEGER NOT NULL, class TEXT NOT NULL, size INTEGER,
  homes INTEGER NOT NULL CHECK (homes >= 10), lower INTEGER NOT NULL, median INTEGER NOT NULL, upper INTEGER NOT NULL,
  CHECK (lower <= median AND median <= upper)
) STRICT;
CREATE UNIQUE INDEX neighbour_group_of ON neighbour_group (zone, month, class, COALESCE(size, 0));
CREATE TRIGGER neighbour_group_stays BEFORE UPDATE ON neighbour_group BEGIN SELECT RAISE(ABORT, 'made'); END;

-- What a connection is shown. It goes when the connection leaves the zone.
CREATE TABLE neighbour_month (
  connection INTEGER NOT NULL REFERENCES connection, month INTEGER NOT NULL, rev INTEGER NOT NULL REFERENCES neighbour_group,
  PRIMARY KEY (connection, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_month_group ON neighbour_month (rev);
