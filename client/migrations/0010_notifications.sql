-- What the user is notified of, the newest first.

CREATE TABLE notification (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, at INTEGER NOT NULL, read INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX notification_at ON notification (at);
CREATE INDEX notification_unread ON notification (at) WHERE read = 0;
