-- Notifications that the system was asked to show on this device. `over`: it was asked to take them away again.

CREATE TABLE shown_alert (id TEXT PRIMARY KEY, over INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
