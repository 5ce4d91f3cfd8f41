-- Batches: one change of many customers, with how far it has come. Its rows are written down when it begins, since what is done to some of them
-- changes which ones still match. Both are written in the transaction that keeps the operations, so that a kill leaves neither ahead.

CREATE TABLE batch (id TEXT PRIMARY KEY, made_at INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX batch_made_at ON batch (made_at);
CREATE TABLE batch_row (
  batch TEXT NOT NULL, place INTEGER NOT NULL, customer TEXT NOT NULL, PRIMARY KEY (batch, place)
) STRICT, WITHOUT ROWID;

-- Views of the list of customers that this user keeps. They are here and not in the cache, because a cache is made anew.
CREATE TABLE saved_view (name TEXT PRIMARY KEY COLLATE NOCASE, view TEXT NOT NULL) STRICT, WITHOUT ROWID;
