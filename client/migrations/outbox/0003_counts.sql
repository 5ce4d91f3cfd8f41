-- How much waits and how much needs a look is asked after every edit: from an index, not from the operations themselves.

CREATE INDEX op_state ON op (state) WHERE state <> 'applied';
