-- The list of customers reads one index, in its order, that holds what is searched as well; two would be written for each row.

DROP INDEX customer_name;
DROP INDEX customer_search;
CREATE INDEX customer_list ON customer (name COLLATE NOCASE, id, search);
