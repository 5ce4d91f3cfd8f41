-- What water was drawn for on a day, where readings are fine enough (domain::patterns::DayDraws, as JSON), and the revision of the row of which
-- that is known: a day whose sums changed since has another one, and is looked at again.
ALTER TABLE usage_day ADD COLUMN draws TEXT;
ALTER TABLE usage_day ADD COLUMN drawn INTEGER;
