-- What is done under work orders, the checklists that they have, and which of both somebody should look at.

CREATE TABLE work_record (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, work_order TEXT NOT NULL, meter TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_record_order ON work_record (work_order, at);
CREATE INDEX work_record_meter ON work_record (meter, at);
CREATE INDEX work_record_review ON work_record (work_order) WHERE json_array_length(body, '$.review') > 0;
CREATE INDEX work_order_review ON work_order (at) WHERE json_array_length(body, '$.review') > 0;

CREATE TABLE work_template (
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, template TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_template_version ON work_template (template, version);
