//! Operations on their way to the server: taken in batches, and put back where no answer came.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::{chain, meta};
use domain::field::device_clock::{DeviceClock, MonotonicReading};
use domain::{UserId, UtcMillis};
use protocol::sync::push::{MAX_OPS, OperationEnvelope, Push};
use rusqlite::{Connection, Row};
use serde_json::value::RawValue;
use uuid::Uuid;

/// No operation is held back for longer: a later instant was noted by a clock that has been set since.
const LONGEST_PAUSE_MS: i64 = domain::core::local_time::HOUR_MS;

/// Operations of imports that one push carries at most: the server works on other people's between two pushes.
const OF_IMPORTS: usize = 500;

/// The next operations to send, marked as inflight: [`MAX_OPS`] and `most` bytes of operations at most, one operation at least. Those of
/// imports come behind all others, however early they were made.
pub(crate) fn take_batch(db: &Connection, user: UserId, now: UtcMillis, most: usize) -> Result<Option<Push>, Error> {
    if !is_attached(db)? || !meta::is_of(db, user)? {
        return Ok(None);
    }
    let mut ops = read_pending(db, now, "op_single", "batch IS NULL", MAX_OPS)?;
    if ops.is_empty() {
        ops = read_pending(db, now, "op_of_batch", "batch IS NOT NULL", OF_IMPORTS)?;
    }
    let mut ops = chain::ready(db, ops)?;
    let mut bytes = 0;
    let fits = ops.iter().take_while(|op| {
        bytes += op.operation.get().len();
        bytes <= most
    });
    let fits = fits.count().max(1);
    ops.truncate(fits);
    let mut send = db.prepare_cached("UPDATE outbox.op SET state = 'inflight', attempts = attempts + 1 WHERE seq = ?1")?;
    for op in &ops {
        send.execute([op.seq as i64])?;
    }
    let push = |ops| Ok::<_, Error>(Push { outbox: meta::outbox_id(db)?, epoch: meta::known_epoch(db)?, sent: None, ops });
    (!ops.is_empty()).then(|| push(ops)).transpose()
}

fn read_pending(db: &Connection, now: UtcMillis, index: &str, of: &str, most: usize) -> Result<Vec<OperationEnvelope>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT op_id, seq, lane, after_op, v, payload, occurred_at, skew_ms, run, run_ms FROM outbox.op INDEXED BY {index}
         WHERE state <> 'applied' AND {of} AND state = 'pending' AND not_before NOT BETWEEN ?2 + 1 AND ?3
           AND op_id NOT IN (SELECT op_id FROM outbox.refused_photo) ORDER BY seq LIMIT +?1"
    ))?;
    Ok(query.query_map([most as i64, now.0, now.0 + LONGEST_PAUSE_MS], read_op)?.collect::<Result<Vec<_>, _>>()?)
}

pub(super) fn read_op(row: &Row<'_>) -> rusqlite::Result<OperationEnvelope> {
    let wrong = |column| {
        move |error: Box<dyn std::error::Error + Send + Sync>| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
        }
    };
    let id: String = row.get(0)?;
    let after: Option<String> = row.get(3)?;
    let run = row.get::<_, Option<String>>(8)?.and_then(|text| text.parse().ok());
    let monotonic = run.zip(row.get(9)?).map(|(run, ms)| MonotonicReading { run, ms });
    let clock = DeviceClock { skew_ms: row.get(7)?, monotonic };
    Ok(OperationEnvelope {
        id: id.parse::<Uuid>().map_err(|error| wrong(0)(error.into()))?,
        seq: row.get::<_, i64>(1)? as u64,
        lane: row.get(2)?,
        after: after.and_then(|text| text.parse().ok()),
        v: row.get(4)?,
        operation: RawValue::from_string(row.get(5)?).map_err(|error| wrong(5)(error.into()))?,
        occurred_at: UtcMillis(row.get(6)?),
        clock: (clock != DeviceClock::default()).then_some(clock),
    })
}

