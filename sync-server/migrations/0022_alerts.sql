-- Notifications: what a user is notified of, what is handed to providers for it, what users want, and what the server has notified of.

-- Once for each user and `dedupe_key`. `content` is data (domain::alerts::content): its words are made when it is sent or shown.
-- `shown`: whether it is in the app's list, as a row of the user's bucket. `cleared_at`: since when what it is about has passed.
CREATE TABLE notification (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 0, user INTEGER NOT NULL REFERENCES user,
  kind TEXT NOT NULL, severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  connection INTEGER REFERENCES connection, meter INTEGER REFERENCES meter, dedupe_key TEXT NOT NULL, content TEXT NOT NULL,
  shown INTEGER NOT NULL CHECK (shown IN (0, 1)), created_at INTEGER NOT NULL, read_at INTEGER, cleared_at INTEGER,
  UNIQUE (user, dedupe_key)
) STRICT;
CREATE INDEX notification_made ON notification (created_at);
-- What is cleared when it has passed.
CREATE INDEX notification_open ON notification (connection, kind) WHERE connection IS NOT NULL AND cleared_at IS NULL;
CREATE INDEX notification_meter ON notification (meter) WHERE meter IS NOT NULL;
CREATE TRIGGER notification_stays BEFORE UPDATE OF id, user, kind, severity, connection, meter, dedupe_key, content, created_at ON notification
  BEGIN SELECT RAISE(ABORT, 'notified'); END;

-- One notification to one address. `message` is the identifier that every try has, by which a provider or reader recognises a repeat.
-- Those that wait for the same instant go together: `head` is the delivery with whose message this one goes, and none of its own.
-- `since`: when it was due first. `next_at`: when it may be taken; of one that is leased, when the lease ends.
CREATE TABLE delivery (
  num INTEGER PRIMARY KEY, message BLOB NOT NULL UNIQUE, notification INTEGER NOT NULL REFERENCES notification, user INTEGER NOT NULL REFERENCES user,
  utility INTEGER NOT NULL REFERENCES utility, provider TEXT NOT NULL CHECK (provider IN ('email', 'webhook', 'fcm', 'apns', 'whatsapp')),
  address TEXT NOT NULL, head INTEGER REFERENCES delivery,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'leased', 'sent', 'failed', 'dead', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL, next_at INTEGER NOT NULL,
  provider_id TEXT NOT NULL DEFAULT '', last_error TEXT NOT NULL DEFAULT '', ended_at INTEGER,
  UNIQUE (notification, provider, address),
  CHECK ((ended_at IS NULL) = (state IN ('queued', 'leased', 'failed')))
) STRICT;
CREATE INDEX delivery_due ON delivery (provider, next_at) WHERE head IS NULL AND ended_at IS NULL;
CREATE INDEX delivery_joined ON delivery (user, provider, address, since) WHERE head IS NULL AND state = 'queued';
CREATE INDEX delivery_head ON delivery (head) WHERE head IS NOT NULL;
CREATE INDEX delivery_user ON delivery (user);
CREATE INDEX delivery_state ON delivery (utility, state, num, provider);

-- What a user has set (domain::alerts::preferences), as JSON. Without a row: what nobody has set.
CREATE TABLE alert_preferences (user INTEGER PRIMARY KEY REFERENCES user, body TEXT NOT NULL) STRICT;

-- Where push messages reach a device: as long as its session goes on.
CREATE TABLE push_token (
  num INTEGER PRIMARY KEY, user INTEGER NOT NULL REFERENCES user, session BLOB NOT NULL REFERENCES session, provider TEXT NOT NULL CHECK (provider IN ('fcm', 'apns')),
  token TEXT NOT NULL, seen_at INTEGER NOT NULL, UNIQUE (provider, token)
) STRICT;
CREATE INDEX push_token_user ON push_token (user);
CREATE UNIQUE INDEX push_token_session ON push_token (session, provider);

-- Providers that are set up, as the running server's configuration has them.
CREATE TABLE alert_provider (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- What was notified of a connection's balance (domain::alerts::low_balance), and connections whose level has changed since.
CREATE TABLE notified_level (
  connection INTEGER PRIMARY KEY REFERENCES connection, round INTEGER NOT NULL, level TEXT NOT NULL, full INTEGER NOT NULL
) STRICT;
CREATE TABLE pending_level (connection INTEGER PRIMARY KEY REFERENCES connection) STRICT;
CREATE TRIGGER pending_level_changed AFTER UPDATE OF level ON supply_state WHEN new.level <> old.level BEGIN
  INSERT OR IGNORE INTO pending_level (connection) VALUES (new.connection);
END;

-- When one connection's balance is low: its customer's thresholds where these are not set.
ALTER TABLE connection ADD COLUMN low_rupiah INTEGER CHECK (low_rupiah >= 0);
ALTER TABLE connection ADD COLUMN low_days INTEGER CHECK (low_days >= 0);
CREATE TRIGGER supply_own_thresholds AFTER UPDATE OF low_rupiah, low_days ON connection
  WHEN new.low_rupiah IS NOT old.low_rupiah OR new.low_days IS NOT old.low_days BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0 AND connection = new.num;
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('credit', new.num);
END;
