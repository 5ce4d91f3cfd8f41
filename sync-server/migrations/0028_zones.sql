-- Outlines of zones: corners as domain::core::outline checks them, [[latitude, longitude], …] in millionths of a degree.

ALTER TABLE zone ADD COLUMN outline TEXT CHECK (outline IS NULL OR json_valid(outline));
