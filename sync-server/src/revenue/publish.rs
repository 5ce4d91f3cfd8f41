//! Publishes days whose sums have changed to the admins. A day of which every purchase changes a sum is published once in ten seconds at most:
//! it is some kilobytes for each admin's device.

use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::revenue::rows::days::{Due, DueDay};
use crate::revenue::rows::{days, sums};
use domain::UtcMillis;
use domain::revenue::Dimension;
use protocol::sync::rows::{Entity, RevenueDay};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Between two revisions of a day.
const PAUSE_MS: i64 = 10_000;

/// Which days are due at an instant.
pub const fn due(now: UtcMillis) -> Due {
    (UtcMillis(now.0 - PAUSE_MS), now)
}

/// Publishes the days that are due, so many at most.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, limit: i64) -> Result<(), Error> {
    for day in days::due(tx, due(tx.now), limit)? {
        publish_day(tx, &day)?;
    }
    Ok(())
}

fn publish_day(tx: &mut Tx<'_>, due: &DueDay) -> Result<(), Error> {
    let sums = sums::of_day(tx, due.utility, due.day)?;
    let named = [Dimension::Campaign, Dimension::Collector].map(|dimension| sums.values(dimension));
    let named: Vec<String> = named.into_iter().flatten().filter_map(|(value, _)| value).collect();
    let names = days::names(tx, due.utility, &named)?;
    let row = RevenueDay::new((due.id, due.day), tx.now, &sums, names);
    let body = serde_json::to_string(&row).map_err(unwritable)?;
    let rev = days::keep(tx, due, &body)?;
    let admin = tx.bucket(due.utility, "admin")?;
    tx.put(admin, Entity::RevenueDay, &RowId::at(*due.id.0.as_bytes(), due.day.0), rev)
}

/// The body of a utility's day, as it was published last; none if it is not there.
///
/// # Errors
/// The database.
pub fn body(db: &Db, utility: Uuid, day: Option<i32>) -> Result<Option<Box<RawValue>>, Error> {
    days::body(db, utility, day)?.map(RawValue::from_string).transpose().map_err(unwritable)
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::Setup(format!("a row cannot be written as JSON: {error}"))
}
