-- Templates of reports (docs/adr/0046). `rev` counts how often each was put: it is its version. One that was removed keeps its row, so that its
-- identifier never names another one.

CREATE TABLE report_template (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 1, utility INTEGER NOT NULL REFERENCES utility,
  author INTEGER NOT NULL REFERENCES user, name TEXT NOT NULL, shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  design TEXT NOT NULL CHECK (json_valid(design)), by_name TEXT NOT NULL, at INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
CREATE INDEX report_template_author ON report_template (author) WHERE removed = 0;
