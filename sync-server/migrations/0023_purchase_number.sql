-- A purchase is found by its number, the last four bytes of its identifier.
CREATE INDEX purchase_number ON purchase (utility, substr(id, 13));
