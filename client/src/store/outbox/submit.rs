//! New operations: kept in the outbox, then shown by their overlays. One that a person makes, or those of an import.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::meta;
use crate::store::{Store, overlay};
use domain::field::device_clock::Stamp;
use domain::{UserId, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::{OPERATION_VERSION, Operation};
use protocol::sync::rows::Entity;
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

/// An operation of an import, or of a batch of customers.
pub struct BatchOperation {
    /// Its identity, which follows from the batch and the row: made again, it is the same operation.
    pub id: Uuid,
    /// What.
    pub operation: Operation,
    /// What people call the row.
    pub title: String,
    /// The operation of the same batch on whose effect it builds.
    pub after: Option<Uuid>,
}

impl Store {
    /// Puts operations of a user's import into the outbox, behind everything else, but for those that are there under their identity already;
    /// then shows their effects. Returns how many were put.
    ///
    /// # Errors
    /// The user's outbox is not open, as after signing out, or a file cannot be written; then none is kept.
    pub fn submit_batch(
        &self,
        user: Option<UserId>,
        batch: Uuid,
        operations: &[BatchOperation],
        made: &Stamp,
    ) -> Result<u32, Error> {
        self.submit_batch_and(user, batch, operations, made, |_| Ok(()))
    }

    /// The same, and what has to be written of the outbox in the same transaction: neither is there without the other.
    ///
    /// # Errors
    /// As [`Self::submit_batch`], or that of `and`.
    pub fn submit_batch_and(
        &self,
        user: Option<UserId>,
        batch: Uuid,
        operations: &[BatchOperation],
        made: &Stamp,
        and: impl FnOnce(&Connection) -> Result<(), Error>,
    ) -> Result<u32, Error> {
        let put = self.write_now(|db| {
            // A job may outlast the session that began it, and the next user's outbox may be open by then.
            if !user.is_some_and(|user| is_attached(db).unwrap_or(false) && meta::is_of(db, user).unwrap_or(false)) {
                return Err(Problem::new(Code::Unauthenticated, "whoever began it is not signed in any more").into());
            }
            let mut put = 0;
            for op in operations {
                put += u32::from(insert_of_batch(db, batch, op, made)?);
            }
            and(db)?;
            Ok(put)
        })?;
        let shown = self.write_now(|db| {
            operations.iter().try_for_each(|op| {
                let (entity, row) = op.operation.row();
                overlay::apply_overlay(db, entity, &row)
            })
        });
        if let Err(error) = shown {
            tracing::error!(%error, "the operations of a batch are kept, and cannot be shown yet");
        }
        Ok(put)
    }
}

fn insert_of_batch(db: &Connection, batch: Uuid, op: &BatchOperation, made: &Stamp) -> Result<bool, Error> {
    let (entity, row) = op.operation.row();
    // What was done to the row after the batch was made builds on the batch, also where rows of it are put here again.
    let before = match op.operation {
        // The parts of a message do not build on each other: of one of them nobody may be a customer any more.
        Operation::SendAnnouncement { .. } => None,
        _ => latest_of_row(db, entity, &row, made.at)?,
    };
    let after = op.after.map(|after| after.to_string()).or(before);
    let place = Place { lane: Operation::IMPORT_LANE, after, batch: Some(batch.to_string()) };
    insert_at(db, op.id, &op.operation, (&op.title, made), place)
}

/// An edit of a row builds on the one before it, of those that were made until an instant: its `from` is what that one leaves.
fn latest_of_row(db: &Connection, entity: Entity, row: &str, until: UtcMillis) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached(
        "SELECT op_id FROM outbox.op
         WHERE entity = ?1 AND row_id = ?2 AND retired = 0 AND state IN ('pending', 'inflight') AND occurred_at <= ?3
         ORDER BY seq DESC LIMIT 1",
    )?;
    Ok(query.query_row(params![entity as u8, row, until.0], |row| row.get(0)).optional()?)
}

/// Where an operation waits.
struct Place {
    lane: &'static str,
    after: Option<String>,
    batch: Option<String>,
}

