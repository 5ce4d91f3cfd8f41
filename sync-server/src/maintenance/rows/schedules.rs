//! Schedules as rows, and what they are chosen from.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::rows::records::name_of;
use domain::maintenance::schedule::plan::Plan;
use domain::{TimeZone, UserId, UtcMillis, ZoneId};
use protocol::maintenance::schedules::{ScheduleState, ScheduleTechnician, ScheduleZone};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// When a schedule is looked at that there is nothing to do for.
pub const NEVER: UtcMillis = UtcMillis(i64::MAX);

/// A schedule as it is stored.
pub struct StoredSchedule {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: Uuid,
    /// Key of its utility.
    pub utility: i64,
    /// Counts its changes.
    pub rev: i64,
    /// How it is.
    pub state: ScheduleState,
    /// What was set.
    pub plan: Plan,
    /// Key of whoever set it last.
    pub author: i64,
    /// The name then.
    pub author_name: String,
    /// When it was set last.
    pub at: UtcMillis,
    /// When the job looks at it next.
    pub due_at: UtcMillis,
    /// Whether orders that nobody has begun are still to be brought into line with it.
    pub realign: bool,
    /// The key of the last order or meter that the walk which goes on has taken care of.
    pub walked: i64,
}

const SELECT: &str = "SELECT num, id, utility, rev, state, body, author, author_name, at, due_at, realign, walked FROM schedule";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSchedule> {
    let (state, body): (String, String) = (row.get(4)?, row.get(5)?);
    let broken = |error: serde_json::Error| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, Box::new(error));
    Ok(StoredSchedule {
        num: row.get(0)?,
        id: Uuid::from_bytes(row.get(1)?),
        utility: row.get(2)?,
        rev: row.get(3)?,
        state: ScheduleState::from_word(&state).unwrap_or(ScheduleState::Paused),
        plan: serde_json::from_str(&body).map_err(broken)?,
        author: row.get(6)?,
        author_name: row.get(7)?,
        at: UtcMillis(row.get(8)?),
        due_at: UtcMillis(row.get(9)?),
        realign: row.get(10)?,
        walked: row.get(11)?,
    })
}

/// The schedules of a utility by name, those that have ended last.
///
/// # Errors
/// The database.
pub fn all(db: &Db, utility: i64) -> Result<Vec<StoredSchedule>, Error> {
    let sql = format!("{SELECT} WHERE utility = ?1 ORDER BY state = 'ended', json_extract(body, '$.name') COLLATE NOCASE, num");
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_map([utility], read)?.collect::<Result<_, _>>()?)
}

/// A schedule of a utility.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<StoredSchedule>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} WHERE utility = ?1 AND id = ?2"))?;
    Ok(query.query_row(params![utility, id.as_bytes()], read).optional()?)
}

/// A schedule by its key.
///
/// # Errors
/// The database.
pub fn by_key(db: &Db, num: i64) -> Result<Option<StoredSchedule>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} WHERE num = ?1"))?;
    Ok(query.query_row([num], read).optional()?)
}

/// Whether there is a schedule of this identifier, in whichever utility.
///
/// # Errors
/// The database.
pub fn exists(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM schedule WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

fn text(plan: &Plan) -> Result<String, Error> {
    serde_json::to_string(plan).map_err(|error| Error::Setup(format!("a schedule: {error}")))
}

/// Writes a new schedule of a utility, by its author.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, (utility, author): (i64, i64), id: Uuid, plan: &Plan) -> Result<(), Error> {
    let name = name_of(tx, author)?;
    let mut insert = tx
        .db
        .prepare_cached("INSERT INTO schedule (id, utility, body, author, author_name, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    insert.execute(params![id.as_bytes(), utility, text(plan)?, author, name, tx.now.0])?;
    Ok(())
}

/// Sets a schedule otherwise, by an author (key); its orders are brought into line with it from the first on.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, num: i64, author: i64, (plan, state): (&Plan, ScheduleState)) -> Result<(), Error> {
    let name = name_of(tx, author)?;
    let mut update = tx.db.prepare_cached(
        "UPDATE schedule SET body = ?2, state = ?3, author = ?4, author_name = ?5, at = ?6, rev = rev + 1, realign = 1, walked = 0, due_at = 0
         WHERE num = ?1",
    )?;
    update.execute(params![num, text(plan)?, state.as_str(), author, name, tx.now.0])?;
    Ok(())
}

