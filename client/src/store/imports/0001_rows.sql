-- One import, in a file of its own: nothing else waits for its writes, and with the file it is gone.

-- What is known of the import as a whole (client::imports::state::State).
CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;

-- The rows that are not blank, by the sheet's own number. `fate` and `warned` are of the last check; fate 0 is not checked.
CREATE TABLE sheet_row (
  num INTEGER PRIMARY KEY, hidden INTEGER NOT NULL, cells TEXT NOT NULL, fate INTEGER NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What the last check found of single cells, the first ones, and all of it grouped by what mends it.
CREATE TABLE finding (num INTEGER PRIMARY KEY, row INTEGER NOT NULL, repair TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE finding_group (repair TEXT PRIMARY KEY, level TEXT NOT NULL, count INTEGER NOT NULL, first TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What people mended: one cell, or a value wherever it stands in a column. And rows that they left out.
CREATE TABLE mended_cell (row INTEGER NOT NULL, col INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (row, col)) STRICT, WITHOUT ROWID;
CREATE TABLE mended_value (col INTEGER NOT NULL, value TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (col, value)) STRICT, WITHOUT ROWID;
CREATE TABLE left_out (row INTEGER PRIMARY KEY) STRICT;

-- What a commit changed of records that were there, so that it can be taken back.
CREATE TABLE changed (row INTEGER PRIMARY KEY, patches TEXT NOT NULL) STRICT;
