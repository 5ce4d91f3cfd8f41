-- Work orders, and what they authorise; whose a case is.

-- A technician's job at a meter (domain::maintenance::work_order). The instants say how far it is: of each the earliest that somebody said.
-- `author` announced it. Names are those of then.
CREATE TABLE work_order (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, meter INTEGER NOT NULL REFERENCES meter,
  work TEXT NOT NULL CHECK (work IN ('routine', 'preventive', 'inspection', 'calibration', 'cleaning', 'replacement', 'repair', 'emergency', 'tera_ulang')),
  window_from INTEGER NOT NULL, window_until INTEGER NOT NULL CHECK (window_until > window_from),
  technician INTEGER REFERENCES user, technician_name TEXT NOT NULL DEFAULT '', remark TEXT NOT NULL DEFAULT '',
  author INTEGER NOT NULL REFERENCES user, author_name TEXT NOT NULL, at INTEGER NOT NULL,
  begun_at INTEGER, begun_by TEXT NOT NULL DEFAULT '', completed_at INTEGER, completed_by TEXT NOT NULL DEFAULT '', cancelled_at INTEGER
) STRICT;
CREATE INDEX work_order_meter ON work_order (meter);
CREATE TRIGGER work_order_announced
  BEFORE UPDATE OF id, meter, work, window_from, window_until, technician, author, at ON work_order
  BEGIN SELECT RAISE(ABORT, 'announced'); END;

-- The work order that authorises a case of events: it is over with the last of them. Whose a case is to look into.
ALTER TABLE meter_case ADD COLUMN work_order INTEGER REFERENCES work_order;
ALTER TABLE meter_case ADD COLUMN assignee INTEGER REFERENCES user;
ALTER TABLE meter_case ADD COLUMN assignee_name TEXT NOT NULL DEFAULT '';

-- `at`: the instant at which an event counts as having happened; `meter_case`: the case that it is part of. Both from when it was looked into.
ALTER TABLE meter_event ADD COLUMN at INTEGER;
ALTER TABLE meter_event ADD COLUMN meter_case INTEGER REFERENCES meter_case;
-- Those of earlier releases, by what their cases say of them (domain::metering::reading::ClockState).
UPDATE meter_event SET at = CASE WHEN t < 1577836800000 OR t > received_at + 300000 THEN received_at ELSE t END;
UPDATE meter_event SET meter_case = (
  SELECT MAX(k.num) FROM meter_case k WHERE k.meter = meter_event.meter AND k.cause = meter_event.kind
    AND json_extract(k.found, '$.by') = 'events' AND meter_event.at BETWEEN k.start AND json_extract(k.found, '$.last'));
CREATE INDEX meter_event_case ON meter_event (meter_case, at) WHERE meter_case IS NOT NULL;
CREATE INDEX meter_event_at ON meter_event (meter, at) WHERE meter_case IS NOT NULL;

-- Whether a customer is notified of tampering at the meter as well; counts the changes of what is set about cases.
ALTER TABLE utility ADD COLUMN tampering_to_customers INTEGER NOT NULL DEFAULT 0 CHECK (tampering_to_customers IN (0, 1));
ALTER TABLE utility ADD COLUMN case_policy_rev INTEGER NOT NULL DEFAULT 0;
