//! What meters sent and could not be taken, as rows: a count for each reason and field.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use protocol::metering::refusals::RefusalCount;
use rusqlite::{OptionalExtension, params};

/// What is to be added to one row: of a meter's key, a reason and a field.
pub type Key = (i64, &'static str, &'static str);

/// How often something was refused, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u32,
    /// First time.
    pub first: UtcMillis,
    /// Last time.
    pub last: UtcMillis,
}

/// Adds to what was counted before. A meter that was taken back since has no count: what others sent is written in the same transaction.
///
/// # Errors
/// The database.
pub fn add(tx: &mut Tx<'_>, (meter, reason, field): Key, tally: &Tally) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO refusal (meter, reason, field, count, first_at, last_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM meter WHERE num = ?1)
         ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at = max(last_at, excluded.last_at)",
        )?
        .execute(params![meter, reason, field, tally.count, tally.first.0, tally.last.0])?;
    Ok(())
}

/// What was refused of a meter, the latest first.
///
/// # Errors
/// The database.
pub fn list(db: &Db, meter: i64) -> Result<Vec<RefusalCount>, Error> {
    let mut query = db.prepare_cached(
        "SELECT reason, field, count, first_at, last_at FROM refusal WHERE meter = ?1 ORDER BY last_at DESC, reason, field",
    )?;
    let rows = query.query_map([meter], |row| {
        Ok(RefusalCount {
            reason: row.get(0)?,
            field: row.get(1)?,
            count: row.get(2)?,
            first_at: UtcMillis(row.get(3)?),
            last_at: UtcMillis(row.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the newest believed reading of a meter came.
///
/// # Errors
/// The database.
pub fn stored_at(db: &Db, meter: i64) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached("SELECT received_at FROM meter_state WHERE meter = ?1")?;
    Ok(query.query_row([meter], |row| row.get(0).map(UtcMillis)).optional()?)
}
