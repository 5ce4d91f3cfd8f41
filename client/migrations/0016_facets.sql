-- The list of customers is narrowed by tariff class and by the level of the balance as well. All that it is narrowed, searched and sorted by is
-- read once, from indexes that hold it (client/src/queries/roster).

ALTER TABLE connection ADD COLUMN class TEXT NOT NULL DEFAULT '';
ALTER TABLE credit ADD COLUMN level TEXT NOT NULL DEFAULT '';
UPDATE connection SET class = COALESCE(json_extract(body, '$.tariff_class'), '');
UPDATE credit SET level = COALESCE(json_extract(body, '$.level'), '');

DROP INDEX connection_customer;
CREATE INDEX connection_customer ON connection (customer, zone, class, search);
DROP INDEX credit_amounts;
CREATE INDEX credit_amounts ON credit (id, level, balance, arrears);
