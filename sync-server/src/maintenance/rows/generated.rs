//! The meters that a schedule is about, and the orders that it has announced.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::maintenance::schedule::plan::Selection;
use domain::maintenance::work_order::{Window, WorkKind};
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

/// A meter that a schedule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its key.
    pub meter: i64,
    /// Key of its zone.
    pub zone: i64,
    /// That zone's time.
    pub time_zone: TimeZone,
}

/// Installed meters of a utility between two keys that a selection takes. The sign before the utility keeps the index of models out of it: by that
/// one each question would walk over all meters of the utility, and sort them.
const TARGETS: &str =
    "FROM meter m CROSS JOIN installation i ON i.meter = m.num AND i.until IS NULL JOIN connection c ON c.num = i.connection
    JOIN zone z ON z.num = c.zone WHERE +m.utility = ?1 AND m.num BETWEEN ?2 AND ?3 AND m.life_cycle <> 'inactive'
    AND (?4 IS NULL OR m.model = ?4)
    AND (json_array_length(?5) = 0 OR lower(hex(z.id)) IN (SELECT value FROM json_each(?5)))
    AND (json_array_length(?6) = 0 OR lower(hex(m.id)) IN (SELECT value FROM json_each(?6)))";

/// A selection as the parameters of [`TARGETS`]: model, zones, meters.
fn parameters(selection: &Selection) -> (Option<&str>, String, String) {
    let list = |ids: Vec<String>| format!("[{}]", ids.join(","));
    let zones = selection.zones.iter().map(|zone| format!("\"{}\"", zone.0.simple())).collect();
    let meters = selection.meters.iter().map(|meter| format!("\"{}\"", meter.0.simple())).collect();
    (selection.model.as_deref(), list(zones), list(meters))
}

fn time_zone(row: &Row<'_>, column: usize) -> rusqlite::Result<TimeZone> {
    let name: String = row.get(column)?;
    Ok(TimeZone::from_iana(&name).unwrap_or(TimeZone::Jakarta))
}

fn target(row: &Row<'_>) -> rusqlite::Result<Target> {
    Ok(Target { meter: row.get(0)?, zone: row.get(1)?, time_zone: time_zone(row, 2)? })
}

