-- Notifications that were read on this device: as long as the server does not know it, and until their rows say so.

CREATE TABLE read_mark (id TEXT PRIMARY KEY, sent INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
