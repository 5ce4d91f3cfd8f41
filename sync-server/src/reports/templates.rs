//! Templates: kept, replaced and removed, and held by their authors, and by all admins where they are shared.

use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::reports::rows;
use crate::reports::rows::{PutTemplate, StoredTemplate};
use domain::ReportTemplateId;
use domain::reports::TemplateContent;
use protocol::sync::rows::Entity;

/// Templates of one author at most.
const MOST: u32 = 200;

/// What is there under an identifier.
pub enum Found {
    /// Nothing.
    Nothing,
    /// A template that the caller may see and replace.
    Template(Box<StoredTemplate>),
    /// One that is not the caller's, or was removed.
    Taken,
}

/// What is there under an identifier for a caller: one's own templates, and those of the utility that are shared.
///
/// # Errors
/// The database.
pub fn find(db: &Db, caller: &Caller, id: ReportTemplateId) -> Result<Found, Error> {
    Ok(match rows::find(db, id)? {
        None => Found::Nothing,
        Some(found) => {
            let is_own = found.author.0 == caller.num;
            let is_theirs = found.utility == caller.utility && (is_own || found.content.shared);
            if is_theirs && !found.is_removed { Found::Template(Box::new(found)) } else { Found::Taken }
        }
    })
}

/// Whether an author has room for another one.
///
/// # Errors
/// The database.
pub fn has_room(db: &Db, author: i64) -> Result<bool, Error> {
    Ok(rows::count_of(db, author)? < MOST)
}

/// Keeps a new template of the caller's.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn add(tx: &mut Tx<'_>, caller: &Caller, id: ReportTemplateId, new: &PutTemplate<'_>) -> Result<(), Error> {
    rows::insert(tx, id, (caller.utility, caller.num), new)?;
    let own = tx.bucket(caller.utility, format!("user:{}", caller.id))?;
    tx.put(own, Entity::ReportTemplate, &row(id), 1)?;
    show_to_admins(tx, caller.utility, id, new.content.shared.then_some(1))
}

/// Replaces a template.
///
/// # Errors
/// The database.
pub fn replace(tx: &mut Tx<'_>, id: ReportTemplateId, found: &StoredTemplate, new: &PutTemplate<'_>) -> Result<(), Error> {
    let rev = rows::replace(tx, found.num, new)?;
    let own = tx.bucket(found.utility, format!("user:{}", found.author.1))?;
    tx.put(own, Entity::ReportTemplate, &row(id), rev)?;
    show_to_admins(tx, found.utility, id, new.content.shared.then_some(rev))
}

/// Removes a template.
///
/// # Errors
/// The database.
pub fn remove(tx: &mut Tx<'_>, id: ReportTemplateId, found: &StoredTemplate) -> Result<(), Error> {
    rows::remove(tx, found.num)?;
    let own = tx.bucket(found.utility, format!("user:{}", found.author.1))?;
    tx.remove(own, Entity::ReportTemplate, &row(id))?;
    show_to_admins(tx, found.utility, id, None)
}

/// The admins hold it at a revision, or not at all.
fn show_to_admins(tx: &mut Tx<'_>, utility: i64, id: ReportTemplateId, rev: Option<i64>) -> Result<(), Error> {
    let admins = tx.bucket(utility, "admin")?;
    match rev {
        Some(rev) => tx.put(admins, Entity::ReportTemplate, &row(id), rev),
        None => tx.remove(admins, Entity::ReportTemplate, &row(id)),
    }
}

fn row(id: ReportTemplateId) -> RowId {
    RowId::of(*id.0.as_bytes())
}

/// What the audit log says of a template: its fields without the pieces, which nobody would read there.
pub fn audited(content: &TemplateContent) -> [(&'static str, String); 3] {
    let design = &content.design;
    let pieces = design.pieces.as_ref().map_or_else(String::new, |pieces| format!(" {}", pieces.len()));
    [
        ("name", content.name.clone()),
        ("shared", if content.shared { "on" } else { "off" }.to_owned()),
        ("design", format!("{} {}{pieces}", design.kind.as_str(), design.days.as_str())),
    ]
}
