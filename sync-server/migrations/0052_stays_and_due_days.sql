-- Each stay of a connection in a zone that has ended, in order (docs/adr/0050). connection_zone_past keeps the last one in each zone, which is what
-- rights go by; by these alone, a connection that came back to a zone and left it again would have been elsewhere before. Of what has ended before
-- this was kept, the last stays are all that is known.
CREATE TABLE connection_zone_stay (
  num INTEGER PRIMARY KEY, connection INTEGER NOT NULL REFERENCES connection, zone INTEGER NOT NULL REFERENCES zone, until INTEGER NOT NULL
) STRICT;
CREATE INDEX connection_zone_stay_of ON connection_zone_stay (connection);
INSERT INTO connection_zone_stay (connection, zone, until)
  SELECT connection, zone, until FROM connection_zone_past ORDER BY connection, until;
CREATE TRIGGER connection_zone_stay_stays BEFORE UPDATE ON connection_zone_stay BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER connection_zone_stay_kept BEFORE DELETE ON connection_zone_stay BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Days that are yet to be looked at for what water was drawn (docs/adr/0056). Without it each look walked over the newest days of all connections.
CREATE INDEX usage_day_undrawn ON usage_day (day, connection) WHERE dirty = 0 AND connection > 0 AND drawn IS NOT rev;
