-- Operations whose effects are in the rows of this cache. It stands here, not in the outbox: a cache that falls back to what the disk had
-- before the power went falls back with what it says of itself.
CREATE TABLE landed (op_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
