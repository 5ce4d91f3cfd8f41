-- What meters sent and could not be taken, by reason and field: counted, so that no meter makes the table grow.
CREATE TABLE refusal (
  meter INTEGER NOT NULL REFERENCES meter, reason TEXT NOT NULL CHECK (length(reason) > 0), field TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0), first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  PRIMARY KEY (meter, reason, field)
) STRICT, WITHOUT ROWID;

-- MQTT sessions that clients asked to keep: their subscriptions, and for how long after the connection. A row is written anew each time its
-- client connects, so that `num` says which connection's it is and which is the oldest.
CREATE TABLE mqtt_session (
  num INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL CHECK (kind IN ('meter', 'gateway')), credential INTEGER NOT NULL,
  client_id TEXT NOT NULL, life_s INTEGER NOT NULL CHECK (life_s > 0), filters TEXT NOT NULL DEFAULT '[]',
  ended_at INTEGER, -- NULL: its client is connected
  UNIQUE (kind, credential, client_id)
) STRICT;
CREATE INDEX mqtt_session_ended ON mqtt_session (ended_at) WHERE ended_at IS NOT NULL;
