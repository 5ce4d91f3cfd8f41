-- How many pieces of each spare part are in the van of whoever uses this device, as the server says.
CREATE TABLE van_part (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Parts that are recorded on this device and wait to be sent are few among all records.
CREATE INDEX work_record_part ON work_record (id) WHERE json_extract(body, '$.content.what') = 'part';
