-- Pictures that operations name: they are nowhere else until the server has them, so they are kept here and not in the cache.
-- `uploaded`: the server has it whole.

CREATE TABLE picture (
  sha256 TEXT PRIMARY KEY, taken_at INTEGER NOT NULL, uploaded INTEGER NOT NULL DEFAULT 0, bytes BLOB NOT NULL
) STRICT;
