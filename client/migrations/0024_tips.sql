-- What a user says of advice on saving water, and which advice was shown by itself on this device, and since which day.

CREATE TABLE tip_state (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tip_state_connection ON tip_state (connection);

CREATE TABLE shown_tip (
  connection TEXT NOT NULL, since INTEGER NOT NULL, tip TEXT NOT NULL, PRIMARY KEY (connection, since, tip)
) STRICT, WITHOUT ROWID;
