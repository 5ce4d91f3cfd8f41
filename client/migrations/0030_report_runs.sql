-- Reports that were made by themselves for this user. The reports are asked of the server.

CREATE TABLE report_run (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
