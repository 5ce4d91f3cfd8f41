-- A settlement file is looked through for payments that no row names in parts (adr/0058): up to which payment, by when it was begun and its key. On
-- which days its rows lie, but for rows whose time is in doubt. Which line a request has decided.
ALTER TABLE settlement_file ADD COLUMN looked_at INTEGER;
ALTER TABLE settlement_file ADD COLUMN looked_num INTEGER NOT NULL DEFAULT 0;
CREATE INDEX settlement_line_days ON settlement_line (file, begun_at) WHERE place > 0 AND because <> 'date';
CREATE INDEX settlement_line_key ON settlement_line (utility, decided_key) WHERE decided_key IS NOT NULL;
