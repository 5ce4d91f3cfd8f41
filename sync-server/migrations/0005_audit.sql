-- Reading the audit log: newest first, with an index for each filter, so that a page costs a page however long the log is.

CREATE INDEX audit_by_time ON audit (utility, at, num);
CREATE INDEX audit_by_user ON audit (utility, user, at, num);
CREATE INDEX audit_by_kind ON audit (utility, kind, at, num);
CREATE INDEX audit_by_row ON audit (utility, row_id, at, num);
