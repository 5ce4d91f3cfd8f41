-- Tariffs: the decree that sets a version, and versions that were withdrawn before they began.
ALTER TABLE tariff_version ADD COLUMN decree TEXT NOT NULL DEFAULT '';
CREATE TABLE tariff_withdrawal (
  version INTEGER PRIMARY KEY REFERENCES tariff_version, author INTEGER NOT NULL REFERENCES user, at INTEGER NOT NULL
) STRICT;
CREATE INDEX tariff_withdrawal_author ON tariff_withdrawal (author);
CREATE TRIGGER tariff_withdrawal_stays BEFORE UPDATE ON tariff_withdrawal BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tariff_withdrawal_kept BEFORE DELETE ON tariff_withdrawal BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tariff_withdrawal_prices AFTER INSERT ON tariff_withdrawal BEGIN
  UPDATE price_epoch SET epoch = epoch + 1;
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('tariff', new.version);
END;

-- Admins' devices list balances: each credit is published once more, into their bucket as well, some at a time (jobs/balances.rs).
ALTER TABLE credit ADD COLUMN for_admins INTEGER NOT NULL DEFAULT 0;

-- What the server does by itself is in the audit log too: with no user.
CREATE TABLE audit_of_all (
  num INTEGER PRIMARY KEY, utility INTEGER NOT NULL REFERENCES utility, at INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
  user INTEGER REFERENCES user, op_id BLOB NOT NULL, kind TEXT NOT NULL, entity INTEGER NOT NULL, row_id BLOB NOT NULL, changes TEXT NOT NULL
) STRICT;
INSERT INTO audit_of_all (num, utility, at, occurred_at, user, op_id, kind, entity, row_id, changes)
  SELECT num, utility, at, occurred_at, user, op_id, kind, entity, row_id, changes FROM audit;
DROP TABLE audit;
ALTER TABLE audit_of_all RENAME TO audit;
CREATE INDEX audit_by_time ON audit (utility, at, num);
CREATE INDEX audit_by_user ON audit (utility, user, at, num);
CREATE INDEX audit_by_kind ON audit (utility, kind, at, num);
CREATE INDEX audit_by_row ON audit (utility, row_id, at, num);
CREATE INDEX audit_by_refund ON audit (op_id) WHERE kind = 'refund_gateway';
