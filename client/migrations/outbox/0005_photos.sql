-- Which picture is to be brought next is asked after every edit: by the readings that wait, not by all that waits, nor by all pictures.

CREATE INDEX op_reading ON op (seq) WHERE state <> 'applied' AND kind = 'record_reading';
