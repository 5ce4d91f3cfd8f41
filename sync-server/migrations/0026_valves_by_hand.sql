-- Valves that people move, and what a utility's admins set about valves.

-- Why a valve was closed in protected hours all the same; empty where it was not.
ALTER TABLE meter_order ADD COLUMN despite_protected TEXT NOT NULL DEFAULT '' CHECK (cause = 'person' OR despite_protected = '');
DROP TRIGGER meter_order_asked;
CREATE TRIGGER meter_order_asked
  BEFORE UPDATE OF id, meter, connection, do, interval_s, cause, who, reason, made_at, until, despite_protected ON meter_order
  BEGIN SELECT RAISE(ABORT, 'asked'); END;

-- Counts what was set about valves, holidays included: who changes it names the state that the change is about.
ALTER TABLE utility ADD COLUMN valve_policy_rev INTEGER NOT NULL DEFAULT 0;
-- What is celebrated; empty where only the day is known.
ALTER TABLE holiday ADD COLUMN name TEXT NOT NULL DEFAULT '';
