//! Meter events that are yet to be looked into.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{Millilitres, UtcMillis};

/// An event that a meter reported.
pub struct PendingEvent {
    /// Its key among the pending ones.
    pub num: i64,
    /// Key of the meter.
    pub meter: i64,
    /// When, by the meter's clock.
    pub t: UtcMillis,
    /// When it was received.
    pub received_at: UtcMillis,
    /// Its kind, as it is stored.
    pub kind: String,
    /// The register then.
    pub register: Option<Millilitres>,
}

/// Pending events, in the order in which they came.
///
/// # Errors
/// The database.
pub fn pending(db: &Db, limit: i64) -> Result<Vec<PendingEvent>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.num, p.meter, p.t, e.received_at, p.kind, e.register FROM pending_event p
         JOIN meter_event e ON e.meter = p.meter AND e.t = p.t AND e.kind = p.kind ORDER BY p.num LIMIT ?1",
    )?;
    let events = query.query_map([limit], |row| {
        Ok(PendingEvent {
            num: row.get(0)?,
            meter: row.get(1)?,
            t: UtcMillis(row.get(2)?),
            received_at: UtcMillis(row.get(3)?),
            kind: row.get(4)?,
            register: row.get::<_, Option<i64>>(5)?.map(Millilitres),
        })
    })?;
    Ok(events.collect::<Result<_, _>>()?)
}

/// An event was looked into.
///
/// # Errors
/// The database.
pub fn remove_pending(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM pending_event WHERE num = ?1")?.execute([num])?;
    Ok(())
}
