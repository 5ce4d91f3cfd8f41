-- Reports that are made by themselves (docs/adr/0052).

-- `content` is JSON (domain::reports::ScheduleContent). `next_at`: when it is due; NULL while it is off. `rev` counts its changes. One that was
-- removed keeps its row, because its runs name it.
CREATE TABLE report_schedule (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, utility INTEGER NOT NULL REFERENCES utility,
  author INTEGER NOT NULL REFERENCES user, content TEXT NOT NULL CHECK (json_valid(content)), next_at INTEGER, at INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)), CHECK (removed = 0 OR next_at IS NULL)
) STRICT;
CREATE INDEX report_schedule_due ON report_schedule (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX report_schedule_utility ON report_schedule (utility, num) WHERE removed = 0;
CREATE INDEX report_schedule_author ON report_schedule (author);

-- A report that was due, once for each due day of its schedule (`day`), and those that somebody has had made again (`asked` is the key of that
-- request). `design` is what it was filled by, with its days, NULL where its template was gone; `transfer` the last transfer that is in it; `document` the report itself, as JSON
-- compressed by zstd: whatever is made of it later is made of this. None where `state` says why there is none.
CREATE TABLE report_run (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, utility INTEGER NOT NULL REFERENCES utility,
  schedule INTEGER NOT NULL REFERENCES report_schedule, day INTEGER NOT NULL, asked BLOB UNIQUE, name TEXT NOT NULL, kind TEXT,
  design TEXT CHECK (design IS NULL OR json_valid(design)), language TEXT NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
  due INTEGER NOT NULL, at INTEGER NOT NULL, transfer INTEGER NOT NULL, missed INTEGER NOT NULL, state TEXT NOT NULL, document BLOB,
  CHECK ((state = 'made') = (document IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX report_run_once ON report_run (schedule, day) WHERE asked IS NULL;
CREATE INDEX report_run_schedule ON report_run (schedule);
CREATE INDEX report_run_utility ON report_run (utility, num);
CREATE TRIGGER report_run_stays BEFORE UPDATE ON report_run BEGIN SELECT RAISE(ABORT, 'made'); END;
CREATE TRIGGER report_run_kept BEFORE DELETE ON report_run BEGIN SELECT RAISE(ABORT, 'made'); END;

-- Whose devices hold a run.
CREATE TABLE report_run_recipient (
  run INTEGER NOT NULL REFERENCES report_run, user INTEGER NOT NULL REFERENCES user, PRIMARY KEY (run, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_run_recipient_user ON report_run_recipient (user);
