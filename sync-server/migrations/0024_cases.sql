-- Cases: what somebody has to look into at a meter, and what the rules of leaks know of each meter.

-- What the meter said of its valve with a reading: 0 closed, 1 open; nothing where it did not say.
ALTER TABLE reading ADD COLUMN valve INTEGER CHECK (valve IN (0, 1));

-- What the rules know of a meter after its reading at `until` (domain::leaks::LeakState), and how many cases of theirs are open: none although
-- the state has some where the meter has been silent for a week since.
CREATE TABLE leak_state (
  meter INTEGER PRIMARY KEY REFERENCES meter, connection INTEGER NOT NULL REFERENCES connection, until INTEGER NOT NULL, cases INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT;
CREATE INDEX leak_state_open ON leak_state (until) WHERE cases > 0;
-- The same at earlier readings, fewer the older: where a late reading sends the rules back to.
CREATE TABLE leak_checkpoint (
  meter INTEGER NOT NULL REFERENCES meter, until INTEGER NOT NULL, connection INTEGER NOT NULL REFERENCES connection, state BLOB NOT NULL,
  PRIMARY KEY (meter, until)
) STRICT, WITHOUT ROWID;
-- Meters of which readings from `since` on are yet to be judged by the rules, at `due_at` or later.
CREATE TABLE leak_due (meter INTEGER PRIMARY KEY REFERENCES meter, since INTEGER NOT NULL, due_at INTEGER NOT NULL) STRICT;
CREATE INDEX leak_due_at ON leak_due (due_at);
INSERT INTO leak_due (meter, since, due_at) SELECT num, -9223372036854775808, 0 FROM meter;

-- A case (domain::alerts::case). `answered`: how far people said it is; `cleared_at`: since when it is over by itself. `doubtful`: the rules
-- have gone back to before it was found, and have not found it again. `withdrawn_at`: the readings that it was found by are no more. `cost` is that
-- of the loss so far, `cost_month` that of 30 days, as they were when the row was published last.
CREATE TABLE meter_case (
  num INTEGER PRIMARY KEY, connection INTEGER NOT NULL REFERENCES connection, no INTEGER NOT NULL, rev INTEGER NOT NULL DEFAULT 0,
  meter INTEGER NOT NULL REFERENCES meter, cause TEXT NOT NULL, severity TEXT NOT NULL CHECK (severity IN ('minor', 'moderate', 'severe')),
  start INTEGER NOT NULL, opened_at INTEGER NOT NULL, cleared_at INTEGER, rate INTEGER NOT NULL DEFAULT 0, loss INTEGER NOT NULL DEFAULT 0,
  cost INTEGER, cost_month INTEGER, found TEXT NOT NULL, answered TEXT CHECK (answered IN ('investigating', 'confirmed', 'false_positive', 'resolved')), answered_at INTEGER,
  notified_at INTEGER, notified_severity TEXT, published_at INTEGER NOT NULL DEFAULT 0,
  behind INTEGER NOT NULL DEFAULT 0 CHECK (behind IN (0, 1)), doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
  withdrawn_at INTEGER, UNIQUE (connection, no)
) STRICT;
CREATE INDEX meter_case_cause ON meter_case (meter, cause, num);
-- Cases whose row does not say yet what is known of them.
CREATE INDEX meter_case_behind ON meter_case (published_at) WHERE behind = 1;
CREATE INDEX meter_case_doubtful ON meter_case (meter) WHERE doubtful = 1;
-- What people said to a case. It stays as it was said.
CREATE TABLE case_step (
  num INTEGER PRIMARY KEY, meter_case INTEGER NOT NULL REFERENCES meter_case, at INTEGER NOT NULL, user INTEGER NOT NULL REFERENCES user,
  answer TEXT NOT NULL, remark TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX case_step_of ON case_step (meter_case);
CREATE TRIGGER case_step_stays BEFORE UPDATE ON case_step BEGIN SELECT RAISE(ABORT, 'said'); END;
-- Use that somebody called normal at a connection (domain::leaks::Normal). Taken back, it ends then.
CREATE TABLE leak_normal (
  num INTEGER PRIMARY KEY, meter_case INTEGER NOT NULL REFERENCES meter_case, connection INTEGER NOT NULL REFERENCES connection, cause TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER NOT NULL, rate INTEGER NOT NULL
) STRICT;
CREATE INDEX leak_normal_of ON leak_normal (connection);
CREATE INDEX leak_normal_case ON leak_normal (meter_case);
-- Meter events that are yet to be looked into. Those of earlier releases were for nobody.
CREATE TABLE pending_event (
  num INTEGER PRIMARY KEY, meter INTEGER NOT NULL REFERENCES meter, t INTEGER NOT NULL, kind TEXT NOT NULL
) STRICT;
-- What one household called normal is not another one's word.
CREATE TRIGGER leak_normal_of_household AFTER UPDATE OF customer ON connection WHEN new.customer <> old.customer BEGIN
  UPDATE leak_normal SET until = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE connection = new.num AND until > CAST(unixepoch('subsec') * 1000 AS INTEGER);
END;
