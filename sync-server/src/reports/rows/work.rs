//! What a report of technicians is filled from: work orders, and manual readings.

use crate::core::Db;
use crate::error::Error;
use domain::core::local_time::DAY_MS;
use domain::maintenance::work_order::{Progress, WorkKind};
use domain::reports::kinds::{FIXED_DAYS, ReadBy, WorkDone};
use domain::{MeterId, UtcMillis};
use rusqlite::{Row, params};
use uuid::Uuid;

/// Days that a window is long at most: work that was due in some days began to be due so long before them.
const LONGEST_WINDOW_DAYS: i64 = 31;

fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<UtcMillis>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(UtcMillis))
}

/// The work orders of a utility that were due from one instant to before another, and those after them that say whether a repair held.
///
/// # Errors
/// The database.
pub fn done(db: &Db, utility: i64, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<WorkDone>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, COALESCE(z.name, ''), o.work, o.at, o.window_until, o.begun_at, o.completed_at, o.cancelled_at,
           COALESCE(NULLIF(o.completed_by, ''), NULLIF(o.begun_by, ''), o.technician_name)
         FROM work_order o JOIN meter m ON m.num = o.meter LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL
         LEFT JOIN connection c ON c.num = i.connection LEFT JOIN zone z ON z.num = c.zone
         WHERE o.window_from >= ?2 AND o.window_from < ?3 AND m.utility = ?1",
    )?;
    let (first, last) = (from.plus(-LONGEST_WINDOW_DAYS * DAY_MS), until.plus((LONGEST_WINDOW_DAYS + FIXED_DAYS) * DAY_MS));
    let found = query.query_map(params![utility, first.0, last.0], |row| {
        let work: String = row.get(2)?;
        Ok(WorkDone {
            meter: MeterId(Uuid::from_bytes(row.get(0)?)),
            zone: row.get(1)?,
            technician: row.get(8)?,
            // A word that the schema's own CHECK would refuse is read as work that nothing is asked of.
            work: WorkKind::from_word(&work).unwrap_or(WorkKind::Routine),
            at: UtcMillis(row.get(3)?),
            until: UtcMillis(row.get(4)?),
            progress: Progress { begun_at: instant(row, 5)?, completed_at: instant(row, 6)?, cancelled_at: instant(row, 7)? },
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The manual readings of a utility from one instant to before another, each by its meter's zone and its author. It reads those of each meter by an
/// index.
///
/// # Errors
/// The database.
pub fn readings(db: &Db, utility: i64, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<ReadBy>, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(z.name, ''), r.author_name FROM meter m CROSS JOIN manual_reading r
         LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL LEFT JOIN connection c ON c.num = i.connection
         LEFT JOIN zone z ON z.num = c.zone WHERE m.utility = ?1 AND r.meter = m.num AND r.at >= ?2 AND r.at < ?3",
    )?;
    let found = query.query_map(params![utility, from.0, until.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
