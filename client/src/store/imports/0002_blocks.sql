-- The sheet's rows lie together by some hundreds: a row of this table is a block of them, and `sheet_row` and `finding` are gone
-- (client::store::imports::earlier moves what is in them, and drops them).

-- By the number of the block's first row: its last row, how many it has, and how many of those have which fate, or a warning, by the last check.
-- It is narrow, so that a window over the rows of one fate passes over a million of them by a few pages.
CREATE TABLE block (
  num INTEGER PRIMARY KEY, last INTEGER NOT NULL, rows INTEGER NOT NULL,
  created INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0, same INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The rows themselves, packed (client::store::imports::block).
CREATE TABLE block_body (num INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;

-- What the last check says of a block: a byte for each row, and the findings, packed. Block 0 has no rows, and what was found of columns.
CREATE TABLE block_found (num INTEGER PRIMARY KEY, marks BLOB NOT NULL, findings BLOB NOT NULL) STRICT;

-- All findings grouped by what mends them, and in which blocks the rows of a group are.
DROP TABLE finding_group;
CREATE TABLE finding_group (num INTEGER PRIMARY KEY, repair TEXT NOT NULL UNIQUE, level TEXT NOT NULL, count INTEGER NOT NULL, first TEXT NOT NULL) STRICT;
CREATE TABLE group_block (grp INTEGER NOT NULL, block INTEGER NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (grp, block)) STRICT, WITHOUT ROWID;

-- While a check goes on: sums of values that no two rows should have, and the rows that have one of an earlier row.
CREATE TABLE sum_chunk (num INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE repeat (row INTEGER NOT NULL, sum INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY (row, sum)) STRICT, WITHOUT ROWID;
