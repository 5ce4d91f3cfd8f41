-- Money as devices see it: each connection's credit as a row, and what has changed since it was last told.

-- `usual`: mL that a usual day takes, as it was worked out on the local day `usual_of`.
CREATE TABLE credit (
  connection INTEGER PRIMARY KEY REFERENCES connection, rev INTEGER NOT NULL DEFAULT 0, body TEXT, usual INTEGER, usual_of INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX transfer_bought ON transfer (connection, num) WHERE kind = 'purchase';
ALTER TABLE purchase ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;

-- What devices are to be told of; the writer takes it out within the transaction that put it in.
CREATE TABLE money_news (
  kind TEXT NOT NULL CHECK (kind IN ('tariff', 'credit', 'statement', 'purchase')), num INTEGER NOT NULL, PRIMARY KEY (kind, num)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER money_news_transfer AFTER INSERT ON transfer BEGIN
  INSERT OR IGNORE INTO money_news (kind, num) VALUES ('statement', new.num), ('credit', new.connection);
END;
CREATE TRIGGER money_news_purchase AFTER UPDATE OF state, discount, bonus, paid, extra, returned ON purchase BEGIN
  INSERT OR IGNORE INTO money_news (kind, num) SELECT 'purchase', new.num WHERE new.state <> 'quoted';
END;
CREATE TRIGGER money_news_payment AFTER INSERT ON payment BEGIN
  INSERT OR IGNORE INTO money_news (kind, num) SELECT 'purchase', num FROM purchase WHERE id = new.purchase AND state <> 'quoted';
END;
CREATE TRIGGER money_news_instructions AFTER UPDATE OF instructions ON payment BEGIN
  INSERT OR IGNORE INTO money_news (kind, num) SELECT 'purchase', num FROM purchase WHERE id = new.purchase AND state <> 'quoted';
END;
CREATE TRIGGER money_news_tariff AFTER INSERT ON tariff_version BEGIN
  INSERT OR IGNORE INTO money_news (kind, num) VALUES ('tariff', new.num);
END;

INSERT INTO money_news (kind, num) SELECT 'tariff', num FROM tariff_version;
INSERT INTO money_news (kind, num) SELECT DISTINCT 'credit', connection FROM transfer;
INSERT INTO money_news (kind, num) SELECT 'statement', num FROM transfer;
INSERT INTO money_news (kind, num) SELECT 'purchase', num FROM purchase WHERE state <> 'quoted';

-- Codes of a series are given out one to each, and are not offered to everybody.
ALTER TABLE voucher ADD COLUMN in_series INTEGER NOT NULL DEFAULT 0;
CREATE INDEX voucher_offered ON voucher (utility, num) WHERE state = 'active' AND in_series = 0;
