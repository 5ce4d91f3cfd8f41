-- Who ended a session: 'device' its own sign-out, 'reuse' a token that came a second time, 'afar' somebody from elsewhere. Only the last
-- asks its device for evidence and takes what it holds; the others leave that to whoever signs in there again. Of those that ended before
-- it is not known, and they go on as they were promised.

ALTER TABLE session ADD COLUMN ended_by TEXT CHECK (ended_by IN ('device', 'reuse', 'afar'));
UPDATE session SET ended_by = 'afar' WHERE revoked_at IS NOT NULL;

-- Where a meter was, by its connection, also when it is there no more.
CREATE INDEX installation_of ON installation (connection, since);
