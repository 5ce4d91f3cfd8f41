//! Templates of reports: put and removed by admins, one's own and those that are shared.

use crate::error::Error;
use crate::field::rows::records::name_of;
use crate::reports::rows::PutTemplate;
use crate::reports::templates;
use crate::reports::templates::Found;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::ReportTemplateId;
use domain::field::field_record::is_time;
use domain::people::permission::Permission;
use domain::reports::{TemplateContent, TemplateField};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

fn applied() -> Outcome {
    Outcome::Applied { conflicts: Vec::new() }
}

/// Keeps a template, or replaces it: `before` is what its author saw.
pub fn put(
    applying: &mut Applying<'_, '_>,
    id: ReportTemplateId,
    before: Option<&TemplateContent>,
    after: TemplateContent,
) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageMoney) {
        return Ok(rejected(Rejection::Denied));
    }
    let after = match after.clean() {
        Ok(after) => after,
        Err(field) => return Ok(invalid(field.as_str())),
    };
    match (templates::find(applying.tx, applying.caller, id)?, before) {
        (Found::Nothing, None) => add(applying, id, &after),
        (Found::Nothing | Found::Taken, Some(_)) => Ok(rejected(Rejection::NotFound)),
        (Found::Taken, None) => Ok(rejected(Rejection::IdReused)),
        // The same new one under another operation is the same template.
        (Found::Template(found), None) if found.content == after => Ok(applied()),
        (Found::Template(_), None) => Ok(rejected(Rejection::IdReused)),
        (Found::Template(found), Some(before)) => {
            let merged = match found.content.merged(before, &after) {
                Ok(merged) => merged,
                Err(field) => return Ok(conflicting(field)),
            };
            if merged == found.content {
                return Ok(applied());
            }
            // Who else has it is for its author to say.
            if merged.shared != found.content.shared && found.author.0 != applying.caller.num {
                return Ok(rejected(Rejection::Denied));
            }
            let by = name_of(applying.tx, applying.caller.num)?;
            let at = made_at(applying);
            templates::replace(applying.tx, id, &found, &PutTemplate { content: &merged, by: &by, at })?;
            audit(applying, id, Some(&found.content), Some(&merged))?;
            Ok(applied())
        }
    }
}

fn add(applying: &mut Applying<'_, '_>, id: ReportTemplateId, new: &TemplateContent) -> Result<Outcome, Error> {
    if !templates::has_room(applying.tx, applying.caller.num)? {
        return Ok(invalid("template"));
    }
    let by = name_of(applying.tx, applying.caller.num)?;
    let at = made_at(applying);
    templates::add(applying.tx, applying.caller, id, &PutTemplate { content: new, by: &by, at })?;
    audit(applying, id, None, Some(new))?;
    Ok(applied())
}

/// Removes a template. One that is not there any more is removed already.
pub fn remove(applying: &mut Applying<'_, '_>, id: ReportTemplateId) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageMoney) {
        return Ok(rejected(Rejection::Denied));
    }
    let Found::Template(found) = templates::find(applying.tx, applying.caller, id)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    templates::remove(applying.tx, id, &found)?;
    audit(applying, id, Some(&found.content), None)?;
    Ok(applied())
}

/// When its author made the change: a clock that is years off cannot date it.
fn made_at(applying: &Applying<'_, '_>) -> domain::UtcMillis {
    let (received, said) = (applying.tx.now, applying.timing.correct(applying.op.occurred_at));
    if is_time(said, received) { said.min(received) } else { received }
}

fn conflicting(field: TemplateField) -> Outcome {
    Outcome::Rejected { code: Rejection::Conflict, field: Some(field.as_str().to_owned()), conflict: None }
}

/// Writes the audit entry of what changed.
fn audit(
    applying: &mut Applying<'_, '_>,
    id: ReportTemplateId,
    before: Option<&TemplateContent>,
    after: Option<&TemplateContent>,
) -> Result<(), Error> {
    let none = ["name", "shared", "design"].map(|field| (field, String::new()));
    let of = |content: Option<&TemplateContent>| content.map_or_else(|| none.clone(), templates::audited);
    let changes = of(before).into_iter().zip(of(after)).map(|((field, was), (_, is))| (field, was, is));
    let changes: Vec<_> = changes.filter(|(_, was, is)| was != is).collect();
    applying.audit((Entity::ReportTemplate, id.0), changes)
}
