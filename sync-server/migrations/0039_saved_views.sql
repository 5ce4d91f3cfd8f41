-- Saved views: what a list shows under a name of one user (domain::people::saved_view), on all devices of the account.

-- `version`: the greater one stands. `query` is none where the view was removed: the row stays for some time, so that an older change does not
-- bring it back. `rev` begins at the instant of the transaction: a view that is made again after its row was forgotten has another revision
-- than any that a device may still hold.
CREATE TABLE saved_view (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL, user INTEGER NOT NULL REFERENCES user,
  list TEXT NOT NULL, name TEXT NOT NULL, query TEXT, version INTEGER NOT NULL
) STRICT;
CREATE INDEX saved_view_user ON saved_view (user, list);
