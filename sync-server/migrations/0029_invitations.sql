-- An invitation is a code to set the first password with. Its own identifier is that from which the code is derived when it is sent, so that
-- the code itself waits nowhere. A user who has no password yet has an empty hash.
ALTER TABLE password_code ADD COLUMN invitation BLOB;

-- What a utility puts on its receipts beside its name. `logo` is a PNG.
CREATE TABLE letterhead (
  utility INTEGER PRIMARY KEY REFERENCES utility, rev INTEGER NOT NULL, address TEXT NOT NULL, tax_number TEXT NOT NULL,
  phone TEXT NOT NULL, email TEXT NOT NULL, footer TEXT NOT NULL, logo BLOB
) STRICT;
