-- Schedules of maintenance and the orders they announce, holidays of work, and addresses of calendars.

-- `body`: domain::maintenance::schedule::plan::Plan as JSON. `author` set it last. `due_at`: when the job looks at it next, 0 for at once.
-- `realign`: whether orders that nobody has begun are still to be brought into line with it; `walked`: the key of the last order or meter that
-- the walk which goes on has taken care of.
CREATE TABLE schedule (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, rev INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'ended')), body TEXT NOT NULL,
  author INTEGER NOT NULL REFERENCES user, author_name TEXT NOT NULL, at INTEGER NOT NULL,
  due_at INTEGER NOT NULL DEFAULT 0, realign INTEGER NOT NULL DEFAULT 0 CHECK (realign IN (0, 1)), walked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX schedule_utility ON schedule (utility);
CREATE INDEX schedule_due ON schedule (due_at);

-- From which register on a schedule by volume counts what passes a meter.
CREATE TABLE schedule_meter (
  schedule INTEGER NOT NULL REFERENCES schedule, meter INTEGER NOT NULL REFERENCES meter, base INTEGER NOT NULL, PRIMARY KEY (schedule, meter)
) STRICT, WITHOUT ROWID;

-- `schedule` announced it for `rule_day`, the day by which it is known (domain::maintenance::schedule::due::DueDay). `moved`: a person has set when
-- or by whom it is done, which the schedule leaves alone. `withdrawn`: the schedule itself has cancelled it, so that the day may come again.
-- `schedule_name`: its name then. `minutes`: how long it takes. `changed_at`: when its row changed last, where that was after it was announced.
ALTER TABLE work_order ADD COLUMN schedule INTEGER REFERENCES schedule;
ALTER TABLE work_order ADD COLUMN schedule_name TEXT NOT NULL DEFAULT '';
ALTER TABLE work_order ADD COLUMN rule_day INTEGER;
ALTER TABLE work_order ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));
ALTER TABLE work_order ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));
ALTER TABLE work_order ADD COLUMN minutes INTEGER;
ALTER TABLE work_order ADD COLUMN changed_at INTEGER;
CREATE UNIQUE INDEX work_order_of_schedule ON work_order (schedule, meter, rule_day) WHERE schedule IS NOT NULL AND withdrawn = 0;
CREATE INDEX work_order_not_begun ON work_order (schedule, num)
  WHERE schedule IS NOT NULL AND begun_at IS NULL AND completed_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX work_order_window ON work_order (window_from);

-- What was announced is changed until somebody has begun it, and not afterwards.
DROP TRIGGER work_order_announced;
CREATE TRIGGER work_order_announced
  BEFORE UPDATE OF id, meter, author, at, schedule, rule_day ON work_order
  BEGIN SELECT RAISE(ABORT, 'announced'); END;
CREATE TRIGGER work_order_begun
  BEFORE UPDATE OF work, window_from, window_until, technician, minutes ON work_order
  WHEN old.begun_at IS NOT NULL OR old.completed_at IS NOT NULL OR old.cancelled_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'begun'); END;

-- What a utility has set about days beside the decree of each year, or otherwise (domain::maintenance::schedule::holidays); `zone` 0: all of them.
CREATE TABLE work_holiday (
  utility INTEGER NOT NULL REFERENCES utility, zone INTEGER NOT NULL DEFAULT 0, day INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('national', 'joint_leave', 'local', 'working')), name TEXT NOT NULL, PRIMARY KEY (utility, zone, day)
) STRICT, WITHOUT ROWID;

-- Addresses at which work is read as a calendar, by the SHA-256 of their tokens: of a technician, of a zone, or of the utility where neither is
-- named. One that is revoked stays, so that it is never given away again.
CREATE TABLE calendar_feed (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, token_hash BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL, technician INTEGER REFERENCES user, zone INTEGER REFERENCES zone,
  author_name TEXT NOT NULL, at INTEGER NOT NULL, revoked_at INTEGER
) STRICT;
CREATE INDEX calendar_feed_utility ON calendar_feed (utility);
