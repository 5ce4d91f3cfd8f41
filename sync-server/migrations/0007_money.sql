-- Money: accounts and what moves between them, tariffs, what months cost, purchases and vouchers. Amounts are whole rupiah.

-- One for each kind (domain::ledger::Account) of a utility, or of a connection. `balance` and `postings` follow from the postings; `check` proves it.
CREATE TABLE account (
  num INTEGER PRIMARY KEY, utility INTEGER NOT NULL REFERENCES utility, connection INTEGER REFERENCES connection, kind TEXT NOT NULL,
  balance INTEGER NOT NULL DEFAULT 0, postings INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX account_of_connection ON account (connection, kind) WHERE connection IS NOT NULL;
CREATE UNIQUE INDEX account_of_utility ON account (utility, kind) WHERE connection IS NULL;

-- Append-only, as are postings. `key` lets each happen once. `who` is NULL for the server itself.
CREATE TABLE transfer (
  num INTEGER PRIMARY KEY, utility INTEGER NOT NULL REFERENCES utility, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, at INTEGER NOT NULL,
  connection INTEGER NOT NULL REFERENCES connection, month INTEGER, purchase INTEGER REFERENCES purchase, who INTEGER REFERENCES user,
  reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX transfer_connection ON transfer (connection, num);
CREATE INDEX transfer_purchase ON transfer (purchase) WHERE purchase IS NOT NULL;
CREATE INDEX transfer_who ON transfer (who) WHERE who IS NOT NULL;
CREATE INDEX transfer_time ON transfer (utility, at);

CREATE TABLE posting (
  account INTEGER NOT NULL REFERENCES account, transfer INTEGER NOT NULL REFERENCES transfer, amount INTEGER NOT NULL CHECK (amount <> 0),
  after INTEGER NOT NULL, -- the account's balance with it
  PRIMARY KEY (account, transfer)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_transfer ON posting (transfer);

CREATE TRIGGER transfer_stays BEFORE UPDATE ON transfer BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER transfer_kept BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER posting_stays BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER posting_kept BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER account_kept BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Never changed in place. `blocks` is JSON: [{"up_to": mL or null, "price_per_m3": Rp}].
CREATE TABLE tariff_version (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, class TEXT NOT NULL,
  effective_from INTEGER NOT NULL, mode TEXT NOT NULL CHECK (mode IN ('marginal', 'flat', 'whole_volume')), blocks TEXT NOT NULL,
  monthly_fee INTEGER NOT NULL CHECK (monthly_fee >= 0), minimum_top_up INTEGER NOT NULL CHECK (minimum_top_up >= 0),
  tax_per_mille INTEGER NOT NULL DEFAULT 0 CHECK (tax_per_mille BETWEEN 0 AND 1000),
  lifeline_per_day INTEGER NOT NULL DEFAULT 0 CHECK (lifeline_per_day >= 0), author INTEGER REFERENCES user, at INTEGER NOT NULL
) STRICT;
CREATE INDEX tariff_version_class ON tariff_version (utility, class, effective_from);
CREATE INDEX tariff_version_author ON tariff_version (author) WHERE author IS NOT NULL;
CREATE TRIGGER tariff_version_stays BEFORE UPDATE ON tariff_version BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tariff_version_kept BEFORE DELETE ON tariff_version BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Which class a connection is in from which local day on. What was used before the first of them is not charged.
CREATE TABLE connection_class (
  connection INTEGER NOT NULL REFERENCES connection, since INTEGER NOT NULL, class TEXT NOT NULL, PRIMARY KEY (connection, since)
) STRICT, WITHOUT ROWID;
CREATE VIEW connection_today (connection, day) AS
  SELECT c.num, (CAST(unixepoch('subsec') * 1000 AS INTEGER)
    + CASE z.time_zone WHEN 'Asia/Jakarta' THEN 7 WHEN 'Asia/Makassar' THEN 8 ELSE 9 END * 3600000) / 86400000
  FROM connection c JOIN zone z ON z.num = c.zone;
INSERT INTO connection_class (connection, since, class) SELECT c.num, t.day, c.tariff_class FROM connection c JOIN connection_today t ON t.connection = c.num;
CREATE TRIGGER connection_class_begins AFTER INSERT ON connection BEGIN
  INSERT INTO connection_class (connection, since, class) SELECT new.num, day, new.tariff_class FROM connection_today WHERE connection = new.num;
END;
CREATE TRIGGER connection_class_changes AFTER UPDATE OF tariff_class ON connection WHEN old.tariff_class <> new.tariff_class BEGIN
  INSERT INTO connection_class (connection, since, class) SELECT new.num, day, new.tariff_class FROM connection_today WHERE connection = new.num
    ON CONFLICT (connection, since) DO UPDATE SET class = excluded.class;
END;

-- Counts what changes prices, so that whoever remembers them knows when to forget.
CREATE TABLE price_epoch (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL) STRICT;
INSERT INTO price_epoch (one, epoch) VALUES (1, 1);
CREATE TRIGGER prices_by_version AFTER INSERT ON tariff_version BEGIN UPDATE price_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER prices_by_class AFTER INSERT ON connection_class BEGIN UPDATE price_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER prices_by_reclass AFTER UPDATE ON connection_class BEGIN UPDATE price_epoch SET epoch = epoch + 1; END;

-- What a connection's local month costs by what is known now, and what of it is in the ledger. Closed: posted after its end.
CREATE TABLE month_charge (
  connection INTEGER NOT NULL, month INTEGER NOT NULL, due_water INTEGER NOT NULL, due_tax INTEGER NOT NULL, posted_water INTEGER NOT NULL DEFAULT 0,
  posted_tax INTEGER NOT NULL DEFAULT 0, posts INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (connection, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX month_charge_unposted ON month_charge (connection) WHERE due_water <> posted_water OR due_tax <> posted_tax;

-- Where a connection stands between two looks at it.
CREATE TABLE supply_state (
  connection INTEGER PRIMARY KEY REFERENCES connection, level TEXT NOT NULL DEFAULT 'ok' CHECK (level IN ('ok', 'warning', 'critical', 'empty')),
  posted_day INTEGER NOT NULL DEFAULT 0, fee_month INTEGER NOT NULL DEFAULT 0, lent_since_top_up INTEGER NOT NULL DEFAULT 0
) STRICT;

-- `taken` counts uses that are reserved or consumed; `check` proves it.
CREATE TABLE voucher (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, code TEXT NOT NULL, campaign TEXT NOT NULL DEFAULT '',
  terms TEXT NOT NULL, -- domain::voucher::Voucher as JSON, but for its state
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'expired', 'depleted')), taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
  author INTEGER REFERENCES user, at INTEGER NOT NULL, UNIQUE (utility, code)
) STRICT;
CREATE INDEX voucher_author ON voucher (author) WHERE author IS NOT NULL;

-- From quote to credit. `amount` is its face; `paid` what came for it, `extra` what came on top, `returned` what of both went back.
CREATE TABLE purchase (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, connection INTEGER NOT NULL REFERENCES connection,
  customer INTEGER NOT NULL REFERENCES customer, buyer INTEGER NOT NULL REFERENCES user, channel TEXT NOT NULL CHECK (channel IN ('gateway', 'cash')),
  amount INTEGER NOT NULL CHECK (amount > 0), discount INTEGER NOT NULL CHECK (discount BETWEEN 0 AND amount), bonus INTEGER NOT NULL CHECK (bonus >= 0),
  voucher INTEGER REFERENCES voucher, state TEXT NOT NULL CHECK (state IN ('quoted', 'pending', 'settled', 'expired', 'failed')),
  quoted_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, settled_at INTEGER, paid INTEGER NOT NULL DEFAULT 0, extra INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0, review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX purchase_connection ON purchase (connection, num);
CREATE INDEX purchase_customer ON purchase (customer);
CREATE INDEX purchase_buyer ON purchase (buyer);
CREATE INDEX purchase_voucher ON purchase (voucher) WHERE voucher IS NOT NULL;
CREATE INDEX purchase_expiry ON purchase (expires_at) WHERE state IN ('quoted', 'pending');

CREATE TABLE voucher_use (
  purchase INTEGER PRIMARY KEY REFERENCES purchase, voucher INTEGER NOT NULL REFERENCES voucher, customer INTEGER NOT NULL REFERENCES customer,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'consumed', 'released')), at INTEGER NOT NULL
) STRICT;
CREATE INDEX voucher_use_customer ON voucher_use (voucher, customer);
CREATE INDEX voucher_use_of ON voucher_use (customer);
