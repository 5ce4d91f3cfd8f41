//! What operations came to, who did what, and the fields that two people changed.

use crate::core::Tx;
use crate::core::audit;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::sync::apply::Applying;
use domain::ConflictId;
use domain::sync::edit::Conflict;
use protocol::sync::push::{Keep, OperationEnvelope, Outcome};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// An operation that makes the server stumble this often is set aside.
pub const PANICS: i64 = 3;

/// A decided operation.
pub struct Decided {
    /// Key of its author.
    pub user: i64,
    /// SHA-256 of its version and command.
    pub payload_hash: [u8; 32],
    /// What it came to.
    pub outcome: Outcome,
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Setup(format!("a stored outcome cannot be read: {error}"))
}

/// What an operation came to, if it was decided.
///
/// # Errors
/// The database.
pub fn decided(db: &Connection, id: Uuid) -> Result<Option<Decided>, Error> {
    let found: Option<(i64, [u8; 32], String)> = db
        .prepare_cached("SELECT user, payload_hash, outcome FROM op_result WHERE op_id = ?1")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((user, payload_hash, outcome)) = found else { return Ok(None) };
    Ok(Some(Decided { user, payload_hash, outcome: serde_json::from_str(&outcome).map_err(unreadable)? }))
}

/// Keeps what an operation came to.
///
/// # Errors
/// It was decided already, or the database.
pub fn write(tx: &mut Tx<'_>, outbox: Uuid, op: &OperationEnvelope, decided: &Decided) -> Result<(), Error> {
    let now = tx.now;
    let outcome = serde_json::to_string(&decided.outcome).map_err(unreadable)?;
    tx.db.prepare_cached(
        "INSERT OR IGNORE INTO op_result (op_id, user, outbox, seq, lane, payload_hash, at, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        op.id.as_bytes(),
        decided.user,
        outbox.as_bytes(),
        op.seq as i64,
        op.lane,
        decided.payload_hash,
        now.0,
        outcome
    ])?;
    Ok(())
}

/// Counts that an operation made the server stumble; returns how often it has.
///
/// # Errors
/// The database.
pub fn count_panic(tx: &mut Tx<'_>, id: Uuid) -> Result<i64, Error> {
    let mut count = tx.db.prepare_cached(
        "INSERT INTO op_panic (op_id, count) VALUES (?1, 1) ON CONFLICT (op_id) DO UPDATE SET count = count + 1 RETURNING count",
    )?;
    Ok(count.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Notes who changed which fields of a row: `(field, before, after)`.
///
/// # Errors
/// The database.
pub fn audit<'f>(
    applying: &mut Applying<'_, '_>,
    (entity, id): (Entity, Uuid),
    changes: impl IntoIterator<Item = (&'f str, String, String)>,
) -> Result<(), Error> {
    let (caller, op) = (applying.caller, applying.op);
    let entry = audit::Entry {
        utility: caller.utility,
        user: caller.num,
        kind: applying.kind,
        op: op.id,
        occurred_at: Some(op.occurred_at),
        row: (entity as u8, id),
    };
    audit::record(applying.tx, &entry, changes)
}

/// A field that two people changed.
pub struct FoundConflict {
    /// Kind of the row.
    pub entity: Entity,
    /// The row.
    pub row: Uuid,
    /// The field.
    pub field: String,
    /// The value that waits.
    pub mine: String,
    /// The value that stands.
    pub theirs: String,
    /// How it was decided.
    pub decided: Option<Keep>,
}

/// Keeps the values that wait, in their author's inbox and the admins'.
///
/// # Errors
/// The database.
pub fn keep_conflicts(
    applying: &mut Applying<'_, '_>,
    (entity, row): (Entity, Uuid),
    conflicts: &[Conflict<String>],
) -> Result<(), Error> {
    for conflict in conflicts {
        // The same operation has the same conflicts, wherever and whenever it is applied.
        let id = ConflictId(Uuid::new_v5(&applying.op.id, conflict.field.as_bytes()));
        applying
            .tx
            .prepare_cached(
                "INSERT INTO conflict (id, utility, author, op_id, entity, row_id, field, base, mine, theirs, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                id.0.as_bytes(),
                applying.caller.utility,
                applying.caller.num,
                applying.op.id.as_bytes(),
                entity as u8,
                row.as_bytes(),
                conflict.field,
                conflict.base,
                conflict.mine,
                conflict.theirs,
                applying.tx.now.0
            ])?;
        let into = inbox(applying, (entity, row))?;
        applying.tx.put(into, Entity::Conflict, &RowId::of(*id.0.as_bytes()), 1)?;
    }
    Ok(())
}

/// The bucket of a row's conflicts: the admins', who alone can edit the records that have them, their authors among them; for a profile
/// that of its user.
fn inbox(applying: &mut Applying<'_, '_>, (entity, row): (Entity, Uuid)) -> Result<i64, Error> {
    let name = if entity == Entity::Profile { format!("user:{row}") } else { "admin".to_owned() };
    applying.tx.bucket(applying.caller.utility, name)
}

/// A conflict of a utility.
///
/// # Errors
/// The database.
pub fn conflict(db: &Connection, utility: i64, id: ConflictId) -> Result<Option<FoundConflict>, Error> {
    let mut query =
        db.prepare_cached("SELECT entity, row_id, field, mine, theirs, decided FROM conflict WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![id.0.as_bytes(), utility], |row| {
        let code: u8 = row.get(0)?;
        let decided: Option<String> = row.get(5)?;
        Ok(FoundConflict {
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

/// Notes that another value stands by now.
///
/// # Errors
/// The database.
pub fn restate_conflict(applying: &mut Applying<'_, '_>, of: (Entity, Uuid), id: ConflictId, theirs: &str) -> Result<(), Error> {
    let rev: i64 = applying
        .tx
        .prepare_cached("UPDATE conflict SET theirs = ?2, rev = rev + 1 WHERE id = ?1 RETURNING rev")?
        .query_row(params![id.0.as_bytes(), theirs], |row| row.get(0))?;
    let into = inbox(applying, of)?;
    applying.tx.put(into, Entity::Conflict, &RowId::of(*id.0.as_bytes()), rev)
}

/// Notes how a conflict was decided, and takes it out of the inboxes.
///
/// # Errors
/// The database.
pub fn close_conflict(applying: &mut Applying<'_, '_>, of: (Entity, Uuid), id: ConflictId, keep: Keep) -> Result<(), Error> {
    let word = match keep {
        Keep::Mine => "mine",
        Keep::Theirs => "theirs",
    };
    applying.tx.db.prepare_cached("UPDATE conflict SET decided = ?2 WHERE id = ?1")?.execute(params![id.0.as_bytes(), word])?;
    let from = inbox(applying, of)?;
    applying.tx.remove(from, Entity::Conflict, &RowId::of(*id.0.as_bytes()))
}
