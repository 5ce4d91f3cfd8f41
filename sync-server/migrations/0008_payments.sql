-- Payments through a gateway. What is known of one is `facts` and `refunded` (domain::payment::Known); `state` and `net` follow from it.
CREATE TABLE payment (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, order_id TEXT NOT NULL UNIQUE CHECK (length(order_id) BETWEEN 1 AND 50),
  utility INTEGER NOT NULL REFERENCES utility, purchase BLOB NOT NULL REFERENCES purchase (id), method TEXT NOT NULL, gross INTEGER NOT NULL CHECK (gross > 0),
  facts TEXT NOT NULL DEFAULT '[]', refunded INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending', net INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  instructions TEXT, -- what the customer needs to pay, JSON; NULL until the gateway has answered
  ask_at INTEGER, -- when the gateway is asked next how it stands; NULL where there is nothing to ask
  asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX payment_ask ON payment (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX payment_purchase ON payment (purchase);
-- Two that are open at once could both be paid.
CREATE UNIQUE INDEX payment_one_open ON payment (purchase) WHERE state IN ('pending', 'challenged');

-- All that was ever said about payments, and what came of it: append-only. What is refused is here as well.
CREATE TABLE payment_notification (
  num INTEGER PRIMARY KEY, at INTEGER NOT NULL, order_id TEXT NOT NULL, source TEXT NOT NULL CHECK (source IN ('webhook', 'status', 'server')),
  verdict TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX payment_notification_order ON payment_notification (order_id, num);

-- What was done because of it, in order: append-only. Credits less refunds and chargebacks are the payment's `net`.
CREATE TABLE payment_effect (
  payment INTEGER NOT NULL REFERENCES payment, no INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('credit', 'fail', 'refund', 'chargeback')),
  amount INTEGER NOT NULL CHECK (amount >= 0), notification INTEGER NOT NULL REFERENCES payment_notification, at INTEGER NOT NULL,
  PRIMARY KEY (payment, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_effect_notification ON payment_effect (notification);

-- What people and jobs did with payments, and what somebody has to look at: append-only. `who` is NULL for the server itself.
CREATE TABLE payment_audit (
  num INTEGER PRIMARY KEY, at INTEGER NOT NULL, order_id TEXT NOT NULL, who INTEGER REFERENCES user, what TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX payment_audit_order ON payment_audit (order_id, num);
CREATE INDEX payment_audit_who ON payment_audit (who) WHERE who IS NOT NULL;

CREATE TRIGGER payment_notification_stays BEFORE UPDATE ON payment_notification BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER payment_notification_kept BEFORE DELETE ON payment_notification BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER payment_effect_stays BEFORE UPDATE ON payment_effect BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER payment_effect_kept BEFORE DELETE ON payment_effect BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER payment_audit_stays BEFORE UPDATE ON payment_audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER payment_audit_kept BEFORE DELETE ON payment_audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
-- What is to be paid, to whom and for what was agreed on.
CREATE TRIGGER payment_agreed BEFORE UPDATE OF order_id, utility, purchase, gross ON payment BEGIN SELECT RAISE(ABORT, 'agreed'); END;
CREATE TRIGGER payment_kept BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'append-only'); END;
