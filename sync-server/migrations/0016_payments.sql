-- What the gateway reports otherwise than it was asked, what cannot be matched, refunds by bank transfer, and the limits of methods.

-- `fee`: what the payer paid on top for the gateway, which is not ours. `gateway_id`: the gateway's own name for the transaction.
ALTER TABLE payment ADD COLUMN fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0);
ALTER TABLE payment ADD COLUMN gateway_id TEXT;
CREATE INDEX payment_gateway_id ON payment (gateway_id) WHERE gateway_id IS NOT NULL;
CREATE INDEX payment_started ON payment (started_at);

-- The same report again counts, and makes no other case: `same` is what it is recognised by. `utility` is NULL while nobody knows whose the
-- money is. `amount` is NULL where the report named none that can be read.
CREATE TABLE payment_case (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, same TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, utility INTEGER REFERENCES utility,
  order_id TEXT NOT NULL, gateway_id TEXT, purchase INTEGER REFERENCES purchase, amount INTEGER, reported TEXT NOT NULL DEFAULT '',
  method TEXT NOT NULL DEFAULT '', payer TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', notification INTEGER REFERENCES payment_notification,
  at INTEGER NOT NULL, last_at INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'assigned', 'noted', 'matched')),
  closed_at INTEGER, closed_by INTEGER REFERENCES user, closed_key BLOB, note TEXT NOT NULL DEFAULT '', assigned INTEGER REFERENCES purchase,
  CHECK ((state = 'open') = (closed_at IS NULL)), CHECK ((state = 'assigned') = (assigned IS NOT NULL))
) STRICT;
CREATE INDEX payment_case_open ON payment_case (num) WHERE state = 'open';
CREATE INDEX payment_case_utility ON payment_case (utility) WHERE utility IS NOT NULL;
CREATE INDEX payment_case_purchase ON payment_case (purchase) WHERE purchase IS NOT NULL;
CREATE INDEX payment_case_assigned ON payment_case (assigned) WHERE assigned IS NOT NULL;
CREATE INDEX payment_case_notification ON payment_case (notification) WHERE notification IS NOT NULL;
CREATE INDEX payment_case_order ON payment_case (order_id);
CREATE INDEX payment_case_gateway_id ON payment_case (gateway_id) WHERE gateway_id IS NOT NULL;
CREATE INDEX payment_case_closed_by ON payment_case (closed_by) WHERE closed_by IS NOT NULL;
CREATE TRIGGER payment_case_stays BEFORE UPDATE OF id, same, kind, order_id, amount, at ON payment_case BEGIN SELECT RAISE(ABORT, 'reported'); END;
CREATE TRIGGER payment_case_closed BEFORE UPDATE OF state, closed_at, closed_by, closed_key, note, assigned ON payment_case WHEN old.state <> 'open'
  BEGIN SELECT RAISE(ABORT, 'closed'); END;
CREATE TRIGGER payment_case_kept BEFORE DELETE ON payment_case BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Money that one admin says went back by a bank transfer, and that another one confirms. `matched`: what of it the gateway also says to have
-- given back, which is not booked again.
CREATE TABLE bank_refund (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, purchase INTEGER NOT NULL REFERENCES purchase,
  amount INTEGER NOT NULL CHECK (amount > 0), reference TEXT NOT NULL, recipient TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'rejected')), asked_by INTEGER NOT NULL REFERENCES user,
  asked_at INTEGER NOT NULL, decided_by INTEGER REFERENCES user, decided_at INTEGER, decided_key BLOB, matched INTEGER NOT NULL DEFAULT 0,
  CHECK ((state = 'asked') = (decided_by IS NULL)), CHECK (decided_by IS NULL OR decided_by <> asked_by), CHECK (matched BETWEEN 0 AND amount)
) STRICT;
CREATE INDEX bank_refund_purchase ON bank_refund (purchase);
CREATE INDEX bank_refund_waits ON bank_refund (utility, num) WHERE state = 'asked';
CREATE UNIQUE INDEX bank_refund_reference ON bank_refund (utility, reference COLLATE NOCASE) WHERE state <> 'rejected';
CREATE INDEX bank_refund_asked_by ON bank_refund (asked_by);
CREATE INDEX bank_refund_decided_by ON bank_refund (decided_by) WHERE decided_by IS NOT NULL;
CREATE TRIGGER bank_refund_asked BEFORE UPDATE OF id, utility, purchase, amount, reference, recipient, reason, asked_by, asked_at ON bank_refund
  BEGIN SELECT RAISE(ABORT, 'asked'); END;
CREATE TRIGGER bank_refund_decided BEFORE UPDATE OF state, decided_by, decided_at ON bank_refund WHEN old.state <> 'asked'
  BEGIN SELECT RAISE(ABORT, 'decided'); END;
CREATE TRIGGER bank_refund_kept BEFORE DELETE ON bank_refund BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- What a utility has set; domain::sales::payment::default_limit holds for the rest. The audit log has who set it.
CREATE TABLE payment_limit (
  utility INTEGER NOT NULL REFERENCES utility, method TEXT NOT NULL, least INTEGER NOT NULL CHECK (least > 0), most INTEGER NOT NULL,
  PRIMARY KEY (utility, method), CHECK (most >= least)
) STRICT, WITHOUT ROWID;

-- For the bounds of one connection, and for what it holds.
CREATE INDEX purchase_open ON purchase (connection, expires_at) WHERE state IN ('quoted', 'pending');
CREATE INDEX voucher_use_reserved ON voucher_use (purchase) WHERE state = 'reserved';

-- A payment that ended unpaid leaves its purchase open: whoever looks at it is told that another way has to be chosen.
CREATE TRIGGER pending_billing_changes_payment_state AFTER UPDATE OF state ON payment WHEN new.state <> old.state BEGIN
  INSERT OR IGNORE INTO pending_billing_changes (kind, num) SELECT 'purchase', num FROM purchase WHERE id = new.purchase AND state <> 'quoted';
END;

-- On the gateway's page a declined try is not the end any more. What ended so before has the state that the rest of what was reported gives;
-- with nothing else it waits until its time, and is asked about then. Of one purchase one payment is open: an older one is over.
UPDATE payment SET facts = '["expired",' || substr(facts, 2) WHERE method = 'page' AND state = 'denied'
  AND facts NOT LIKE '%"cancelled"%' AND facts NOT LIKE '%"expired"%' AND EXISTS (SELECT 1 FROM payment y WHERE y.purchase = payment.purchase AND y.num <> payment.num
    AND (y.num > payment.num OR y.state IN ('pending', 'challenged')));
UPDATE payment SET state = CASE WHEN facts LIKE '%"cancelled"%' THEN 'cancelled' WHEN facts LIKE '%"expired"%' THEN 'expired'
    WHEN facts LIKE '%"challenged"%' THEN 'challenged' ELSE 'pending' END,
  ask_at = CASE WHEN facts LIKE '%"cancelled"%' OR facts LIKE '%"expired"%' THEN ask_at ELSE expires_at END
  WHERE method = 'page' AND state = 'denied';
