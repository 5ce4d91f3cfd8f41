-- Valves: commands to meters with their life, what a utility and its customers want of low balances, and looking only at connections of which
-- there is news.

-- What was asked of a meter, by whom and why, and what became of it (domain::command). What was asked never changes; what has ended stays.
CREATE TABLE device_command (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, meter INTEGER NOT NULL REFERENCES meter, connection INTEGER REFERENCES connection,
  do TEXT NOT NULL CHECK (do IN ('open_valve', 'close_valve', 'read_now', 'restart', 'set_interval')), interval_s INTEGER,
  cause TEXT NOT NULL CHECK (length(cause) > 0), -- `credit`: the balance; `person`: `who`, with a `reason`
  who INTEGER REFERENCES user, reason TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'acknowledged', 'completed', 'failed', 'expired')),
  made_at INTEGER NOT NULL, until INTEGER NOT NULL, sent_at INTEGER, acknowledged_at INTEGER, ended_at INTEGER,
  why TEXT NOT NULL DEFAULT '', -- how it ended: the meter's own words, or the server's
  seen TEXT CHECK (seen IN ('agrees', 'contradicts')), seen_at INTEGER, -- what the valve said after it had ended
  CHECK ((ended_at IS NULL) = (state IN ('pending', 'sent', 'acknowledged'))),
  CHECK (state <> 'pending' OR sent_at IS NULL),
  CHECK (state IN ('pending', 'expired') OR sent_at IS NOT NULL),
  CHECK (state <> 'acknowledged' OR acknowledged_at IS NOT NULL),
  CHECK ((seen IS NULL) = (seen_at IS NULL)),
  CHECK (seen IS NULL OR ended_at IS NOT NULL),
  CHECK ((cause = 'person') = (who IS NOT NULL)),
  CHECK (cause <> 'credit' OR connection IS NOT NULL)
) STRICT;
-- Two that are open at once could be carried out in either order.
CREATE UNIQUE INDEX device_command_one_open ON device_command (meter, do) WHERE state IN ('pending', 'sent', 'acknowledged');
CREATE INDEX device_command_over ON device_command (until) WHERE state IN ('pending', 'sent', 'acknowledged');
CREATE INDEX device_command_meter ON device_command (meter, num);
CREATE INDEX device_command_connection ON device_command (connection) WHERE connection IS NOT NULL;
CREATE INDEX device_command_who ON device_command (who) WHERE who IS NOT NULL;
CREATE TRIGGER device_command_asked BEFORE UPDATE OF id, meter, connection, do, interval_s, cause, who, reason, made_at, until ON device_command
  BEGIN SELECT RAISE(ABORT, 'asked'); END;
CREATE TRIGGER device_command_ended BEFORE UPDATE OF state, sent_at, acknowledged_at, ended_at ON device_command WHEN old.ended_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'ended'); END;
CREATE TRIGGER device_command_kept BEFORE DELETE ON device_command BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- What a utility does about credit that is gone. A utility that ran before this begins by hand: its customers have bought nothing yet.
ALTER TABLE utility ADD COLUMN valve_policy TEXT NOT NULL DEFAULT 'on' CHECK (valve_policy IN ('on', 'off'));
ALTER TABLE utility ADD COLUMN emergency_credit INTEGER NOT NULL DEFAULT 10000 CHECK (emergency_credit >= 0); -- 0: none is lent
ALTER TABLE utility ADD COLUMN protected_from INTEGER NOT NULL DEFAULT 20 CHECK (protected_from BETWEEN 0 AND 23);
ALTER TABLE utility ADD COLUMN protected_until INTEGER NOT NULL DEFAULT 8 CHECK (protected_until BETWEEN 0 AND 23);
UPDATE utility SET valve_policy = 'off';
CREATE TABLE holiday (utility INTEGER NOT NULL REFERENCES utility, day INTEGER NOT NULL, PRIMARY KEY (utility, day)) STRICT, WITHOUT ROWID;

-- When a customer wants to hear of a low balance.
ALTER TABLE customer ADD COLUMN low_rupiah INTEGER NOT NULL DEFAULT 50000 CHECK (low_rupiah >= 0);
ALTER TABLE customer ADD COLUMN low_days INTEGER NOT NULL DEFAULT 3 CHECK (low_days >= 0);

-- When a meter's valve was last said to be as it is, by the meter's clock.
ALTER TABLE meter_state ADD COLUMN valve_t INTEGER;

-- Since when a close command for want of credit may be in effect.
ALTER TABLE supply_state ADD COLUMN closed_for_credit INTEGER;
-- When the connection is looked at next: 0 is now; NULL while nothing is charged there. As long as what is used and not posted stays from
-- `calm_from` to `calm_to`, its level stays as it is.
ALTER TABLE supply_state ADD COLUMN due_at INTEGER;
ALTER TABLE supply_state ADD COLUMN calm_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE supply_state ADD COLUMN calm_to INTEGER NOT NULL DEFAULT 0;
CREATE INDEX supply_due ON supply_state (due_at) WHERE due_at IS NOT NULL;
INSERT INTO supply_state (connection, due_at) SELECT DISTINCT connection, 0 FROM connection_class WHERE true
  ON CONFLICT (connection) DO UPDATE SET due_at = 0;

