-- Notices that the system was asked to show by itself at an instant, whether the app runs or not. They are kept past a sign-out, until they
-- were cancelled: they name no user.

CREATE TABLE scheduled_notice (
  id INTEGER PRIMARY KEY,
  connection TEXT NOT NULL,
  level TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