/// Puts an operation that a person makes into the outbox, in the transaction of the caller.
pub(super) fn insert(db: &Connection, id: Uuid, operation: &Operation, title: &str, made: &Stamp) -> Result<(), Error> {
    let (entity, row) = operation.row();
    let of_row = latest_of_row(db, entity, &row, UtcMillis(i64::MAX))?;
    let after = match operation {
        // A meter that a swap has put up is not there before that one is entered.
        Operation::SwapMeter(swap) if of_row.is_none() => {
            latest_of_row(db, Entity::MeterSwap, &swap.meter.to_string(), UtcMillis(i64::MAX))?
        }
        _ => of_row,
    };
    insert_at(db, id, operation, (title, made), Place { lane: operation.lane(), after, batch: None }).map(drop)
}

/// Puts an operation into the outbox; returns whether there was none under this identity.
fn insert_at(
    db: &Connection,
    id: Uuid,
    operation: &Operation,
    (title, made): (&str, &Stamp),
    place: Place,
) -> Result<bool, Error> {
    let (entity, row) = operation.row();
    let mut insert = db.prepare_cached(
        "INSERT INTO outbox.op (op_id, lane, after_op, kind, v, payload, entity, row_id, title, occurred_at, skew_ms, run, run_ms, batch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (op_id) DO NOTHING",
    )?;
    let put = insert.execute(params![
        id.to_string(),
        place.lane,
        place.after,
        operation.kind(),
        OPERATION_VERSION,
        serde_json::to_string(operation)?,
        entity as u8,
        row,
        title,
        made.at.0,
        made.clock.skew_ms,
        made.clock.monotonic.map(|reading| reading.run.to_string()),
        made.clock.monotonic.map(|reading| reading.ms),
        place.batch
    ])?;
    Ok(put > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::outbox::open_ops;
    use domain::alerts::announcement::{Announcement, Wording};
    use domain::{AnnouncementId, CustomerId, MeterId, NoteId};

    #[test]
    fn an_import_goes_into_the_outbox_of_whoever_made_it_and_into_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let (own, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let operation = Operation::AddNote { note: NoteId(Uuid::nil()), meter: MeterId(Uuid::nil()), text: "Segel".into() };
        let operations = [BatchOperation { id: Uuid::from_u128(3), operation, title: "WM-1".into(), after: None }];
        let submit = |user| store.submit_batch(user, Uuid::from_u128(4), &operations, &Stamp::from(UtcMillis(5)));
        assert!(submit(Some(own)).is_err(), "no outbox is open");
        store.open_outbox(own, &dir.path().join("outbox.db")).unwrap();
        assert!(submit(Some(other)).is_err() && submit(None).is_err());
        assert_eq!(store.read_now(open_ops).unwrap().len(), 0);
        assert_eq!((submit(Some(own)).unwrap(), submit(Some(own)).unwrap()), (1, 0), "it is there already");
        let kept = store.read_now(open_ops).unwrap();
        assert_eq!(kept.iter().map(|op| (op.id, op.lane.as_str())).collect::<Vec<_>>(), [(Uuid::from_u128(3), "import")]);
    }

    #[test]
    fn no_part_of_a_message_waits_for_another() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let user = UserId(Uuid::from_u128(1));
        store.open_outbox(user, &dir.path().join("outbox.db")).unwrap();
        let words = Announcement { id: Wording { title: "Air mati".into(), text: "Besok".into() }, en: None };
        let announcement = AnnouncementId(Uuid::from_u128(9));
        let parts = [2, 3].map(|part| {
            let customers = vec![CustomerId(Uuid::from_u128(part))];
            let operation = Operation::SendAnnouncement { announcement, words: words.clone(), customers };
            BatchOperation { id: Uuid::from_u128(part), operation, title: "Air mati".into(), after: None }
        });
        assert_eq!(store.submit_batch(Some(user), announcement.0, &parts, &Stamp::from(UtcMillis(5))).unwrap(), 2);
        let kept = store.read_now(open_ops).unwrap();
        assert_eq!(kept.iter().map(|op| op.after).collect::<Vec<_>>(), [None, None]);
    }
}
