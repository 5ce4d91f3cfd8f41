//! Checklists: an admin keeps the next version of one, which is never changed.

use crate::error::Error;
use crate::maintenance::rows::templates::{NewVersion, find};
use crate::maintenance::templates;
use crate::sync::apply::work::applied;
use crate::sync::apply::work_done::dated;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::maintenance::template::TemplateVersion;
use domain::people::permission::Permission;
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::work::NewWorkTemplate;

/// Keeps a version of a checklist. The same one under another operation is the same version; where somebody else has kept another one of this number,
/// that stands. One that leaves a number out builds on a version that this server does not have.
pub fn put(applying: &mut Applying<'_, '_>, new: NewWorkTemplate) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageWork) {
        return Ok(rejected(Rejection::Denied));
    }
    let content = match new.template.clean() {
        Ok(content) => content,
        Err(fault) => return Ok(invalid(fault.field())),
    };
    let (version, utility, author) = (new.version, applying.caller.utility, applying.caller.num);
    let Some(before) = version.version.checked_sub(1) else { return Ok(invalid("version")) };
    match find(applying.tx, &version)? {
        Some(found) if found.utility != utility => return Ok(rejected(Rejection::IdReused)),
        Some(found) if found.content == content => return Ok(applied()),
        Some(_) => return Ok(other_version()),
        None => {}
    }
    let before = TemplateVersion { id: version.id, version: before };
    if before.version > 0 && !templates::is_of(applying.tx, utility, &before)? {
        return Ok(other_version());
    }
    if !templates::has_room(applying.tx, utility)? {
        return Ok(invalid("template"));
    }
    let (at, _) = dated(applying, applying.op.occurred_at);
    templates::keep(applying.tx, utility, &NewVersion { version, content: &content, author, at })?;
    let retired = if content.retired { "true" } else { "" }.to_owned();
    let values = [
        ("name", content.name),
        ("version", version.version.to_string()),
        ("steps", content.steps.len().to_string()),
        ("retired", retired),
    ];
    let values = values.into_iter().filter(|(_, value)| !value.is_empty());
    applying.audit((Entity::WorkTemplate, version.row_id()), values.map(|(field, value)| (field, String::new(), value)))?;
    Ok(applied())
}

/// Its author has built on another version than the last one here.
fn other_version() -> Outcome {
    Outcome::Rejected { code: Rejection::Conflict, field: Some("version".to_owned()), conflict: None }
}