/// Puts back what is inflight: no answer came, so it is sent again.
pub(crate) fn put_back(db: &Connection) -> Result<(), Error> {
    if is_attached(db)? {
        // The condition on `applied` lets SQLite use the index, which leaves those out.
        db.execute("UPDATE outbox.op SET state = 'pending' WHERE state <> 'applied' AND state = 'inflight'", [])?;
    }
    Ok(())
}

/// Takes back the count of an attempt that never left this device, so that its operations can still be amended.
///
/// # Errors
/// The outbox cannot be written.
pub fn revert_attempt(db: &Connection) -> Result<(), Error> {
    if is_attached(db)? {
        let sql = "UPDATE outbox.op SET attempts = attempts - 1 WHERE state <> 'applied' AND state = 'inflight' AND attempts > 0";
        db.execute(sql, [])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::outbox::open_ops;
    use domain::field::device_clock::Stamp;
    use domain::{MeterId, NoteId};
    use engine::device::Sender;
    use protocol::sync::push::Operation;

    #[test]
    fn attempts_that_never_left_the_device_make_no_push_smaller() {
        let dir = tempfile::tempdir().unwrap();
        let mut store =
            Store::open(&dir.path().join("cache.db"), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
                .unwrap();
        let (user, now) = (UserId(Uuid::from_u128(1)), UtcMillis(10));
        store.open_outbox(user, &dir.path().join("outbox.db")).unwrap();
        for id in 1..=100 {
            let (note, meter, text) = (NoteId(Uuid::from_u128(id)), MeterId(Uuid::nil()), "s".repeat(400));
            store.submit(Uuid::from_u128(id), &Operation::AddNote { note, meter, text }, "WM-1", UtcMillis(5)).unwrap();
        }
        let mut sender = Sender::default();
        for _ in 0..10 {
            assert_eq!(sender.batch(&mut store, user, now).unwrap().map(|push| push.ops.len()), Some(100));
            sender.unsent(&mut store).unwrap();
        }
        for _ in 0..10 {
            sender.batch(&mut store, user, now).unwrap();
            sender.lost(&mut store).unwrap();
        }
        let sent = sender.batch(&mut store, user, now).unwrap().map_or(0, |push| push.ops.len());
        assert!((1..20).contains(&sent), "{sent}: what left and was not answered may have been too large");
    }

    #[test]
    fn an_operation_is_sent_with_what_was_known_of_the_clock_when_it_was_made() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
            .unwrap();
        store.open_outbox(UserId(Uuid::from_u128(1)), &dir.path().join("outbox.db")).unwrap();
        let note = |id: u128| Operation::AddNote {
            note: NoteId(Uuid::from_u128(id)),
            meter: MeterId(Uuid::nil()),
            text: "Segel".into(),
        };
        let monotonic = MonotonicReading { run: Uuid::from_u128(9), ms: 70_000 };
        let made = Stamp { at: UtcMillis(5), clock: DeviceClock { skew_ms: Some(-8_399_999), monotonic: Some(monotonic) } };
        store.submit(Uuid::from_u128(1), &note(1), "WM-1", made).unwrap();
        store.submit(Uuid::from_u128(2), &note(2), "WM-1", UtcMillis(6)).unwrap();
        let ops = store.read_now(open_ops).unwrap();
        assert_eq!(ops.iter().map(OperationEnvelope::stamp).collect::<Vec<_>>(), [made, Stamp::from(UtcMillis(6))]);
        let text = serde_json::to_string(&ops[1]).unwrap();
        assert!(!text.contains("clock"), "what is not known is not sent: {text}");
        let old = r#"{"id":"00000000-0000-0000-0000-000000000003","seq":1,"lane":"field","v":1,"command":{},"occurred_at":7}"#;
        assert_eq!(serde_json::from_str::<OperationEnvelope>(old).unwrap().stamp(), Stamp::from(UtcMillis(7)));
        // Amended, it is another operation, made at another time.
        let later = Stamp { at: UtcMillis(9), clock: DeviceClock { skew_ms: Some(3), monotonic: None } };
        store.amend(Uuid::from_u128(1), Uuid::from_u128(4), &note(1), later).unwrap();
        assert_eq!(store.read_now(open_ops).unwrap()[0].stamp(), later);
    }
}
