//! Operations on their way to the server: taken in batches, and put back where no answer came.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::{chain, meta};
use domain::{UserId, UtcMillis};
use protocol::sync::push::{MAX_OPS, OperationEnvelope, Push};
use rusqlite::{Connection, Row};
use serde_json::value::RawValue;
use uuid::Uuid;

/// No operation is held back for longer: a later instant was noted by a clock that has been set since.
const LONGEST_PAUSE_MS: i64 = domain::core::local_time::HOUR_MS;

/// The next operations to send, marked as inflight: [`MAX_OPS`] and `most` bytes of operations at most, one operation at least.
pub(crate) fn take_batch(db: &Connection, user: UserId, now: UtcMillis, most: usize) -> Result<Option<Push>, Error> {
    if !is_attached(db)? || !meta::is_of(db, user)? {
        return Ok(None);
    }
    let mut query = db.prepare_cached(
        "SELECT op_id, seq, lane, after_op, v, payload, occurred_at FROM outbox.op INDEXED BY op_open
         WHERE state <> 'applied' AND state = 'pending' AND not_before NOT BETWEEN ?2 + 1 AND ?3 ORDER BY seq LIMIT ?1",
    )?;
    let ops = query.query_map([MAX_OPS as i64, now.0, now.0 + LONGEST_PAUSE_MS], read_op)?.collect::<Result<Vec<_>, _>>()?;
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
    Ok(if ops.is_empty() { None } else { Some(Push { outbox: meta::outbox_id(db)?, epoch: meta::known_epoch(db)?, ops }) })
}

pub(super) fn read_op(row: &Row<'_>) -> rusqlite::Result<OperationEnvelope> {
    let wrong = |column| {
        move |error: Box<dyn std::error::Error + Send + Sync>| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
        }
    };
    let id: String = row.get(0)?;
    let after: Option<String> = row.get(3)?;
    Ok(OperationEnvelope {
        id: id.parse::<Uuid>().map_err(|error| wrong(0)(error.into()))?,
        seq: row.get::<_, i64>(1)? as u64,
        lane: row.get(2)?,
        after: after.and_then(|text| text.parse().ok()),
        v: row.get(4)?,
        operation: RawValue::from_string(row.get(5)?).map_err(|error| wrong(5)(error.into()))?,
        occurred_at: UtcMillis(row.get(6)?),
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
