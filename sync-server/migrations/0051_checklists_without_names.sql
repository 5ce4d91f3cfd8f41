-- Everybody of a utility holds its checklists, so that no name of an admin belongs in their rows. `by_name` is empty from now on. Where it is not,
-- devices hold a row with the name: the server empties it once it has started, and gives the row another revision.
DROP TRIGGER work_template_kept;
CREATE TRIGGER work_template_kept
  BEFORE UPDATE OF id, utility, template, version, content, author, at ON work_template
  BEGIN SELECT RAISE(ABORT, 'kept'); END;
CREATE INDEX work_template_named ON work_template (num) WHERE by_name <> '';
