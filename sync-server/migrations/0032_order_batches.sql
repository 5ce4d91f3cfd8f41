-- Valves that a person orders by the hundred: the batch, and each of its meters until it has its order, or the reason why it gets none.

CREATE TABLE order_batch (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, who INTEGER NOT NULL REFERENCES user,
  do TEXT NOT NULL CHECK (do IN ('open_valve', 'close_valve')), reason TEXT NOT NULL CHECK (length(reason) > 0),
  despite_protected TEXT NOT NULL DEFAULT '', made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX order_batch_utility ON order_batch (utility, num);
CREATE INDEX order_batch_who ON order_batch (who);

-- `meter` is empty where the utility has no such meter; `connection` is where the meter was when it was asked for.
CREATE TABLE order_batch_meter (
  num INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES order_batch, meter INTEGER REFERENCES meter,
  connection INTEGER REFERENCES connection, state TEXT NOT NULL CHECK (state IN ('waiting', 'ordered', 'refused', 'withdrawn')),
  why TEXT NOT NULL DEFAULT '', -- a word of domain::valve::batch::NoOrder, or how it was withdrawn
  meter_order INTEGER REFERENCES meter_order, ordered_at INTEGER,
  CHECK ((state = 'ordered') = (meter_order IS NOT NULL)),
  CHECK ((state = 'ordered') = (ordered_at IS NOT NULL)),
  CHECK (state <> 'refused' OR length(why) > 0),
  CHECK (meter IS NOT NULL OR state = 'refused')
) STRICT;
CREATE UNIQUE INDEX order_batch_meter_once ON order_batch_meter (batch, meter) WHERE meter IS NOT NULL;
-- A meter waits in one batch at a time: two could want the opposite.
CREATE UNIQUE INDEX order_batch_meter_waits ON order_batch_meter (meter) WHERE state = 'waiting';
CREATE INDEX order_batch_meter_queue ON order_batch_meter (batch, num) WHERE state = 'waiting';
CREATE INDEX order_batch_meter_ordered ON order_batch_meter (ordered_at) WHERE ordered_at IS NOT NULL;
CREATE INDEX order_batch_meter_batch ON order_batch_meter (batch);
CREATE INDEX order_batch_meter_meter ON order_batch_meter (meter);
CREATE INDEX order_batch_meter_connection ON order_batch_meter (connection);
CREATE INDEX order_batch_meter_order ON order_batch_meter (meter_order);

-- What has its order, or gets none, stays so.
CREATE TRIGGER order_batch_meter_ended BEFORE UPDATE OF state ON order_batch_meter WHEN old.state <> 'waiting'
  BEGIN SELECT RAISE(ABORT, 'ended'); END;
CREATE TRIGGER order_batch_kept BEFORE UPDATE ON order_batch BEGIN SELECT RAISE(ABORT, 'asked'); END;