/// Writes how far the walk of a schedule is, and when it goes on.
///
/// # Errors
/// The database.
pub fn write_walk(tx: &mut Tx<'_>, num: i64, (realign, walked, due_at): (bool, i64, UtcMillis)) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE schedule SET realign = ?2, walked = ?3, due_at = ?4 WHERE num = ?1")?;
    update.execute(params![num, realign, walked, due_at.0])?;
    Ok(())
}

/// Has the orders of a utility's schedules by calendar brought into line: holidays have changed.
///
/// # Errors
/// The database.
pub fn realign_all(tx: &mut Tx<'_>, utility: i64) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE schedule SET realign = 1, walked = 0, due_at = 0
         WHERE utility = ?1 AND state = 'active' AND json_extract(body, '$.trigger.by') = 'calendar'",
    )?;
    update.execute([utility])?;
    Ok(())
}

/// Has the orders of those schedules brought into line of which work waits at the meters of a connection (key): it is in another zone, which other
/// schedules may be about, and where it may be another time.
///
/// # Errors
/// The database.
pub fn realign_at(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE schedule SET realign = 1, walked = 0, due_at = 0
         WHERE state = 'active' AND (realign = 0 OR walked <> 0) AND num IN (
           SELECT w.schedule FROM installation i JOIN work_order w ON w.meter = i.meter
           WHERE i.connection = ?1 AND i.until IS NULL AND w.schedule IS NOT NULL
             AND w.begun_at IS NULL AND w.completed_at IS NULL AND w.cancelled_at IS NULL)",
    )?;
    update.execute([connection])?;
    Ok(())
}

/// The schedule that is to be looked at first at an instant, by key.
///
/// # Errors
/// The database.
pub fn due(db: &Db, at: UtcMillis) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM schedule WHERE due_at <= ?1 ORDER BY due_at, num LIMIT 1")?;
    Ok(query.query_row([at.0], |row| row.get(0)).optional()?)
}

/// The models of a utility's installed meters, by name.
///
/// # Errors
/// The database.
pub fn models(db: &Db, utility: i64) -> Result<Vec<String>, Error> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT m.model FROM meter m WHERE m.utility = ?1 AND m.model <> ''
         AND EXISTS (SELECT 1 FROM installation i WHERE i.meter = m.num AND i.until IS NULL) ORDER BY m.model LIMIT 200",
    )?;
    Ok(query.query_map([utility], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The zones of a utility: key and time zone, identifier and name; by name.
///
/// # Errors
/// The database.
pub fn zones(db: &Db, utility: i64) -> Result<Vec<(i64, TimeZone, ScheduleZone)>, Error> {
    let mut query =
        db.prepare_cached("SELECT num, time_zone, id, name FROM zone WHERE utility = ?1 ORDER BY name COLLATE NOCASE, num")?;
    let zones = query.query_map([utility], |row| {
        let zone: String = row.get(1)?;
        let shown = ScheduleZone { id: ZoneId(Uuid::from_bytes(row.get(2)?)), name: row.get(3)? };
        Ok((row.get(0)?, TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta), shown))
    })?;
    Ok(zones.collect::<Result<_, _>>()?)
}

/// The technicians of a utility who may sign in, by name.
///
/// # Errors
/// The database.
pub fn technicians(db: &Db, utility: i64) -> Result<Vec<ScheduleTechnician>, Error> {
    let mut query = db.prepare_cached(
        "SELECT id, name FROM user WHERE utility = ?1 AND role = 'technician' AND active = 1 ORDER BY name, num",
    )?;
    let found = query
        .query_map([utility], |row| Ok(ScheduleTechnician { id: UserId(Uuid::from_bytes(row.get(0)?)), name: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A schedule is looked at again at an instant, and not before: something failed.
///
/// # Errors
/// The database.
pub fn postpone(tx: &mut Tx<'_>, num: i64, at: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE schedule SET due_at = ?2 WHERE num = ?1")?.execute([num, at.0])?;
    Ok(())
}
