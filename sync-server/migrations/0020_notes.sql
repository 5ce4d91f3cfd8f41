-- A note is mended and taken back by its author: what is shown is its newest text, and the audit log keeps the others.
ALTER TABLE note ADD COLUMN rev INTEGER NOT NULL DEFAULT 1;
ALTER TABLE note ADD COLUMN edited_at INTEGER;
ALTER TABLE note ADD COLUMN taken_back_at INTEGER;

-- What its author says about an implausible reading, and why there is no picture of it; empty where nothing was said.
ALTER TABLE manual_reading ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE manual_reading ADD COLUMN no_photo TEXT NOT NULL DEFAULT '';
