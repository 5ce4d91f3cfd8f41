//! Readings that a manual reading is compared with.

use crate::core::Db;
use crate::error::Error;
use domain::metering::reading::Verdict;
use domain::{Millilitres, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// The last settled register of a meter before an instant.
///
/// # Errors
/// The database.
pub fn register_before(db: &Db, meter: i64, t: UtcMillis) -> Result<Option<Millilitres>, Error> {
    let mut query =
        db.prepare_cached("SELECT register FROM reading WHERE meter = ?1 AND t < ?2 AND verdict < ?3 ORDER BY t DESC LIMIT 1")?;
    let found = query.query_row(params![meter, t.0, Verdict::Contradicted as u8], |row| row.get(0)).optional()?;
    Ok(found.map(Millilitres))
}

/// The verdict on the reading of an instant.
///
/// # Errors
/// The database.
pub fn verdict_at(db: &Db, meter: i64, t: UtcMillis) -> Result<Option<Verdict>, Error> {
    let mut query = db.prepare_cached("SELECT verdict FROM reading WHERE meter = ?1 AND t = ?2")?;
    let code: Option<u8> = query.query_row(params![meter, t.0], |row| row.get(0)).optional()?;
    Ok(code.and_then(Verdict::from_code))
}
