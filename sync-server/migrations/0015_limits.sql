-- How many operations of an ended session are kept as evidence: their number is bounded.
ALTER TABLE session ADD COLUMN evidence_count INTEGER NOT NULL DEFAULT 0;
