//! The outbox: an account's operations on this device, and what became of them. A file of its own for each account, attached to the cache's
//! connections.
//!
//! It is written with `synchronous = FULL`, and before the cache: overlays are derived from it, so a kill between the two files loses
//! nothing, and `rebuild_all` after opening computes them again.

pub mod amend;
pub mod batches;
pub(crate) mod chain;
mod file;
pub(crate) mod meta;
pub mod pictures;
pub mod queue;
pub mod refused_photos;
mod retry;
pub(crate) mod salvage;
pub(crate) mod send;
pub(crate) mod settle;
mod submit;
mod views;

pub use submit::BatchOperation;

use crate::error::Error;
use crate::store::files::is_attached;
use protocol::sync::push::OperationEnvelope;
use protocol::sync::rows::Entity;
use protocol::ui::imports::Sent;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// How many operations are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not answered yet.
    pub waiting: u32,
    /// Refused: their author has to decide.
    pub parked: u32,
}

/// Whether any row has a pending operation.
pub(crate) fn has_pending(db: &Connection) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox.op WHERE retired = 0 AND op_id NOT IN (SELECT op_id FROM effects_received))";
    Ok(is_attached(db)? && db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Whether a row has a pending operation.
pub(crate) fn has_pending_of(db: &Connection, entity: Entity, id: &str) -> Result<bool, Error> {
    if !is_attached(db)? {
        return Ok(false);
    }
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0
           AND op_id NOT IN (SELECT op_id FROM effects_received))",
    )?;
    Ok(query.query_row(params![entity as u8, id], |row| row.get(0))?)
}

/// All operations that were not applied, in their order.
///
/// # Errors
/// The outbox cannot be read.
pub fn open_ops(db: &Connection) -> Result<Vec<OperationEnvelope>, Error> {
    if !is_attached(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT op_id, seq, lane, after_op, v, payload, occurred_at, skew_ms, run, run_ms FROM outbox.op WHERE state <> 'applied' ORDER BY seq",
    )?;
    Ok(query.query_map([], send::read_op)?.collect::<Result<_, _>>()?)
}

/// What became of the operations of an import or a batch, of which `all` were made.
///
/// # Errors
/// The outbox cannot be read.
pub fn sent_of_batch(db: &Connection, batch: Uuid, all: u32) -> Result<Sent, Error> {
    if !is_attached(db)? {
        return Ok(Sent { applied: all, ..Sent::default() });
    }
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(state <> 'parked'), 0), COALESCE(SUM(state = 'parked'), 0)
         FROM outbox.op INDEXED BY op_batch WHERE state <> 'applied' AND batch IS NOT NULL AND batch = ?1",
    )?;
    let batch = batch.to_string();
    let (waiting, refused): (u32, u32) = query.query_row([&batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let discarded = meta::discarded(db, &batch)?;
    Ok(Sent { waiting, applied: all.saturating_sub(waiting + refused + discarded), refused })
}

/// How many operations an import has made, whatever became of them. Costs a walk over the outbox.
///
/// # Errors
/// The outbox cannot be read.
pub fn all_of_batch(db: &Connection, batch: Uuid) -> Result<u32, Error> {
    if !is_attached(db)? {
        return Ok(0);
    }
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM outbox.op WHERE batch = ?1")?;
    Ok(query.query_row([batch.to_string()], |row| row.get(0))?)
}

/// How many operations wait, and how many are parked.
pub fn counts(db: &Connection) -> Result<Counts, Error> {
    if !is_attached(db)? {
        return Ok(Counts::default());
    }
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(state <> 'parked'), 0), COALESCE(SUM(state = 'parked'), 0)
         FROM outbox.op INDEXED BY op_state WHERE state <> 'applied'",
    )?;
    Ok(query.query_row([], |row| Ok(Counts { waiting: row.get(0)?, parked: row.get(1)? }))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use domain::field::device_clock::Stamp;
    use domain::{MeterId, NoteId, UserId, UtcMillis};
    use protocol::sync::push::{Operation, OperationResult, Outcome, Rejection};

    #[test]
    fn an_operation_that_was_refused_and_discarded_does_not_count_as_sent() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let (user, batch) = (UserId(Uuid::from_u128(1)), Uuid::from_u128(2));
        store.open_outbox(user, &dir.path().join("outbox.db")).unwrap();
        let operations = [3, 4].map(|number| {
            let id = Uuid::from_u128(number);
            let operation = Operation::AddNote { note: NoteId(id), meter: MeterId(Uuid::nil()), text: "Segel".into() };
            BatchOperation { id, operation, title: "WM-1".into(), after: None }
        });
        store.submit_batch(Some(user), batch, &operations, &Stamp::from(UtcMillis(5))).unwrap();
        let refused = operations[0].id;
        let outcome = Outcome::Rejected { code: Rejection::BuildsOnRefused, field: None, conflict: None };
        let result = OperationResult { id: refused, duplicate: false, outcome };
        store.write_now(|db| settle::settle(db, &result, UtcMillis(6), UtcMillis(6))).unwrap();
        let sent = || store.read_now(|db| sent_of_batch(db, batch, 2)).unwrap();
        assert_eq!(sent(), Sent { waiting: 1, applied: 0, refused: 1 });
        assert_eq!(store.withdraw(refused).unwrap(), amend::Amended::Done);
        assert_eq!(sent(), Sent { waiting: 1, applied: 0, refused: 0 });
    }
}
