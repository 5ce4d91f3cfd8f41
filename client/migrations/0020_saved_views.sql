-- Views of lists that the user keeps, on all devices of the account. (Earlier releases kept those of Pelanggan in the outbox, table `saved_view`.)

CREATE TABLE saved_view (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, list TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_view_list ON saved_view (list, name);
