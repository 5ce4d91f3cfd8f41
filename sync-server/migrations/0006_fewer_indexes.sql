-- No question is answered by these any more: the Audit page has its own (0005), and users are deactivated, never deleted. Each cost
-- every operation a page.
DROP INDEX audit_row;
DROP INDEX audit_user;
DROP INDEX op_result_user;
