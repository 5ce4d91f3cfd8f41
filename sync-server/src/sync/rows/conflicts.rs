//! Fields that two people changed.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::ConflictId;
use domain::sync::edit::Conflict;
use protocol::sync::push::Keep;
use protocol::sync::rows::Entity;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A conflict as it is stored.
pub struct StoredConflict {
    /// Kind of the row.
    pub entity: Entity,
    /// The row.
    pub row: Uuid,
    /// The field.
    pub field: String,
    /// The value that waits.
    pub mine: String,
    /// The value of the row.
    pub theirs: String,
    /// How it was decided.
    pub decided: Option<Keep>,
}

/// Whose operation a new conflict is from.
pub struct Origin {
    /// Key of the utility.
    pub utility: i64,
    /// Key of the author.
    pub author: i64,
    /// The operation.
    pub op: Uuid,
}

/// Whether a field of a row waits for a decision.
///
/// # Errors
/// The database.
pub fn is_any_open(db: &Db, row: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM conflict WHERE row_id = ?1 AND decided IS NULL)")?;
    Ok(query.query_row([row.as_bytes()], |found| found.get(0))?)
}

/// Writes a new conflict.
///
/// # Errors
/// The database.
pub fn insert(
    tx: &mut Tx<'_>,
    id: ConflictId,
    origin: &Origin,
    (entity, row): (Entity, Uuid),
    conflict: &Conflict<String>,
) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO conflict (id, utility, author, op_id, entity, row_id, field, base, mine, theirs, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    insert.execute(params![
        id.0.as_bytes(),
        origin.utility,
        origin.author,
        origin.op.as_bytes(),
        entity as u8,
        row.as_bytes(),
        conflict.field,
        conflict.base,
        conflict.mine,
        conflict.theirs,
        tx.now.0
    ])?;
    Ok(())
}

/// A conflict of a utility.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: ConflictId) -> Result<Option<StoredConflict>, Error> {
    let mut query =
        db.prepare_cached("SELECT entity, row_id, field, mine, theirs, decided FROM conflict WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![id.0.as_bytes(), utility], |row| {
        let code: u8 = row.get(0)?;
        let decided: Option<String> = row.get(5)?;
        Ok(StoredConflict {
            entity: Entity::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, i64::from(code)))?,
            row: Uuid::from_bytes(row.get(1)?),
            field: row.get(2)?,
            mine: row.get(3)?,
            theirs: row.get(4)?,
            decided: decided.map(|word| if word == "mine" { Keep::Mine } else { Keep::Theirs }),
        })
    });
    Ok(found.optional()?)
}

/// Writes that the row has another value by now; returns the conflict's new revision.
///
/// # Errors
/// The database.
pub fn update_theirs(tx: &mut Tx<'_>, id: ConflictId, theirs: &str) -> Result<i64, Error> {
    let mut update = tx.db.prepare_cached("UPDATE conflict SET theirs = ?2, rev = rev + 1 WHERE id = ?1 RETURNING rev")?;
    Ok(update.query_row(params![id.0.as_bytes(), theirs], |row| row.get(0))?)
}

/// Writes how a conflict was decided.
///
/// # Errors
/// The database.
pub fn set_decided(tx: &mut Tx<'_>, id: ConflictId, keep: Keep) -> Result<(), Error> {
    let word = match keep {
        Keep::Mine => "mine",
        Keep::Theirs => "theirs",
    };
    tx.db.prepare_cached("UPDATE conflict SET decided = ?2 WHERE id = ?1")?.execute(params![id.0.as_bytes(), word])?;
    Ok(())
}
