-- What utilities set about cases, for all their meters and for those of a class; what becomes of a case by it; work that nobody ended; and an
-- instant that SQL's clock gave.

-- What is set for all meters, and for those of a model where it is otherwise (domain::alerts::rules::RuleSet, as JSON); counts the changes.
ALTER TABLE utility ADD COLUMN case_rules TEXT NOT NULL DEFAULT '{}';
ALTER TABLE utility ADD COLUMN case_rules_rev INTEGER NOT NULL DEFAULT 0;
CREATE TABLE class_rules (
  utility INTEGER NOT NULL REFERENCES utility, model TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (utility, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX meter_model ON meter (utility, model);

-- What became of a case by that when its row was published last: what is `off` is in nobody's bucket.
ALTER TABLE meter_case ADD COLUMN treatment TEXT NOT NULL DEFAULT 'usual'
  CHECK (treatment IN ('usual', 'off', 'minor', 'moderate', 'severe'));

-- What one household called normal is not another one's word. Whoever moves a connection ends it, at the instant of the transaction.
DROP TRIGGER leak_normal_of_household;

-- Meters of which events are to be judged anew from `since` on: an order authorises for twelve hours at most
-- (domain::maintenance::work_order::LONGEST_WORK_MS), and earlier releases let one that nobody ended authorise without an end.
CREATE TABLE event_to_judge (meter INTEGER PRIMARY KEY REFERENCES meter, since INTEGER NOT NULL) STRICT;
INSERT INTO event_to_judge (meter, since)
  SELECT e.meter, MIN(e.at) FROM meter_case k JOIN work_order w ON w.num = k.work_order JOIN meter_event e ON e.meter_case = k.num
  WHERE e.at >= w.begun_at + 43200000 GROUP BY e.meter;
