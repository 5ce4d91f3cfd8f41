-- Rows of a spreadsheet find the customer by its number, and the meter by its serial.

CREATE INDEX customer_number ON customer (number);

-- What the columns of a source held the last time. The imports themselves are a file each (client/src/imports).
CREATE TABLE import_mapping (source TEXT PRIMARY KEY, mapping TEXT NOT NULL) STRICT, WITHOUT ROWID;
