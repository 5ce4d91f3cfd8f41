-- What the device knew of its clock when an operation was made: how far the server was ahead, and the monotonic clock, whose readings of
-- one run have a distance that no setting of the clock changes. Of operations that wait already nothing is known.

ALTER TABLE op ADD COLUMN skew_ms INTEGER;
ALTER TABLE op ADD COLUMN run TEXT;
ALTER TABLE op ADD COLUMN run_ms INTEGER;
