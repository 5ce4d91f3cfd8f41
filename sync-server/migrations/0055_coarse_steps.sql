-- A register may step by 0.1 m³ from one second to the next: what contradicted others by less than that is judged anew.
INSERT OR IGNORE INTO meter_to_judge SELECT DISTINCT meter FROM reading WHERE verdict > 3 AND verdict IN (4, 5, 15, 17);
