-- How often an operation was handed to the network. One that never was can be replaced or dropped; of those that wait already it is not
-- known, so they count as handed over.

ALTER TABLE op ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
UPDATE op SET attempts = 1;
