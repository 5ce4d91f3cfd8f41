//! What utilities have set about days off.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::maintenance::schedule::holidays::{HolidayKind, OffDays, WorkHoliday};
use domain::{LocalDay, ZoneId};
use rusqlite::{Row, params};
use uuid::Uuid;

/// Stands for all zones of a utility.
pub const EVERYWHERE: i64 = 0;

fn read(row: &Row<'_>) -> rusqlite::Result<WorkHoliday> {
    let kind: String = row.get(1)?;
    let kind = HolidayKind::from_word(&kind).unwrap_or(HolidayKind::Local);
    Ok(WorkHoliday { day: LocalDay(row.get(0)?), name: row.get(2)?, kind })
}

/// What a utility has set of a stretch of days, both included: for all zones first, then by zone; with the zone where it is about one.
///
/// # Errors
/// The database.
pub fn between(db: &Db, utility: i64, (from, until): (LocalDay, LocalDay)) -> Result<Vec<(WorkHoliday, Option<ZoneId>)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT h.day, h.kind, h.name, z.id FROM work_holiday h LEFT JOIN zone z ON z.num = h.zone
         WHERE h.utility = ?1 AND h.day BETWEEN ?2 AND ?3 ORDER BY h.zone, h.day",
    )?;
    let found = query.query_map(params![utility, from.0, until.0], |row| {
        let zone: Option<[u8; 16]> = row.get(3)?;
        Ok((read(row)?, zone.map(|id| ZoneId(Uuid::from_bytes(id)))))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The days off in a zone (key): what this program knows, what its utility has set, and what was set for the zone.
///
/// # Errors
/// The database.
pub fn off_days(db: &Db, utility: i64, zone: i64) -> Result<OffDays, Error> {
    let mut query =
        db.prepare_cached("SELECT day, kind, name FROM work_holiday WHERE utility = ?1 AND zone IN (0, ?2) ORDER BY zone, day")?;
    let set = query.query_map([utility, zone], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(OffDays::new(set.into_iter().map(|holiday| (holiday.day, holiday.kind))))
}

/// What was set of a day for a zone (key, or [`EVERYWHERE`]).
///
/// # Errors
/// The database.
pub fn of_day(db: &Db, (utility, zone): (i64, i64), day: LocalDay) -> Result<Option<WorkHoliday>, Error> {
    let mut query =
        db.prepare_cached("SELECT day, kind, name FROM work_holiday WHERE utility = ?1 AND zone = ?2 AND day = ?3")?;
    Ok(query.query_map(params![utility, zone, day.0], read)?.next().transpose()?)
}

/// Writes what a day is.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, (utility, zone): (i64, i64), holiday: &WorkHoliday) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO work_holiday (utility, zone, day, kind, name) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (utility, zone, day) DO UPDATE SET kind = ?4, name = ?5",
    )?;
    insert.execute(params![utility, zone, holiday.day.0, holiday.kind.as_str(), holiday.name])?;
    Ok(())
}

/// Takes back what was set of a day.
///
/// # Errors
/// The database.
pub fn delete(tx: &mut Tx<'_>, (utility, zone): (i64, i64), day: LocalDay) -> Result<(), Error> {
    let mut delete = tx.db.prepare_cached("DELETE FROM work_holiday WHERE utility = ?1 AND zone = ?2 AND day = ?3")?;
    delete.execute(params![utility, zone, day.0])?;
    Ok(())
}

/// How many days a utility has set.
///
/// # Errors
/// The database.
pub fn count(db: &Db, utility: i64) -> Result<i64, Error> {
    Ok(db.prepare_cached("SELECT COUNT(*) FROM work_holiday WHERE utility = ?1")?.query_row([utility], |row| row.get(0))?)
}