/// The meters behind a key that a selection takes and whose customers were not added after an instant, so many at most, by key: an import is taken
/// back whole, which work that was announced meanwhile would stand in the way of.
///
/// # Errors
/// The database.
pub fn targets(
    db: &Db,
    (utility, selection): (i64, &Selection),
    (after, most): (i64, usize),
    added_by: UtcMillis,
) -> Result<Vec<Target>, Error> {
    let (model, zones, meters) = parameters(selection);
    let sql = format!(
        "SELECT m.num, z.num, z.time_zone {TARGETS}
         AND NOT EXISTS (SELECT 1 FROM customer cu WHERE cu.num = c.customer AND cu.added_at > ?8) ORDER BY m.num LIMIT +?7"
    );
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_map(params![utility, after + 1, i64::MAX, model, zones, meters, most as i64, added_by.0], target)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A meter, if a selection takes it.
///
/// # Errors
/// The database.
pub fn target_of(db: &Db, utility: i64, selection: &Selection, meter: i64) -> Result<Option<Target>, Error> {
    let (model, zones, meters) = parameters(selection);
    let mut query = db.prepare_cached(&format!("SELECT m.num, z.num, z.time_zone {TARGETS}"))?;
    Ok(query.query_row(params![utility, meter, meter, model, zones, meters], target).optional()?)
}

/// The meters that a selection takes by zone: key of the zone, its time, how many.
///
/// # Errors
/// The database.
pub fn by_zone(db: &Db, utility: i64, selection: &Selection) -> Result<Vec<(i64, TimeZone, u32)>, Error> {
    let (model, zones, meters) = parameters(selection);
    let mut query = db.prepare_cached(&format!("SELECT z.num, z.time_zone, COUNT(*) {TARGETS} GROUP BY z.num ORDER BY z.num"))?;
    let found = query.query_map(params![utility, 0, i64::MAX, model, zones, meters], |row| {
        Ok((row.get(0)?, time_zone(row, 1)?, row.get(2)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many of them have a battery below a level now.
///
/// # Errors
/// The database.
pub fn low_batteries(db: &Db, utility: i64, selection: &Selection, below: u8) -> Result<u32, Error> {
    let (model, zones, meters) = parameters(selection);
    let sql = format!(
        "SELECT COUNT(*) {TARGETS} AND EXISTS (SELECT 1 FROM meter_state s WHERE s.meter = m.num AND s.battery IS NOT NULL AND s.battery < ?7)"
    );
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_row(params![utility, 0, i64::MAX, model, zones, meters, below], |row| row.get(0))?)
}

/// How many of them were installed for the first time at an instant or before.
///
/// # Errors
/// The database.
pub fn in_service_by(db: &Db, utility: i64, selection: &Selection, at: UtcMillis) -> Result<u32, Error> {
    let (model, zones, meters) = parameters(selection);
    let sql = format!("SELECT COUNT(*) {TARGETS} AND (SELECT MIN(f.since) FROM installation f WHERE f.meter = m.num) <= ?7");
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_row(params![utility, 0, i64::MAX, model, zones, meters, at.0], |row| row.get(0))?)
}

/// When a meter was installed for the first time.
///
/// # Errors
/// The database.
pub fn in_service_since(db: &Db, meter: i64) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached("SELECT MIN(since) FROM installation WHERE meter = ?1")?;
    Ok(query.query_row([meter], |row| row.get::<_, Option<i64>>(0))?.map(UtcMillis))
}

/// The newest register of a meter, and the level of its battery in per cent.
///
/// # Errors
/// The database.
pub fn newest(db: &Db, meter: i64) -> Result<Option<(Millilitres, Option<u8>)>, Error> {
    let mut query = db.prepare_cached("SELECT register, battery FROM meter_state WHERE meter = ?1")?;
    Ok(query.query_row([meter], |row| Ok((Millilitres(row.get(0)?), row.get(1)?))).optional()?)
}

/// From which register on a schedule counts what passes a meter.
///
/// # Errors
/// The database.
pub fn base(db: &Db, schedule: i64, meter: i64) -> Result<Option<Millilitres>, Error> {
    let mut query = db.prepare_cached("SELECT base FROM schedule_meter WHERE schedule = ?1 AND meter = ?2")?;
    Ok(query.query_row([schedule, meter], |row| Ok(Millilitres(row.get(0)?))).optional()?)
}

/// Writes that.
///
/// # Errors
/// The database.
pub fn write_base(tx: &mut Tx<'_>, schedule: i64, meter: i64, base: Millilitres) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO schedule_meter (schedule, meter, base) VALUES (?1, ?2, ?3) ON CONFLICT (schedule, meter) DO UPDATE SET base = ?3",
    )?;
    insert.execute([schedule, meter, base.0])?;
    Ok(())
}

/// Whether a schedule has announced work at a meter for a day of its rule, and has not withdrawn it itself.
///
/// # Errors
/// The database.
pub fn has_order(db: &Db, schedule: i64, meter: i64, rule_day: LocalDay) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM work_order WHERE schedule = ?1 AND meter = ?2 AND rule_day = ?3 AND withdrawn = 0)",
    )?;
    Ok(query.query_row(params![schedule, meter, rule_day.0], |row| row.get(0))?)
}

/// The newest order of a schedule at a meter that it has not withdrawn: whether somebody still has to do it, and its rule's day.
///
/// # Errors
/// The database.
pub fn newest_order(db: &Db, schedule: i64, meter: i64) -> Result<Option<(bool, LocalDay)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT completed_at IS NULL AND cancelled_at IS NULL, rule_day FROM work_order
         WHERE schedule = ?1 AND meter = ?2 AND withdrawn = 0 ORDER BY rule_day DESC LIMIT 1",
    )?;
    Ok(query.query_row([schedule, meter], |row| Ok((row.get(0)?, LocalDay(row.get(1)?)))).optional()?)
}

/// An order of a schedule that nobody has begun.
pub struct Waiting {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: [u8; 16],
    /// Key of its meter.
    pub meter: i64,
    /// The rule's day.
    pub rule_day: LocalDay,
    /// When it is to be done.
    pub window: Window,
    /// Whether a person has set when or by whom.
    pub moved: bool,
    /// What of it the schedule sets.
    pub set: Set,
}

/// What a schedule sets of an order beside when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// What is done.
    pub work: WorkKind,
    /// Key and name of whoever does it.
    pub technician: Option<(i64, String)>,
    /// What is written about it.
    pub text: String,
    /// How long it takes, minutes.
    pub minutes: Option<u16>,
    /// The schedule's name.
    pub schedule: String,
}

