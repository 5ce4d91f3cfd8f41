-- A campaign: the voucher, or the series of vouchers, that were made at once. They share their terms and their state.
CREATE TABLE campaign (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, name TEXT NOT NULL,
  codes INTEGER NOT NULL CHECK (codes > 0), author INTEGER REFERENCES user, at INTEGER NOT NULL
) STRICT;
CREATE INDEX campaign_utility ON campaign (utility, num);
CREATE INDEX campaign_author ON campaign (author) WHERE author IS NOT NULL;

-- Each voucher that was made by itself is a campaign of one, under its own identifier.
ALTER TABLE voucher ADD COLUMN series INTEGER REFERENCES campaign;
INSERT INTO campaign (id, utility, name, codes, author, at) SELECT id, utility, campaign, 1, author, at FROM voucher ORDER BY num;
UPDATE voucher SET series = (SELECT c.num FROM campaign c WHERE c.id = voucher.id);
CREATE INDEX voucher_series ON voucher (series, taken) WHERE series IS NOT NULL;
