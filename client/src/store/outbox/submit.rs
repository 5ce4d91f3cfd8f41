//! A new operation: kept in the outbox, then shown by its overlay.

use crate::error::Error;
use crate::store::{Store, overlay};
use domain::field::device_clock::Stamp;
use protocol::sync::push::{OPERATION_VERSION, Operation};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

impl Store {
    /// Puts an operation into the outbox, unless one is there under this identity already, and shows its effect on its row. `made` is when it was made, and what is known of that clock.
    ///
    /// # Errors
    /// No account's outbox is open, or a file cannot be written; then nothing is kept.
    pub fn submit(&self, id: Uuid, operation: &Operation, title: &str, made: impl Into<Stamp>) -> Result<(), Error> {
        let made = made.into();
        let (entity, row) = operation.row();
        // Two transactions: the outbox is never behind the cache. The overlay can be derived again.
        self.write_now(|db| insert(db, id, operation, title, &made))?;
        if let Err(error) = self.write_now(|db| overlay::apply_overlay(db, entity, &row)) {
            tracing::error!(%error, "an operation is kept, and cannot be shown yet");
        }
        Ok(())
    }
}

fn insert(db: &Connection, id: Uuid, operation: &Operation, title: &str, made: &Stamp) -> Result<(), Error> {
    let (entity, row) = operation.row();
    // An edit of a row builds on the one before it: its `from` is what that one leaves.
    let after: Option<String> = db
        .prepare_cached("SELECT op_id FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0 AND state IN ('pending', 'inflight') ORDER BY seq DESC LIMIT 1")?
        .query_row(params![entity as u8, row], |row| row.get(0))
        .optional()?;
    db.prepare_cached(
        "INSERT INTO outbox.op (op_id, lane, after_op, kind, v, payload, entity, row_id, title, occurred_at, skew_ms, run, run_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (op_id) DO NOTHING",
    )?
    .execute(params![
        id.to_string(),
        operation.lane(),
        after,
        operation.kind(),
        OPERATION_VERSION,
        serde_json::to_string(operation)?,
        entity as u8,
        row,
        title,
        made.at.0,
        made.clock.skew_ms,
        made.clock.monotonic.map(|reading| reading.run.to_string()),
        made.clock.monotonic.map(|reading| reading.ms)
    ])?;
    Ok(())
}
