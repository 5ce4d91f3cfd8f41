-- Days on which a technician does not work, both ends included (domain::maintenance::leave). Whoever plans is warned; nothing follows from it by itself.
CREATE TABLE work_leave (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, technician INTEGER NOT NULL REFERENCES user,
  first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('annual', 'sick', 'training', 'other')),
  remark TEXT NOT NULL DEFAULT '', CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX work_leave_utility ON work_leave (utility, last_day);
CREATE INDEX work_leave_technician ON work_leave (technician, last_day);