-- Whatever may change what a look would find says so.
CREATE TRIGGER supply_begins AFTER INSERT ON connection_class BEGIN
  INSERT INTO supply_state (connection, due_at) VALUES (new.connection, 0) ON CONFLICT (connection) DO UPDATE SET due_at = 0;
END;
CREATE TRIGGER supply_reclassed AFTER UPDATE ON connection_class BEGIN
  UPDATE supply_state SET due_at = 0 WHERE connection = new.connection AND due_at > 0;
END;
CREATE TRIGGER supply_ends AFTER DELETE ON connection_class
  WHEN NOT EXISTS (SELECT 1 FROM connection_class WHERE connection = old.connection) BEGIN
  UPDATE supply_state SET due_at = NULL WHERE connection = old.connection;
END;
CREATE TRIGGER supply_used_first AFTER INSERT ON month_charge BEGIN
  UPDATE supply_state SET due_at = 0 WHERE connection = new.connection AND due_at > 0 AND (
    SELECT COALESCE(SUM(due_water - posted_water + due_tax - posted_tax), 0) FROM month_charge
    WHERE connection = new.connection AND (due_water <> posted_water OR due_tax <> posted_tax)) NOT BETWEEN calm_from AND calm_to;
END;
CREATE TRIGGER supply_used AFTER UPDATE OF due_water, due_tax ON month_charge BEGIN
  UPDATE supply_state SET due_at = 0 WHERE connection = new.connection AND due_at > 0 AND (
    SELECT COALESCE(SUM(due_water - posted_water + due_tax - posted_tax), 0) FROM month_charge
    WHERE connection = new.connection AND (due_water <> posted_water OR due_tax <> posted_tax)) NOT BETWEEN calm_from AND calm_to;
END;
CREATE TRIGGER supply_credited AFTER UPDATE OF balance ON account WHEN new.connection IS NOT NULL BEGIN
  UPDATE supply_state SET due_at = 0 WHERE connection = new.connection AND due_at > 0;
END;
CREATE TRIGGER supply_installed AFTER INSERT ON installation BEGIN
  UPDATE supply_state SET due_at = 0 WHERE connection = new.connection AND due_at > 0;
END;
-- What a meter was told for the sake of a place is not to be done at another one.
CREATE TRIGGER supply_displaced AFTER UPDATE OF until ON installation WHEN new.until IS NOT NULL BEGIN
  UPDATE device_command SET state = 'expired', ended_at = CAST(unixepoch('subsec') * 1000 AS INTEGER), why = 'replaced'
    WHERE meter = new.meter AND connection = new.connection AND state IN ('pending', 'sent', 'acknowledged');
  UPDATE supply_state SET due_at = 0 WHERE connection = new.connection AND due_at > 0;
END;
CREATE TRIGGER supply_valve_first AFTER INSERT ON meter_state BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0
    AND connection = (SELECT connection FROM installation WHERE meter = new.meter AND until IS NULL);
END;
CREATE TRIGGER supply_valve AFTER UPDATE OF valve ON meter_state WHEN old.valve <> new.valve BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0
    AND connection = (SELECT connection FROM installation WHERE meter = new.meter AND until IS NULL);
END;
CREATE TRIGGER supply_commanded AFTER UPDATE OF state ON device_command WHEN new.do IN ('open_valve', 'close_valve') BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0
    AND connection = (SELECT connection FROM installation WHERE meter = new.meter AND until IS NULL);
END;
CREATE TRIGGER supply_moved AFTER UPDATE OF zone, customer ON connection BEGIN
  UPDATE supply_state SET due_at = 0 WHERE connection = new.num AND due_at > 0;
END;
CREATE TRIGGER supply_thresholds AFTER UPDATE OF low_rupiah, low_days ON customer BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0 AND connection IN (SELECT num FROM connection WHERE customer = new.num);
  INSERT OR IGNORE INTO money_news (kind, num) SELECT 'credit', num FROM connection WHERE customer = new.num;
END;
CREATE TRIGGER supply_policy AFTER UPDATE OF valve_policy, protected_from, protected_until ON utility BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0 AND level = 'empty'
    AND connection IN (SELECT num FROM connection WHERE utility = new.num);
END;
CREATE TRIGGER supply_holiday AFTER INSERT ON holiday BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0 AND level = 'empty'
    AND connection IN (SELECT num FROM connection WHERE utility = new.utility);
END;
CREATE TRIGGER supply_workday AFTER DELETE ON holiday BEGIN
  UPDATE supply_state SET due_at = 0 WHERE due_at > 0 AND level = 'empty'
    AND connection IN (SELECT num FROM connection WHERE utility = old.utility);
END;
