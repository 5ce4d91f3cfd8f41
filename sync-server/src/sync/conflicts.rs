//! Conflicts as rows of inboxes: kept when an operation finds a field changed, restated while they wait, closed when they are decided.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::sync::rows::conflicts;
use crate::sync::rows::conflicts::Origin;
use domain::ConflictId;
use domain::sync::edit::Conflict;
use protocol::sync::push::Keep;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Writes the values that wait, into the inbox of whoever can decide about the row.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, origin: &Origin, row: (Entity, Uuid), found: &[Conflict<String>]) -> Result<(), Error> {
    for conflict in found {
        // The same operation has the same conflicts, wherever and whenever it is applied.
        let id = ConflictId(Uuid::new_v5(&origin.op, conflict.field.as_bytes()));
        conflicts::insert(tx, id, origin, row, conflict)?;
        let inbox = inbox(tx, origin.utility, row)?;
        tx.put(inbox, Entity::Conflict, &row_id(id), 1)?;
    }
    Ok(())
}

/// Writes that the row has another value by now.
///
/// # Errors
/// The database.
pub fn restate(tx: &mut Tx<'_>, utility: i64, row: (Entity, Uuid), id: ConflictId, theirs: &str) -> Result<(), Error> {
    let rev = conflicts::update_theirs(tx, id, theirs)?;
    let inbox = inbox(tx, utility, row)?;
    tx.put(inbox, Entity::Conflict, &row_id(id), rev)
}

/// Writes how a conflict was decided, and removes it from the inbox.
///
/// # Errors
/// The database.
pub fn close(tx: &mut Tx<'_>, utility: i64, row: (Entity, Uuid), id: ConflictId, keep: Keep) -> Result<(), Error> {
    conflicts::set_decided(tx, id, keep)?;
    let inbox = inbox(tx, utility, row)?;
    tx.remove(inbox, Entity::Conflict, &row_id(id))
}

/// The bucket of a row's conflicts: the admins', who alone can edit the records that have them, their authors among them; for a profile
/// that of its user.
fn inbox(tx: &mut Tx<'_>, utility: i64, (entity, row): (Entity, Uuid)) -> Result<i64, Error> {
    let name = if entity == Entity::Profile { format!("user:{row}") } else { "admin".to_owned() };
    tx.bucket(utility, name)
}

fn row_id(id: ConflictId) -> RowId {
    RowId::of(*id.0.as_bytes())
}
