-- Bulk meters of zones (docs/adr/0050), and how much of what goes into a zone may be unexplained before the admins are notified.

-- Which meter measured what went into which zone, and when; `until` NULL is now. Its days are in usage_day and usage_month under -num, which is
-- no connection's key.
CREATE TABLE zone_inflow (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, meter INTEGER NOT NULL REFERENCES meter, zone INTEGER NOT NULL REFERENCES zone,
  since INTEGER NOT NULL, until INTEGER CHECK (until > since), UNIQUE (meter, since)
) STRICT;
CREATE INDEX zone_inflow_zone ON zone_inflow (zone, since);
CREATE UNIQUE INDEX zone_inflow_once ON zone_inflow (meter) WHERE until IS NULL;

-- A meter that was at a connection is never a zone's, and the other way round: what it measured would be somebody's use.
CREATE TRIGGER zone_inflow_apart BEFORE INSERT ON zone_inflow WHEN EXISTS (SELECT 1 FROM installation WHERE meter = new.meter)
  BEGIN SELECT RAISE(ABORT, 'installed'); END;
CREATE TRIGGER installation_apart BEFORE INSERT ON installation WHEN EXISTS (SELECT 1 FROM zone_inflow WHERE meter = new.meter)
  BEGIN SELECT RAISE(ABORT, 'inflow'); END;

-- Connections that have left a zone: what was used there before they did counts for it.
CREATE INDEX connection_zone_past_zone ON connection_zone_past (zone);

-- Per mille of what goes in; NULL: nobody is notified. `loss_notified_at`: since when it is passed, so that it is said once.
ALTER TABLE zone ADD COLUMN loss_limit INTEGER CHECK (loss_limit BETWEEN 1 AND 1000);
ALTER TABLE zone ADD COLUMN loss_notified_at INTEGER;
