//! What a report of alerts is filled from: which cases were found, and at whose meters.

use crate::core::Db;
use crate::error::Error;
use crate::reports::rows::source::Within;
use domain::UtcMillis;
use rusqlite::params;

/// A case that was found.
pub struct FoundCase {
    /// Its key.
    pub num: i64,
    /// The customer's name; empty where there is none.
    pub customer: String,
    /// The serial of the meter.
    pub serial: String,
}

/// The cases that were found from one instant to before another, in that order, also those that are not shown.
///
/// # Errors
/// The database.
pub fn cases(db: &Db, within: Within, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<FoundCase>, Error> {
    let mut query = db.prepare_cached(
        "SELECT k.num, COALESCE(cu.name, ''), m.serial FROM meter_case k JOIN connection c ON c.num = k.connection
         JOIN meter m ON m.num = k.meter LEFT JOIN customer cu ON cu.num = c.customer LEFT JOIN zone z ON z.num = c.zone
         WHERE c.utility = ?1 AND k.opened_at >= ?2 AND k.opened_at < ?3 AND (?4 IS NULL OR z.id = ?4) ORDER BY k.opened_at, k.num",
    )?;
    let zone = within.zone.map(|zone| zone.0.into_bytes());
    let found = query.query_map(params![within.utility, from.0, until.0, zone], |row| {
        Ok(FoundCase { num: row.get(0)?, customer: row.get(1)?, serial: row.get(2)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
