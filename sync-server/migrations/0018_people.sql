-- From where a session's device came last: four bytes of IPv4, the eight that count of IPv6. A sign-in from there is no stranger's.
ALTER TABLE session ADD COLUMN address BLOB;

-- What a user has uploaded.
CREATE INDEX blob_owner_user ON blob_owner (user);
