-- Opening balances: what connections had before, as imports bring it. What one admin does not book alone waits for another one (adr/0038).

-- The imports. `alone`: what was booked of each without a second admin, added up without signs; `check` proves it.
CREATE TABLE opening_import (
  num INTEGER PRIMARY KEY, utility INTEGER NOT NULL REFERENCES utility, id BLOB NOT NULL, source TEXT NOT NULL,
  asked_by INTEGER NOT NULL REFERENCES user, asked_at INTEGER NOT NULL, alone INTEGER NOT NULL DEFAULT 0 CHECK (alone >= 0), UNIQUE (utility, id)
) STRICT;
CREATE INDEX opening_import_asked_by ON opening_import (asked_by);
CREATE TRIGGER opening_import_asked BEFORE UPDATE OF utility, id, source, asked_by, asked_at ON opening_import
  BEGIN SELECT RAISE(ABORT, 'asked'); END;
CREATE TRIGGER opening_import_kept BEFORE DELETE ON opening_import BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- `booked_at`: since when its transfer `opening:{num}` is in the ledger; taken back after that, `opening_back:{num}` is there as well. A connection
-- has one that waits or is booked.
CREATE TABLE opening_balance (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, utility INTEGER NOT NULL REFERENCES utility, import INTEGER NOT NULL REFERENCES opening_import,
  connection INTEGER NOT NULL REFERENCES connection, amount INTEGER NOT NULL CHECK (amount <> 0), place INTEGER NOT NULL, -- the row of the sheet
  state TEXT NOT NULL CHECK (state IN ('waiting', 'booked', 'declined', 'taken_back')), asked_at INTEGER NOT NULL, booked_at INTEGER,
  decided_by INTEGER REFERENCES user, decided_at INTEGER, decided_key BLOB, taken_back_at INTEGER,
  CHECK (state <> 'waiting' OR (booked_at IS NULL AND decided_by IS NULL)), CHECK (state <> 'booked' OR booked_at IS NOT NULL),
  CHECK (state <> 'declined' OR (booked_at IS NULL AND decided_by IS NOT NULL)), CHECK ((state = 'taken_back') = (taken_back_at IS NOT NULL)),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)), CHECK ((decided_by IS NULL) = (decided_key IS NULL))
) STRICT;
CREATE UNIQUE INDEX opening_balance_stands ON opening_balance (connection) WHERE state IN ('waiting', 'booked');
CREATE INDEX opening_balance_connection ON opening_balance (connection);
CREATE INDEX opening_balance_import ON opening_balance (import, state, amount);
CREATE INDEX opening_balance_waits ON opening_balance (utility, import, num) WHERE state = 'waiting';
CREATE INDEX opening_balance_decided_by ON opening_balance (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX opening_balance_decided ON opening_balance (decided_key) WHERE decided_key IS NOT NULL;
CREATE TRIGGER opening_balance_asked BEFORE UPDATE OF id, utility, import, connection, amount, place, asked_at ON opening_balance
  BEGIN SELECT RAISE(ABORT, 'asked'); END;
CREATE TRIGGER opening_balance_over BEFORE UPDATE OF state ON opening_balance WHEN old.state IN ('declined', 'taken_back')
  OR (old.state = 'booked' AND new.state <> 'taken_back') BEGIN SELECT RAISE(ABORT, 'decided'); END;
CREATE TRIGGER opening_balance_two BEFORE UPDATE OF decided_by ON opening_balance
  WHEN new.decided_by = (SELECT asked_by FROM opening_import WHERE num = new.import) BEGIN SELECT RAISE(ABORT, 'same admin'); END;
CREATE TRIGGER opening_balance_kept BEFORE DELETE ON opening_balance BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- What a utility has set; domain::billing::opening::OpeningLimits has what holds otherwise. The audit log has who set it.
CREATE TABLE opening_limit (
  utility INTEGER PRIMARY KEY REFERENCES utility, per_row INTEGER NOT NULL CHECK (per_row >= 0), per_import INTEGER NOT NULL CHECK (per_import >= per_row)
) STRICT;
