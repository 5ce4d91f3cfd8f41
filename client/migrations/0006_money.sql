-- Money: each connection's credit, its statement, what was bought, and prices.

CREATE TABLE credit (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE statement (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, no INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX statement_key ON statement (connection, no);
CREATE TABLE purchase (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, connection TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_connection ON purchase (connection, at);
CREATE TABLE tariff (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
