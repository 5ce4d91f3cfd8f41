-- The health of meters: what is kept of each, and when it is judged next.

-- When something was received of the meter last, a reading of a clock that cannot be right too.
ALTER TABLE meter_state ADD COLUMN reported_at INTEGER;
UPDATE meter_state SET reported_at = received_at;

-- `observed`: domain::metering::health::Observed, written by ingest where it changes. `condition`: what follows from it and from the meter's
-- events, orders and installations (domain::metering::health::Condition), as it was judged last, at `judged_at`. `silent`: whether it was found
-- silent then. `judge_at`: when it is judged next; 0 where something has changed since, which the triggers below and ingest write.
CREATE TABLE meter_health (
  meter INTEGER PRIMARY KEY REFERENCES meter, observed BLOB, condition TEXT NOT NULL DEFAULT '{}',
  silent INTEGER NOT NULL DEFAULT 0 CHECK (silent IN (0, 1)), judged_at INTEGER NOT NULL DEFAULT 0, judge_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX meter_health_due ON meter_health (judge_at);
INSERT INTO meter_health (meter) SELECT meter FROM meter_state;

CREATE INDEX meter_event_voltage ON meter_event (meter, received_at) WHERE kind = 'low_voltage';
CREATE TRIGGER meter_health_voltage AFTER INSERT ON meter_event WHEN new.kind = 'low_voltage' BEGIN
  UPDATE meter_health SET judge_at = 0 WHERE meter = new.meter;
END;
CREATE TRIGGER meter_health_valve AFTER UPDATE OF seen ON meter_order WHEN new.seen IS NOT old.seen BEGIN
  UPDATE meter_health SET judge_at = 0 WHERE meter = new.meter;
END;
CREATE TRIGGER meter_health_meter AFTER UPDATE OF life_cycle, interval_s ON meter
  WHEN new.life_cycle <> old.life_cycle OR new.interval_s <> old.interval_s BEGIN
  UPDATE meter_health SET judge_at = 0 WHERE meter = new.num;
END;
CREATE TRIGGER meter_health_installed AFTER INSERT ON installation BEGIN
  UPDATE meter_health SET judge_at = 0 WHERE meter = new.meter;
END;
CREATE TRIGGER meter_health_removed AFTER UPDATE OF until ON installation BEGIN
  UPDATE meter_health SET judge_at = 0 WHERE meter = new.meter;
END;
