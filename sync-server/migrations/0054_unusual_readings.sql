-- In the condition of an index, a list of three and more after IN is a table that SQLite makes for each row that is written: it took as long as all the
-- rest of storing a reading.
DROP INDEX reading_unusual;
CREATE INDEX reading_unusual ON reading (meter, t) WHERE (verdict > 3 OR verdict = 0 OR declared IS NOT NULL);
