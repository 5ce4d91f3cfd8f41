//! Schedules of reports as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::reports::ScheduleContent;
use domain::{ReportScheduleId, TimeZone, UserId, UtcMillis};
use protocol::reports::{ReportReader, ReportSchedule};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A schedule as it is stored.
#[derive(Clone, Debug)]
pub struct StoredSchedule {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: ReportScheduleId,
    /// Counts its changes.
    pub rev: i64,
    /// Key of the utility.
    pub utility: i64,
    /// Key of whoever made it, or has set last what it makes.
    pub author: i64,
    /// What its author says of it.
    pub content: ScheduleContent,
    /// When it is due; none while it is off, and once it was removed.
    pub next_at: Option<UtcMillis>,
    /// Whether it was removed.
    pub is_removed: bool,
}

const STORED: &str = "SELECT num, id, rev, utility, author, content, next_at, removed FROM report_schedule";

fn content(row: &Row<'_>, column: usize) -> rusqlite::Result<ScheduleContent> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredSchedule> {
    Ok(StoredSchedule {
        num: row.get(0)?,
        id: ReportScheduleId(Uuid::from_bytes(row.get(1)?)),
        rev: row.get(2)?,
        utility: row.get(3)?,
        author: row.get(4)?,
        content: content(row, 5)?,
        next_at: row.get::<_, Option<i64>>(6)?.map(UtcMillis),
        is_removed: row.get(7)?,
    })
}

fn text(content: &ScheduleContent) -> Result<String, Error> {
    serde_json::to_string(content).map_err(|error| Error::Setup(format!("a schedule cannot be written as JSON: {error}")))
}

/// A schedule by its identifier, whosever it is, and also if it was removed.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: ReportScheduleId) -> Result<Option<StoredSchedule>, Error> {
    let mut query = db.prepare_cached(&format!("{STORED} WHERE id = ?1"))?;
    Ok(query.query_row([id.0.as_bytes()], stored).optional()?)
}

/// A schedule by its key.
///
/// # Errors
/// No such schedule, or the database.
pub fn by_key(db: &Db, num: i64) -> Result<StoredSchedule, Error> {
    Ok(db.prepare_cached(&format!("{STORED} WHERE num = ?1"))?.query_row([num], stored)?)
}

/// The keys of schedules that are due at an instant, those that have waited longest first, so many at most.
///
/// # Errors
/// The database.
pub fn due(db: &Db, now: UtcMillis, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM report_schedule WHERE next_at <= ?1 ORDER BY next_at, num LIMIT +?2")?;
    Ok(query.query_map([now.0, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The schedules of a utility, the oldest first.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64) -> Result<Vec<ReportSchedule>, Error> {
    let mut query = db.prepare_cached(
        "SELECT s.id, s.rev, s.content, s.next_at, u.name FROM report_schedule s JOIN user u ON u.num = s.author
         WHERE s.utility = ?1 AND s.removed = 0 ORDER BY s.num",
    )?;
    let found = query.query_map([utility], |row| {
        Ok(ReportSchedule {
            id: ReportScheduleId(Uuid::from_bytes(row.get(0)?)),
            rev: row.get(1)?,
            content: content(row, 2)?,
            next_at: row.get::<_, Option<i64>>(3)?.map(UtcMillis),
            by: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many schedules a utility has.
///
/// # Errors
/// The database.
pub fn count(db: &Db, utility: i64) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM report_schedule WHERE utility = ?1 AND removed = 0")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// Writes a new schedule of a user of a utility (keys).
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn insert(
    tx: &mut Tx<'_>,
    id: ReportScheduleId,
    (utility, author): (i64, i64),
    (content, next_at): (&ScheduleContent, Option<UtcMillis>),
) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO report_schedule (id, utility, author, content, next_at, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute(params![id.0.as_bytes(), utility, author, text(content)?, next_at.map(|at| at.0), tx.now.0])?;
    Ok(())
}

/// Replaces a schedule, and whose it is (keys).
///
/// # Errors
/// The database.
pub fn replace(
    tx: &mut Tx<'_>,
    (num, author): (i64, i64),
    (content, next_at): (&ScheduleContent, Option<UtcMillis>),
) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE report_schedule SET content = ?2, next_at = ?3, at = ?4, author = ?5, rev = rev + 1 WHERE num = ?1",
    )?;
    update.execute(params![num, text(content)?, next_at.map(|at| at.0), tx.now.0, author])?;
    Ok(())
}

/// Removes a schedule (key).
///
/// # Errors
/// The database.
pub fn remove(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let mut update =
        tx.db.prepare_cached("UPDATE report_schedule SET removed = 1, next_at = NULL, at = ?2, rev = rev + 1 WHERE num = ?1")?;
    update.execute([num, tx.now.0])?;
    Ok(())
}

/// Writes when a schedule (key) is due next, if it is as it was read; returns whether it was.
///
/// # Errors
/// The database.
pub fn move_on(tx: &mut Tx<'_>, was: &StoredSchedule, next_at: UtcMillis) -> Result<bool, Error> {
    let mut update =
        tx.db.prepare_cached("UPDATE report_schedule SET next_at = ?4 WHERE num = ?1 AND rev = ?2 AND next_at = ?3")?;
    Ok(update.execute(params![was.num, was.rev, was.next_at.map(|at| at.0), next_at.0])? == 1)
}

/// The active admins of a utility, by name, with their keys.
///
/// # Errors
/// The database.
pub fn readers(db: &Db, utility: i64) -> Result<Vec<(i64, ReportReader)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, name FROM user WHERE utility = ?1 AND role = 'admin' AND active = 1 ORDER BY name COLLATE NOCASE, num",
    )?;
    let found = query.query_map([utility], |row| {
        Ok((row.get(0)?, ReportReader { id: UserId(Uuid::from_bytes(row.get(1)?)), name: row.get(2)? }))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The time zone of most connections of a utility; of two that have as many, the western one.
///
/// # Errors
/// The database.
pub fn time_zone(db: &Db, utility: i64) -> Result<TimeZone, Error> {
    let mut query = db.prepare_cached(
        "SELECT z.time_zone, COUNT(c.num) FROM zone z LEFT JOIN connection c ON c.zone = z.num WHERE z.utility = ?1 GROUP BY z.time_zone",
    )?;
    let found = query.query_map([utility], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let found = found.collect::<Result<Vec<_>, _>>()?;
    let zones = found.iter().filter_map(|(name, count)| TimeZone::from_iana(name).map(|zone| (zone, *count)));
    let most = zones.max_by_key(|(zone, count)| (*count, -zone.offset_ms()));
    Ok(most.map_or(TimeZone::Jakarta, |(zone, _)| zone))
}
