-- Tables by the glossary's names (docs/GLOSSARY.md).

ALTER TABLE landed RENAME TO effects_received;
ALTER TABLE told RENAME TO cached_response;
DROP INDEX told_at;
CREATE INDEX cached_response_at ON cached_response (at);
