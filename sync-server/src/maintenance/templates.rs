//! Checklists: their versions are kept, never changed, and held by everybody of the utility. Who put one is in the audit log alone.

use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::maintenance::rows::templates;
use crate::maintenance::rows::templates::NewVersion;
use domain::maintenance::template::TemplateVersion;
use protocol::sync::rows::Entity;

/// Versions of checklists of one utility at most: every device of it holds them all.
const MOST: i64 = 500;

/// Whether a utility has a version of a checklist.
///
/// # Errors
/// The database.
pub fn is_of(db: &Db, utility: i64, version: &TemplateVersion) -> Result<bool, Error> {
    Ok(templates::find(db, version)?.is_some_and(|found| found.utility == utility))
}

/// Whether a utility has room for another version.
///
/// # Errors
/// The database.
pub fn has_room(db: &Db, utility: i64) -> Result<bool, Error> {
    Ok(templates::count_of(db, utility)? < MOST)
}

/// Keeps a new version.
///
/// # Errors
/// There is one of this number, or the database.
pub fn keep(tx: &mut Tx<'_>, utility: i64, new: &NewVersion<'_>) -> Result<(), Error> {
    templates::insert(tx, utility, new)?;
    let public = tx.bucket(utility, "public")?;
    tx.put(public, Entity::WorkTemplate, &RowId::of(*new.version.row_id().as_bytes()), 1)
}

/// Takes the names of their authors out of some versions that an older release has kept with them, and gives each another revision; returns how many
/// there were.
///
/// # Errors
/// The database.
pub fn forget_names(tx: &mut Tx<'_>, most: i64) -> Result<usize, Error> {
    let named = templates::named(tx, most)?;
    for (utility, id) in &named {
        let rev = templates::forget_name(tx, *id)?;
        let public = tx.bucket(*utility, "public")?;
        tx.put(public, Entity::WorkTemplate, &RowId::of(*id.as_bytes()), rev)?;
    }
    Ok(named.len())
}