/// The orders of a schedule behind a key that nobody has begun, so many at most, by key.
///
/// # Errors
/// The database.
pub fn not_begun(db: &Db, schedule: i64, after: i64, most: usize) -> Result<Vec<Waiting>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, meter, rule_day, window_from, window_until, moved, work, technician, technician_name, remark, minutes, schedule_name
         FROM work_order INDEXED BY work_order_not_begun
         WHERE schedule = ?1 AND num > ?2 AND begun_at IS NULL AND completed_at IS NULL AND cancelled_at IS NULL ORDER BY num LIMIT +?3",
    )?;
    let found = query.query_map(params![schedule, after, most as i64], |row| {
        let (work, technician): (String, Option<i64>) = (row.get(7)?, row.get(8)?);
        let name: String = row.get(9)?;
        Ok(Waiting {
            num: row.get(0)?,
            id: row.get(1)?,
            meter: row.get(2)?,
            rule_day: LocalDay(row.get(3)?),
            window: Window { from: UtcMillis(row.get(4)?), until: UtcMillis(row.get(5)?) },
            moved: row.get(6)?,
            set: Set {
                work: WorkKind::from_word(&work)
                    .ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(7, Type::Text, work.into()))?,
                technician: technician.map(|key| (key, name)),
                text: row.get(10)?,
                minutes: row.get(11)?,
                schedule: row.get(12)?,
            },
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// An order that has lost its meter: its key, its identifier, and the meter's key.
pub type Lost = (i64, [u8; 16], i64);

/// The orders of a schedule that nobody has begun, at meters behind a key and up to another one that are installed nowhere any more.
///
/// # Errors
/// The database.
pub fn at_no_place(db: &Db, schedule: i64, (after, until): (i64, i64)) -> Result<Vec<Lost>, Error> {
    let mut query = db.prepare_cached(
        "SELECT w.num, w.id, w.meter FROM work_order w INDEXED BY work_order_of_schedule
         WHERE w.schedule = ?1 AND w.withdrawn = 0 AND w.meter BETWEEN ?2 AND ?3
           AND NOT EXISTS (SELECT 1 FROM installation i WHERE i.meter = w.meter AND i.until IS NULL)
           AND w.begun_at IS NULL AND w.completed_at IS NULL AND w.cancelled_at IS NULL",
    )?;
    let found = query.query_map([schedule, after + 1, until], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many orders of a schedule nobody has begun.
///
/// # Errors
/// The database.
pub fn count_not_begun(db: &Db, schedule: i64) -> Result<u32, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM work_order INDEXED BY work_order_not_begun
         WHERE schedule = ?1 AND begun_at IS NULL AND completed_at IS NULL AND cancelled_at IS NULL",
    )?;
    Ok(query.query_row([schedule], |row| row.get(0))?)
}

/// Writes what a schedule sets of an order, and when it is done; returns its new revision.
///
/// # Errors
/// Somebody has begun it, or the database.
pub fn rewrite(tx: &mut Tx<'_>, order: i64, window: Window, set: &Set) -> Result<i64, Error> {
    let (key, name) = set.technician.as_ref().map_or((None, ""), |(key, name)| (Some(*key), name.as_str()));
    let mut update = tx.db.prepare_cached(
        "UPDATE work_order SET window_from = ?2, window_until = ?3, work = ?4, technician = ?5, technician_name = ?6, remark = ?7, minutes = ?8,
           schedule_name = ?9, changed_at = ?10, rev = rev + 1 WHERE num = ?1 RETURNING rev",
    )?;
    let (from, until, work) = (window.from.0, window.until.0, set.work.as_str());
    let values = params![order, from, until, work, key, name, set.text, set.minutes, set.schedule, tx.now.0];
    Ok(update.query_row(values, |row| row.get(0))?)
}

/// Cancels an order that nobody has begun, so that its day may come again; returns its new revision.
///
/// # Errors
/// The database.
pub fn withdraw(tx: &mut Tx<'_>, order: i64) -> Result<i64, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE work_order SET cancelled_at = ?2, changed_at = ?2, withdrawn = 1, rev = rev + 1 WHERE num = ?1 RETURNING rev",
    )?;
    Ok(update.query_row([order, tx.now.0], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::{empty, plan};

    #[test]
    fn meters_of_a_selection_are_found_by_their_keys_and_not_sorted() {
        let db = empty();
        let walk = format!("SELECT m.num, z.num, z.time_zone {TARGETS} ORDER BY m.num LIMIT 1");
        for sql in [walk, format!("SELECT m.num, z.num, z.time_zone {TARGETS}")] {
            let steps = plan(&db, &sql);
            let is_by_key = |step: &String| step.contains("rowid>? AND rowid<?") || step.contains("meter>? AND meter<?");
            assert!(steps.iter().any(is_by_key), "{steps:?}");
            let is_of_all = |step: &String| step.contains("meter_model") || step.contains("TEMP B-TREE FOR ORDER BY");
            assert!(!steps.iter().any(is_of_all), "{steps:?}");
        }
    }
}
