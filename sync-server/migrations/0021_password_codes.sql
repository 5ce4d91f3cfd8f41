-- The code by which a user who has lost the password sets another one: the newest one of each, by its hash, until it is used or over.
CREATE TABLE password_code (
  user INTEGER PRIMARY KEY REFERENCES user (num),
  hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
