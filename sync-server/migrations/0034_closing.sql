-- Closed days of cash, closed months, and the settlement files of the payment gateway (adr/0042).

-- What was counted of a cashier's local day. Part 0 closes the day; each further part is what was booked for it after the part before, up to the
-- transfer `last`. `taken` and `given_back` are the ledger's, `check` proves them. Append-only.
CREATE TABLE cash_count (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, cashier INTEGER NOT NULL REFERENCES user,
  day INTEGER NOT NULL, time_zone TEXT NOT NULL, part INTEGER NOT NULL CHECK (part >= 0), last INTEGER NOT NULL,
  taken INTEGER NOT NULL, given_back INTEGER NOT NULL, transfers INTEGER NOT NULL CHECK (transfers > 0), counted INTEGER NOT NULL,
  reason TEXT NOT NULL DEFAULT '', by INTEGER NOT NULL REFERENCES user, at INTEGER NOT NULL,
  UNIQUE (utility, day, cashier, part), CHECK (counted = taken - given_back OR reason <> '')
) STRICT;
CREATE INDEX cash_count_cashier ON cash_count (cashier);
CREATE INDEX cash_count_by ON cash_count (by);
CREATE TRIGGER cash_count_stays BEFORE UPDATE ON cash_count BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER cash_count_kept BEFORE DELETE ON cash_count BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Closed months. `figures` is JSON (domain::sales::month_close::MonthFigures) over the transfers up to `last`; `check` proves it. `open_days` is how
-- many cashiers' days were not counted, and `reason` why. A month is reopened once, and closed again by another row; none is ever taken away.
CREATE TABLE month_close (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, month INTEGER NOT NULL, time_zone TEXT NOT NULL,
  last INTEGER NOT NULL, figures TEXT NOT NULL, open_days INTEGER NOT NULL CHECK (open_days >= 0), reason TEXT NOT NULL DEFAULT '',
  by INTEGER NOT NULL REFERENCES user, at INTEGER NOT NULL,
  reopened_at INTEGER, reopened_by INTEGER REFERENCES user, reopened_key BLOB, reopened_reason TEXT NOT NULL DEFAULT '',
  CHECK (open_days = 0 OR reason <> ''), CHECK ((reopened_at IS NULL) = (reopened_by IS NULL)), CHECK ((reopened_at IS NULL) = (reopened_key IS NULL)),
  CHECK ((reopened_at IS NULL) = (reopened_reason = ''))
) STRICT;
CREATE UNIQUE INDEX month_close_stands ON month_close (utility, month) WHERE reopened_at IS NULL;
CREATE INDEX month_close_month ON month_close (utility, month);
CREATE INDEX month_close_by ON month_close (by);
CREATE INDEX month_close_reopened_by ON month_close (reopened_by) WHERE reopened_by IS NOT NULL;
CREATE UNIQUE INDEX month_close_reopened ON month_close (reopened_key) WHERE reopened_key IS NOT NULL;
CREATE TRIGGER month_close_stays BEFORE UPDATE OF id, utility, month, time_zone, last, figures, open_days, reason, by, at ON month_close
  BEGIN SELECT RAISE(ABORT, 'closed'); END;
CREATE TRIGGER month_close_reopened_once BEFORE UPDATE OF reopened_at, reopened_by, reopened_key, reopened_reason ON month_close
  WHEN old.reopened_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'reopened'); END;
CREATE TRIGGER month_close_kept BEFORE DELETE ON month_close BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- What belongs to a month and was posted after it was closed: a mark, so that nobody has to look through all transfers since. `check` proves it.
CREATE TABLE late_transfer (
  utility INTEGER NOT NULL REFERENCES utility, month INTEGER NOT NULL, transfer INTEGER NOT NULL REFERENCES transfer, PRIMARY KEY (utility, month, transfer)
) STRICT, WITHOUT ROWID;
CREATE INDEX late_transfer_transfer ON late_transfer (transfer);
CREATE TRIGGER late_transfer_comes AFTER INSERT ON transfer WHEN new.month IS NOT NULL
  AND EXISTS (SELECT 1 FROM month_close WHERE utility = new.utility AND month = new.month AND reopened_at IS NULL) BEGIN
  INSERT INTO late_transfer (utility, month, transfer) VALUES (new.utility, new.month, new.num);
