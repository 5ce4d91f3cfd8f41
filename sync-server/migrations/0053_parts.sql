-- Spare parts, and how many of them are where (docs/adr/0062). `key`: domain::maintenance::stock::name_key of the name. A part with `ended_at` is in
-- no list any more; what became of its pieces stays.
CREATE TABLE part (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, name TEXT NOT NULL, key TEXT NOT NULL,
  added_at INTEGER NOT NULL, ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX part_key ON part (utility, key) WHERE ended_at IS NULL;

-- What became of pieces (domain::maintenance::stock::Movement). `record`: under which they were used; `id`: that record's, and otherwise the key of
-- whoever asked for it.
CREATE TABLE part_movement (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL, part INTEGER NOT NULL REFERENCES part,
  kind TEXT NOT NULL CHECK (kind IN ('received', 'moved', 'used', 'counted')), record INTEGER UNIQUE REFERENCES work_record,
  author INTEGER NOT NULL REFERENCES user, at INTEGER NOT NULL, CHECK ((kind = 'used') = (record IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX part_movement_key ON part_movement (id) WHERE record IS NULL;

-- By how many pieces a place has more since a movement: what is there is their sum. `van`: key of the technician; 0 is the store.
CREATE TABLE part_effect (
  part INTEGER NOT NULL REFERENCES part, van INTEGER NOT NULL, movement INTEGER NOT NULL REFERENCES part_movement, pieces INTEGER NOT NULL,
  PRIMARY KEY (part, van, movement)
) STRICT, WITHOUT ROWID;

-- The rows of parts that are, or were, in a van: each technician's device holds its own.
CREATE TABLE van_part (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, part INTEGER NOT NULL REFERENCES part,
  user INTEGER NOT NULL REFERENCES user, UNIQUE (user, part)
) STRICT;
CREATE INDEX van_part_part ON van_part (part);

CREATE TRIGGER part_movement_stays BEFORE UPDATE ON part_movement BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER part_movement_kept BEFORE DELETE ON part_movement BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER part_effect_stays BEFORE UPDATE ON part_effect BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER part_effect_kept BEFORE DELETE ON part_effect BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- What was used of late, and is perhaps in no list: few of all records are about a part.
CREATE INDEX work_record_part ON work_record (received_at) WHERE json_extract(content, '$.what') = 'part';
