-- Work records and swaps name pictures as well as readings do: which picture is to be brought next is asked of all of them.

DROP INDEX op_reading;
CREATE INDEX op_photo ON op (seq) WHERE state <> 'applied' AND kind IN ('record_reading', 'add_work_record', 'swap_meter');
