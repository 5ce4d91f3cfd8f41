-- How many pieces of each spare part are in the van of whoever uses this device, as the server says.
CREATE TABLE van_part (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
