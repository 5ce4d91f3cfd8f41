-- Turns that work takes, what is recorded under it, and checklists (docs/adr/0053).

-- `template` and `template_version`: its checklist; none: the one of its kind that comes with the program. `review`: why somebody should check
-- what was said of it, words with commas between them.
ALTER TABLE work_order ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent'));
ALTER TABLE work_order ADD COLUMN template BLOB;
ALTER TABLE work_order ADD COLUMN template_version INTEGER;
ALTER TABLE work_order ADD COLUMN review TEXT NOT NULL DEFAULT '';

-- When work began or went on, was held, and was put off (domain::maintenance::progress::Turn). Work that was begun by an earlier release has no
-- turn of that; `begun_at` says so. `remark`: what is written about it. `by_name`: who said so.
CREATE TABLE work_turn (
  work_order INTEGER NOT NULL REFERENCES work_order, at INTEGER NOT NULL, turn TEXT NOT NULL CHECK (turn IN ('going', 'held', 'deferred')),
  reason TEXT NOT NULL DEFAULT '' CHECK ((turn = 'deferred') = (reason <> '')),
  remark TEXT NOT NULL DEFAULT '', by_name TEXT NOT NULL, PRIMARY KEY (work_order, at, turn, reason)
) STRICT, WITHOUT ROWID;

-- What was announced is changed until somebody has begun it, and again while it is put off.
DROP TRIGGER work_order_begun;
CREATE TRIGGER work_order_begun
  BEFORE UPDATE OF work, window_from, window_until, technician, minutes ON work_order
  WHEN old.completed_at IS NOT NULL OR old.cancelled_at IS NOT NULL OR (old.begun_at IS NOT NULL AND NOT COALESCE(
    (SELECT t.turn = 'deferred' FROM work_turn t WHERE t.work_order = old.num AND t.at >= old.begun_at
     ORDER BY t.at DESC, t.turn = 'deferred' DESC LIMIT 1), 0))
  BEGIN SELECT RAISE(ABORT, 'begun'); END;

-- What was done under an order. `content`: domain::maintenance::record::RecordContent as JSON, of which `photo` is the picture.
CREATE TABLE work_record (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, work_order INTEGER NOT NULL REFERENCES work_order,
  meter INTEGER NOT NULL REFERENCES meter, author INTEGER NOT NULL REFERENCES user, author_name TEXT NOT NULL,
  at INTEGER NOT NULL, received_at INTEGER NOT NULL, content TEXT NOT NULL CHECK (json_valid(content)),
  photo BLOB REFERENCES blob (sha256), review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX work_record_order ON work_record (work_order);
CREATE INDEX work_record_meter ON work_record (meter);
CREATE INDEX work_record_photo ON work_record (photo) WHERE photo IS NOT NULL;
CREATE TRIGGER work_record_added BEFORE UPDATE OF id, work_order, meter, author, at, content, photo ON work_record
  BEGIN SELECT RAISE(ABORT, 'added'); END;

-- Versions of checklists. `id` follows from `template` and `version`; `content`: domain::maintenance::template::Template as JSON.
CREATE TABLE work_template (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, utility INTEGER NOT NULL REFERENCES utility,
  template BLOB NOT NULL, version INTEGER NOT NULL CHECK (version > 0), content TEXT NOT NULL CHECK (json_valid(content)),
  author INTEGER NOT NULL REFERENCES user, by_name TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (template, version)
) STRICT;
CREATE INDEX work_template_utility ON work_template (utility);
CREATE TRIGGER work_template_kept BEFORE UPDATE ON work_template
  BEGIN SELECT RAISE(ABORT, 'kept'); END;
