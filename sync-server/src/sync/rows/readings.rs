//! Readings that a manual reading is compared with.

use crate::core::Db;
use crate::error::Error;
use crate::metering::intake::Source;
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

/// The settled registers that a meter sent itself, next before and next after an instant.
///
/// # Errors
/// The database.
pub fn registers_around(db: &Db, meter: i64, t: UtcMillis) -> Result<[Option<Millilitres>; 2], Error> {
    let sides = [
        "SELECT register FROM reading WHERE meter = ?1 AND t < ?2 AND verdict < ?3 AND source <> ?4 ORDER BY t DESC LIMIT 1",
        "SELECT register FROM reading WHERE meter = ?1 AND t > ?2 AND verdict < ?3 AND source <> ?4 ORDER BY t LIMIT 1",
    ];
    let mut found = [None; 2];
    for (found, sql) in found.iter_mut().zip(sides) {
        let mut query = db.prepare_cached(sql)?;
        let values = params![meter, t.0, Verdict::Contradicted as u8, Source::Manual as u8];
        let register: Option<i64> = query.query_row(values, |row| row.get(0)).optional()?;
        *found = register.map(Millilitres);
    }
    Ok(found)
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
