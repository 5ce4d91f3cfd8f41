-- What a person declared of a reading: 1 right, 0 wrong.
ALTER TABLE reading ADD COLUMN declared INTEGER;

-- A manual reading's review changes when other readings show what it is worth: another body is another revision.
ALTER TABLE manual_reading ADD COLUMN rev INTEGER NOT NULL DEFAULT 1;

-- Readings that need an explanation: those that do not simply follow the one before, or of which something was declared.
CREATE INDEX reading_unusual ON reading (meter, t) WHERE (verdict NOT IN (1, 2, 3) OR declared IS NOT NULL);

-- Meters whose readings were judged by rules that are gone; the server judges them anew after an upgrade, one after the other. Where every
-- reading simply followed the one before it, the verdicts are the same.
CREATE TABLE meter_to_judge (meter INTEGER PRIMARY KEY REFERENCES meter) STRICT;
INSERT INTO meter_to_judge SELECT DISTINCT meter FROM reading WHERE verdict IN (4, 16, 17) OR source = 4;
