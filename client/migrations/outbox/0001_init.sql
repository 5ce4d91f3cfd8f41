-- The outbox of one account on this device, in a file that no rebuild of the cache touches.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- `state`: 'pending' waits, 'inflight' is on its way, 'parked' was refused and waits for a person, 'applied' has had its effect.
-- `not_before`: the server asked for a pause. `retired`: its effect is in the cache, so it lies over nothing any more.
CREATE TABLE op (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, after_op TEXT, kind TEXT NOT NULL,
  v INTEGER NOT NULL, payload TEXT NOT NULL, entity INTEGER NOT NULL, row_id TEXT NOT NULL, title TEXT NOT NULL,
  occurred_at INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'inflight', 'parked', 'applied')),
  outcome TEXT, settled_at INTEGER, not_before INTEGER NOT NULL DEFAULT 0, retired INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX op_open ON op (seq) WHERE state <> 'applied';
CREATE INDEX op_over ON op (entity, row_id, seq) WHERE retired = 0;
CREATE INDEX op_settled ON op (settled_at) WHERE state = 'applied';
