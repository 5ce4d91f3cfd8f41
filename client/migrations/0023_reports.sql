-- Templates of reports: this user's own, and those that the utility's admins share.

CREATE TABLE report_template (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
