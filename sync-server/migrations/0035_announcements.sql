-- Messages that admins write to many customers, and the users who are notified of each: once, some of them at a time.

CREATE TABLE announcement (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, author INTEGER NOT NULL REFERENCES user,
  words TEXT NOT NULL, -- domain::alerts::announcement, as JSON
  made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX announcement_made ON announcement (utility, made_at);
CREATE INDEX announcement_author ON announcement (author);
CREATE TRIGGER announcement_stays BEFORE UPDATE ON announcement BEGIN SELECT RAISE(ABORT, 'said'); END;

CREATE TABLE announcement_recipient (
  num INTEGER PRIMARY KEY, announcement INTEGER NOT NULL REFERENCES announcement, user INTEGER NOT NULL REFERENCES user,
  notified_at INTEGER, UNIQUE (announcement, user)
) STRICT;
CREATE INDEX announcement_recipient_user ON announcement_recipient (user);
CREATE INDEX announcement_recipient_waits ON announcement_recipient (num) WHERE notified_at IS NULL;
