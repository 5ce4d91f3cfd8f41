-- Revenue: what each transfer counts for, sums of postings by local day, and days as admins hold them (docs/adr/0040).

-- Up to which transfer all of this is. Older databases begin at the first one; the server goes on in parts.
CREATE TABLE revenue_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), transfer INTEGER NOT NULL) STRICT;
INSERT INTO revenue_cursor (one, transfer) VALUES (1, 0);

-- What a transfer counts for, as it was when it was counted: `day` and `hour` are local to the connection. Keys of zone, campaign and user are
-- those of their tables; none of these rows is ever deleted.
CREATE TABLE revenue_transfer (
  utility INTEGER NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL, transfer INTEGER NOT NULL, hour INTEGER NOT NULL, method TEXT, class TEXT,
  zone INTEGER NOT NULL, campaign INTEGER, collector INTEGER, month INTEGER, PRIMARY KEY (utility, day, kind, transfer)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER revenue_transfer_stays BEFORE UPDATE ON revenue_transfer BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revenue_transfer_kept BEFORE DELETE ON revenue_transfer BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Sums of postings (domain::revenue). What has no value in a dimension is in 'all' only; `check` proves each of them.
CREATE TABLE revenue_sum (
  utility INTEGER NOT NULL, dimension TEXT NOT NULL, day INTEGER NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL,
  amount INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (utility, dimension, day, value, kind, account)
) STRICT, WITHOUT ROWID;

-- Days as they were published last. `dirty`: the sums have changed since.
CREATE TABLE revenue_day (
  utility INTEGER NOT NULL REFERENCES utility, day INTEGER NOT NULL, rev INTEGER NOT NULL DEFAULT 0, body TEXT,
  published_at INTEGER NOT NULL DEFAULT 0, dirty INTEGER NOT NULL DEFAULT 1 CHECK (dirty IN (0, 1)), PRIMARY KEY (utility, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX revenue_day_dirty ON revenue_day (published_at) WHERE dirty = 1;

-- What came in and went back for a connection in a local month. `when_empty`: purchases at a posted balance of zero or below.
CREATE TABLE revenue_connection (
  connection INTEGER NOT NULL, month INTEGER NOT NULL, received INTEGER NOT NULL, purchases INTEGER NOT NULL, when_empty INTEGER NOT NULL,
  PRIMARY KEY (connection, month)
) STRICT, WITHOUT ROWID;