END;
CREATE TRIGGER late_transfer_stays BEFORE UPDATE ON late_transfer BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER late_transfer_kept BEFORE DELETE ON late_transfer BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Settlement files. `id` is the hash of the content, so that a file that is brought twice is one. `rows` is how many it has; `first_at` and `last_at`
-- are the times of its first and last transaction.
CREATE TABLE settlement_file (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL, utility INTEGER NOT NULL REFERENCES utility, name TEXT NOT NULL, rows INTEGER NOT NULL CHECK (rows > 0),
  received INTEGER NOT NULL DEFAULT 0, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, by INTEGER NOT NULL REFERENCES user, at INTEGER NOT NULL,
  compared_at INTEGER, UNIQUE (utility, id), CHECK (received BETWEEN 0 AND rows), CHECK (compared_at IS NULL OR received = rows)
) STRICT;
CREATE INDEX settlement_file_by ON settlement_file (by);
CREATE TRIGGER settlement_file_stays BEFORE UPDATE OF id, utility, name, rows, first_at, last_at, by, at ON settlement_file
  BEGIN SELECT RAISE(ABORT, 'brought'); END;
CREATE TRIGGER settlement_file_kept BEFORE DELETE ON settlement_file BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Its rows, and the payments that none of them names (`place` below zero). What it comes to can change while it is open: the gateway was asked again.
CREATE TABLE settlement_line (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, file INTEGER NOT NULL REFERENCES settlement_file, utility INTEGER NOT NULL REFERENCES utility,
  place INTEGER NOT NULL, order_id TEXT NOT NULL, gateway_id TEXT NOT NULL, method TEXT NOT NULL, gross INTEGER NOT NULL, fee INTEGER NOT NULL,
  net INTEGER, begun_at INTEGER NOT NULL, settled_at INTEGER, status TEXT NOT NULL, payment INTEGER REFERENCES payment,
  verdict TEXT NOT NULL CHECK (verdict IN ('matched', 'differs', 'missing_with_us', 'missing_at_gateway', 'twice', 'not_compared')),
  because TEXT NOT NULL DEFAULT '', state TEXT NOT NULL CHECK (state IN ('open', 'done', 'accepted', 'case')),
  decided_by INTEGER REFERENCES user, decided_at INTEGER, decided_key BLOB, note TEXT NOT NULL DEFAULT '', payment_case INTEGER REFERENCES payment_case,
  UNIQUE (file, place), CHECK ((state IN ('accepted', 'case')) = (decided_by IS NOT NULL)), CHECK ((decided_by IS NULL) = (decided_key IS NULL)),
  CHECK ((state = 'case') = (payment_case IS NOT NULL))
) STRICT;
CREATE INDEX settlement_line_order ON settlement_line (utility, order_id);
CREATE INDEX settlement_line_open ON settlement_line (utility, num) WHERE state = 'open';
CREATE INDEX settlement_line_verdict ON settlement_line (file, verdict);
CREATE INDEX settlement_line_payment ON settlement_line (payment) WHERE payment IS NOT NULL;
CREATE INDEX settlement_line_decided_by ON settlement_line (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX settlement_line_case ON settlement_line (payment_case) WHERE payment_case IS NOT NULL;
CREATE TRIGGER settlement_line_read BEFORE UPDATE OF id, file, utility, place, order_id, gateway_id, method, gross, fee, net, begun_at, settled_at, status
  ON settlement_line BEGIN SELECT RAISE(ABORT, 'read'); END;
CREATE TRIGGER settlement_line_decided BEFORE UPDATE ON settlement_line WHEN old.state <> 'open' BEGIN SELECT RAISE(ABORT, 'decided'); END;
CREATE TRIGGER settlement_line_kept BEFORE DELETE ON settlement_line BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- A gateway's fee changes nobody's credit: no device has to learn of it.
DROP TRIGGER pending_billing_changes_transfer;
CREATE TRIGGER pending_billing_changes_transfer AFTER INSERT ON transfer WHEN new.kind <> 'gateway_fee' BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('statement', new.num), ('credit', new.connection);
END;
