-- Meters that people put in the place of others, as they say it (domain::field::meter_swap).

-- `meter`: the one with which it is held: `new_meter`, or `old_meter` while nothing is entered. `serial`, `model`, registers (mL), photos and seals
-- are those that its author gave, whatever became of them. `work_order` is an identifier that may be nobody's. `review` as with a note.
CREATE TABLE meter_swap (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1,
  meter INTEGER NOT NULL REFERENCES meter, old_meter INTEGER NOT NULL REFERENCES meter, new_meter INTEGER REFERENCES meter,
  author INTEGER NOT NULL REFERENCES user, author_name TEXT NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL,
  serial TEXT NOT NULL, model TEXT NOT NULL DEFAULT '', final_register INTEGER, final_photo BLOB REFERENCES blob (sha256),
  first_register INTEGER NOT NULL, first_photo BLOB REFERENCES blob (sha256),
  old_seal TEXT NOT NULL DEFAULT '', new_seal TEXT NOT NULL DEFAULT '', work_order BLOB, review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX meter_swap_meter ON meter_swap (meter);
CREATE INDEX meter_swap_final_photo ON meter_swap (final_photo) WHERE final_photo IS NOT NULL;
CREATE INDEX meter_swap_first_photo ON meter_swap (first_photo) WHERE first_photo IS NOT NULL;
CREATE TRIGGER meter_swap_said
  BEFORE UPDATE OF id, old_meter, author, at, serial, final_register, first_register, old_seal, new_seal, work_order ON meter_swap
  BEGIN SELECT RAISE(ABORT, 'said'); END;

-- A meter that came back to a connection is judged by its stays there, each by itself.
INSERT OR IGNORE INTO meter_to_judge SELECT DISTINCT meter FROM (
  SELECT meter FROM installation GROUP BY meter, connection HAVING COUNT(*) > 1);
