//! Results of operations, and how often one made the server panic.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use domain::core::local_time::DAY_MS;
use protocol::sync::push::{Operation, OperationEnvelope, Outcome};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// How long a result is kept, from the decision. Whoever sends an operation again does so within it; an operation that was made before that
/// is refused, since it may have been applied, and its result be removed.
pub const LIFE_DAYS: i64 = 400;

/// Rows that one transaction removes at most.
const REMOVED_TOGETHER: i64 = 1_000;

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

/// Whether the result of an operation that was made at an instant may have been removed by now.
pub fn is_expired(made: UtcMillis, now: UtcMillis) -> bool {
    now.since(made) > LIFE_DAYS * DAY_MS
}

/// Removes some of the results that are older than [`LIFE_DAYS`]; returns whether there may be more. Identifiers of operations begin with
/// the time at which they were made, so only the oldest part of the table is read. A row whose identifier begins with a later time stays
/// until that time has passed too.
///
/// # Errors
/// The database.
pub fn remove_expired(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let before = tx.now.plus(-LIFE_DAYS * DAY_MS).0;
    let first_kept = (before.max(0) as u64).to_be_bytes();
    // The 48 bits of time that a UUID of version 7 begins with.
    let first_kept = &first_kept[2..];
    let removed = tx
        .db
        .prepare_cached(
            "DELETE FROM op_result WHERE op_id IN (SELECT op_id FROM op_result WHERE op_id < ?1 AND at < ?2 LIMIT +?3)",
        )?
        .execute(params![first_kept, before, REMOVED_TOGETHER])?;
    tx.db
        .prepare_cached("DELETE FROM op_panic WHERE op_id IN (SELECT op_id FROM op_panic WHERE op_id < ?1 LIMIT +?2)")?
        .execute(params![first_kept, REMOVED_TOGETHER])?;
    Ok(removed as i64 == REMOVED_TOGETHER)
}
