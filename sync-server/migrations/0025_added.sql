-- Customers that people add on their devices, by form or import: when, so that they can be taken back for 72 hours. Of earlier ones it is not
-- known. And where a connection is, in millionths of a degree.

ALTER TABLE customer ADD COLUMN added_at INTEGER;
ALTER TABLE connection ADD COLUMN lat INTEGER CHECK (lat BETWEEN -90000000 AND 90000000);
ALTER TABLE connection ADD COLUMN lon INTEGER CHECK (lon BETWEEN -180000000 AND 180000000);
