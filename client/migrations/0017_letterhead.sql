-- What the utility puts on its receipts: one row, once an admin has set it.

CREATE TABLE letterhead (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
