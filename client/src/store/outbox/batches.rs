//! Batches, in the outbox of the account that they belong to.

use crate::error::Error;
use crate::store::files::is_attached;
use domain::{CustomerId, UtcMillis};
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Batches that are kept.
const MOST: u32 = 100;

/// What is known of a batch as a whole; none of that identifier.
///
/// # Errors
/// The outbox cannot be read.
pub fn state(db: &Connection, batch: Uuid) -> Result<Option<String>, Error> {
    if !is_attached(db)? {
        return Ok(None);
    }
    let mut query = db.prepare_cached("SELECT state FROM outbox.batch WHERE id = ?1")?;
    Ok(query.query_row([batch.to_string()], |row| row.get(0)).optional()?)
}

/// The batches, the newest first.
///
/// # Errors
/// The outbox cannot be read.
pub fn states(db: &Connection) -> Result<Vec<String>, Error> {
    if !is_attached(db)? {
        return Ok(Vec::new());
    }
    let mut query =
        db.prepare_cached("SELECT state FROM outbox.batch INDEXED BY batch_made_at ORDER BY made_at DESC, id DESC LIMIT +?1")?;
    Ok(query.query_map([MOST], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Writes what is known of a batch as a whole.
///
/// # Errors
/// The outbox cannot be written.
pub fn set_state(db: &Connection, batch: Uuid, state: &str) -> Result<(), Error> {
    db.prepare_cached("UPDATE outbox.batch SET state = ?2 WHERE id = ?1")?.execute(params![batch.to_string(), state])?;
    Ok(())
}

/// Writes a new batch with its customers, and forgets the oldest of more than are kept.
///
/// # Errors
/// There is one of this identifier, or the outbox cannot be written.
pub fn add(db: &Connection, batch: Uuid, at: UtcMillis, state: &str, customers: &[CustomerId]) -> Result<(), Error> {
    let batch = batch.to_string();
    db.prepare_cached("INSERT INTO outbox.batch (id, made_at, state) VALUES (?1, ?2, ?3)")?
        .execute(params![batch, at.0, state])?;
    let mut row = db.prepare_cached("INSERT INTO outbox.batch_row (batch, place, customer) VALUES (?1, ?2, ?3)")?;
    for (place, customer) in (1_u32..).zip(customers) {
        row.execute(params![batch, place, customer.to_string()])?;
    }
    let deleted = db
        .prepare_cached(
            "DELETE FROM outbox.batch WHERE id IN (SELECT id FROM outbox.batch ORDER BY made_at DESC, id DESC LIMIT -1 OFFSET ?1)",
        )?
        .execute([MOST])?;
    if deleted > 0 {
        db.prepare_cached("DELETE FROM outbox.batch_row WHERE batch NOT IN (SELECT id FROM outbox.batch)")?.execute([])?;
    }
    Ok(())
}

/// A customer of a batch, by its place in it, from 1.
pub struct BatchRow {
    /// The place.
    pub place: u32,
    /// Which customer.
    pub customer: String,
}

/// The next customers of a batch.
///
/// # Errors
/// The outbox cannot be read.
pub fn rows_behind(db: &Connection, batch: Uuid, place: u32, limit: u32) -> Result<Vec<BatchRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT place, customer FROM outbox.batch_row WHERE batch = ?1 AND place > ?2 ORDER BY place LIMIT +?3",
    )?;
    let found = query
        .query_map(params![batch.to_string(), place, limit], |row| Ok(BatchRow { place: row.get(0)?, customer: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Whether the outbox has an operation of this identity, whatever became of it.
///
/// # Errors
/// The outbox cannot be read.
pub fn has(db: &Connection, op: Uuid) -> Result<bool, Error> {
    if !is_attached(db)? {
        return Ok(false);
    }
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox.op WHERE op_id = ?1)")?;
    Ok(query.query_row([op.to_string()], |row| row.get(0))?)
}

/// An operation by its identity, while it waits or was applied; none that was refused.
///
/// # Errors
/// The outbox cannot be read.
pub fn done_by(db: &Connection, op: Uuid) -> Result<Option<Operation>, Error> {
    if !is_attached(db)? {
        return Ok(None);
    }
    let mut query = db.prepare_cached("SELECT payload FROM outbox.op WHERE op_id = ?1 AND retired = 0 AND state <> 'parked'")?;
    let payload: Option<String> = query.query_row([op.to_string()], |row| row.get(0)).optional()?;
    payload.map(|payload| Ok(serde_json::from_str(&payload)?)).transpose()
}

/// What a batch has done to a row, in order: its operations that wait or were applied. Those that were refused have done nothing.
///
/// # Errors
/// The outbox cannot be read.
pub fn done_to(db: &Connection, batch: Uuid, entity: Entity, row: &str) -> Result<Vec<Operation>, Error> {
    let mut query = db.prepare_cached(
        "SELECT payload FROM outbox.op INDEXED BY op_over
         WHERE entity = ?1 AND row_id = ?2 AND retired = 0 AND state <> 'parked' AND batch = ?3 ORDER BY seq",
    )?;
    let found = query.query_map(params![entity as u8, row, batch.to_string()], |row| row.get(0))?;
    let payloads = found.collect::<Result<Vec<String>, _>>()?;
    payloads.iter().map(|payload| Ok(serde_json::from_str(payload)?)).collect()
}
