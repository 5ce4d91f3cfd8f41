//! Readings that a manual reading is compared with.

use crate::core::Db;
use crate::error::Error;
use crate::metering::intake::Source;
use domain::metering::reading::Verdict;
use domain::{Millilitres, UtcMillis};
use rusqlite::{OptionalExtension, params};

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
