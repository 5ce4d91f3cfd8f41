-- Operations that an import made, by its batch. They are sent behind everything that a person does, so each of the two is read by an index
-- of its own; and how many of a batch wait or were refused is asked while its page is shown.

ALTER TABLE op ADD COLUMN batch TEXT;
CREATE INDEX op_single ON op (seq) WHERE state <> 'applied' AND batch IS NULL;
CREATE INDEX op_batch ON op (batch, state) WHERE state <> 'applied' AND batch IS NOT NULL;
CREATE INDEX op_of_batch ON op (seq) WHERE state <> 'applied' AND batch IS NOT NULL;
