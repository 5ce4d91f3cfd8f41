//! Results of operations, and how often one made the server panic.

use crate::core::{Db, Tx};
use crate::error::Error;
use protocol::sync::push::{Operation, OperationEnvelope, Outcome};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A decided operation.
pub struct Decided {
    /// Key of its author.
    pub user: i64,
    /// SHA-256 of its version and body.
    pub payload_hash: [u8; 32],
    /// Its outcome.
    pub outcome: Outcome,
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Setup(format!("a stored outcome cannot be read: {error}"))
}

/// The result of an operation, if it was decided.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: Uuid) -> Result<Option<Decided>, Error> {
    let found: Option<(i64, [u8; 32], String)> = db
        .prepare_cached("SELECT user, payload_hash, outcome FROM op_result WHERE op_id = ?1")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((user, payload_hash, outcome)) = found else { return Ok(None) };
    Ok(Some(Decided { user, payload_hash, outcome: serde_json::from_str(&outcome).map_err(unreadable)? }))
}

/// Writes the result of an operation.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, outbox: Uuid, op: &OperationEnvelope, decided: &Decided) -> Result<(), Error> {
    let outcome = serde_json::to_string(&decided.outcome).map_err(unreadable)?;
    let mut insert = tx.db.prepare_cached(
        "INSERT OR IGNORE INTO op_result (op_id, user, outbox, seq, lane, payload_hash, at, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    insert.execute(params![
        op.id.as_bytes(),
        decided.user,
        outbox.as_bytes(),
        op.seq as i64,
        // Of a lane that there is not, the name is the sender's, and as long as the sender likes.
        Operation::LANES.iter().find(|known| **known == op.lane).copied().unwrap_or_default(),
        decided.payload_hash,
        tx.now.0,
        outcome
    ])?;
    Ok(())
}

/// Counts that an operation made the server panic; returns how often it has.
///
/// # Errors
/// The database.
pub fn count_panic(tx: &mut Tx<'_>, id: Uuid) -> Result<i64, Error> {
    let mut count = tx.db.prepare_cached(
        "INSERT INTO op_panic (op_id, count) VALUES (?1, 1) ON CONFLICT (op_id) DO UPDATE SET count = count + 1 RETURNING count",
    )?;
    Ok(count.query_row([id.as_bytes()], |row| row.get(0))?)
}
