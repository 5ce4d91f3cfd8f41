-- Tables and columns by the glossary's names (docs/GLOSSARY.md). No row changes but `ended_by`, whose 'afar' is 'remote'.

-- These read the database's clock: the server writes the same rows as of the instant of its transaction.
DROP TRIGGER user_zone_ends;
DROP TRIGGER connection_zone_ends;
DROP TRIGGER connection_class_begins;
DROP TRIGGER connection_class_changes;
DROP VIEW connection_today;
DROP TRIGGER supply_displaced;

ALTER TABLE device_command RENAME TO meter_order;
DROP INDEX device_command_one_open;
CREATE UNIQUE INDEX meter_order_one_open ON meter_order (meter, do) WHERE state IN ('pending', 'sent', 'acknowledged');
DROP INDEX device_command_over;
CREATE INDEX meter_order_over ON meter_order (until) WHERE state IN ('pending', 'sent', 'acknowledged');
DROP INDEX device_command_meter;
CREATE INDEX meter_order_meter ON meter_order (meter, num);
DROP INDEX device_command_connection;
CREATE INDEX meter_order_connection ON meter_order (connection) WHERE connection IS NOT NULL;
DROP INDEX device_command_who;
CREATE INDEX meter_order_who ON meter_order (who) WHERE who IS NOT NULL;
DROP TRIGGER device_command_asked;
CREATE TRIGGER meter_order_asked BEFORE UPDATE OF id, meter, connection, do, interval_s, cause, who, reason, made_at, until ON meter_order
  BEGIN SELECT RAISE(ABORT, 'asked'); END;
DROP TRIGGER device_command_ended;
CREATE TRIGGER meter_order_ended BEFORE UPDATE OF state, sent_at, acknowledged_at, ended_at ON meter_order WHEN old.ended_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'ended'); END;
DROP TRIGGER device_command_kept;
CREATE TRIGGER meter_order_kept BEFORE DELETE ON meter_order BEGIN SELECT RAISE(ABORT, 'append-only'); END;

ALTER TABLE money_news RENAME TO pending_billing_changes;
DROP TRIGGER money_news_transfer;
CREATE TRIGGER pending_billing_changes_transfer AFTER INSERT ON transfer BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('statement', new.num), ('credit', new.connection);
END;
DROP TRIGGER money_news_purchase;
CREATE TRIGGER pending_billing_changes_purchase AFTER UPDATE OF state, discount, bonus, paid, extra, returned ON purchase BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) SELECT 'purchase', new.num WHERE new.state <> 'quoted';
END;
DROP TRIGGER money_news_payment;
CREATE TRIGGER pending_billing_changes_payment AFTER INSERT ON payment BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) SELECT 'purchase', num FROM purchase WHERE id = new.purchase AND state <> 'quoted';
END;
DROP TRIGGER money_news_instructions;
CREATE TRIGGER pending_billing_changes_instructions AFTER UPDATE OF instructions ON payment BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) SELECT 'purchase', num FROM purchase WHERE id = new.purchase AND state <> 'quoted';
END;
DROP TRIGGER money_news_tariff;
CREATE TRIGGER pending_billing_changes_tariff AFTER INSERT ON tariff_version BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('tariff', new.num);
END;

-- A refund is found again by its key. Until now the key stood in the detail only: "Rp30.000 key 0190…: reason".
ALTER TABLE payment_audit ADD COLUMN refund_key TEXT CHECK (refund_key IS NULL OR what = 'refund_asked');
DROP TRIGGER payment_audit_stays;
UPDATE payment_audit SET refund_key = substr(substr(detail, instr(detail, ' key ') + 5), 1, instr(substr(detail, instr(detail, ' key ') + 5), ':') - 1)
  WHERE what = 'refund_asked' AND instr(detail, ' key ') > 0;
CREATE TRIGGER payment_audit_stays BEFORE UPDATE ON payment_audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX payment_audit_refund ON payment_audit (refund_key) WHERE refund_key IS NOT NULL;
CREATE INDEX audit_by_refund ON audit (op_id) WHERE kind = 'refund_gateway';

ALTER TABLE supply_state RENAME COLUMN calm_from TO stable_from;
ALTER TABLE supply_state RENAME COLUMN calm_to TO stable_to;

-- A CHECK cannot be changed in place: the column is made anew and takes the old one's name.
ALTER TABLE session ADD COLUMN ended_how TEXT CHECK (ended_how IN ('device', 'reuse', 'remote'));
UPDATE session SET ended_how = CASE ended_by WHEN 'afar' THEN 'remote' ELSE ended_by END WHERE ended_by IS NOT NULL;
ALTER TABLE session DROP COLUMN ended_by;
ALTER TABLE session RENAME COLUMN ended_how TO ended_by;
