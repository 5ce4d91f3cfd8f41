//! Leave of technicians.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::maintenance::leave::{LeaveDays, LeaveKind};
use domain::{LocalDay, UserId};
use protocol::maintenance::leave::{LeaveRow, LeaveTechnician, MOST_LEAVES};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

const LEAVE: &str =
    "SELECT l.id, u.id, u.name, l.first_day, l.last_day, l.kind, l.remark FROM work_leave l JOIN user u ON u.num = l.technician";

fn read(row: &Row<'_>) -> rusqlite::Result<LeaveRow> {
    let kind: String = row.get(5)?;
    Ok(LeaveRow {
        id: Uuid::from_bytes(row.get(0)?),
        technician: UserId(Uuid::from_bytes(row.get(1)?)),
        name: row.get(2)?,
        days: LeaveDays { from: LocalDay(row.get(3)?), until: LocalDay(row.get(4)?) },
        kind: LeaveKind::from_word(&kind).unwrap_or(LeaveKind::Other),
        remark: row.get(6)?,
    })
}

/// A utility's leave that is not over before a day, by its first day.
///
/// # Errors
/// The database.
pub fn since(db: &Db, utility: i64, day: LocalDay) -> Result<Vec<LeaveRow>, Error> {
    let sql = format!("{LEAVE} WHERE l.utility = ?1 AND l.last_day >= ?2 ORDER BY l.first_day, u.name, l.num LIMIT +?3");
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_map(params![utility, day.0, MOST_LEAVES], read)?.collect::<Result<_, _>>()?)
}

/// How many there are of those.
///
/// # Errors
/// The database.
pub fn count_since(db: &Db, utility: i64, day: LocalDay) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM work_leave WHERE utility = ?1 AND last_day >= ?2")?;
    Ok(query.query_row(params![utility, day.0], |row| row.get(0))?)
}

/// One of a utility.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<LeaveRow>, Error> {
    let mut query = db.prepare_cached(&format!("{LEAVE} WHERE l.utility = ?1 AND l.id = ?2"))?;
    Ok(query.query_row(params![utility, id.as_bytes()], read).optional()?)
}

/// Whether there is a leave of this identifier, in whichever utility.
///
/// # Errors
/// The database.
pub fn exists(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM work_leave WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Whether a technician (key) is on leave on one of some days.
///
/// # Errors
/// The database.
pub fn has_one_of(db: &Db, technician: i64, days: LeaveDays) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM work_leave WHERE technician = ?1 AND last_day >= ?2 AND first_day <= ?3)",
    )?;
    Ok(query.query_row(params![technician, days.from.0, days.until.0], |row| row.get(0))?)
}

/// A leave to be written: utility and technician by key.
pub struct NewLeave<'a> {
    /// Identifier.
    pub id: Uuid,
    /// Key of the utility.
    pub utility: i64,
    /// Key of the technician.
    pub technician: i64,
    /// Which days.
    pub days: LeaveDays,
    /// Why.
    pub kind: LeaveKind,
    /// What is written about it.
    pub remark: &'a str,
}

/// Writes a leave.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, new: &NewLeave<'_>) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO work_leave (id, utility, technician, first_day, last_day, kind, remark) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let NewLeave { id, utility, technician, days, kind, remark } = new;
    insert.execute(params![id.as_bytes(), utility, technician, days.from.0, days.until.0, kind.as_str(), remark])?;
    Ok(())
}

/// Removes one.
///
/// # Errors
/// The database.
pub fn delete(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM work_leave WHERE id = ?1")?.execute([id.as_bytes()])?;
    Ok(())
}

/// The technicians of a utility who may sign in, by name.
///
/// # Errors
/// The database.
pub fn technicians(db: &Db, utility: i64) -> Result<Vec<LeaveTechnician>, Error> {
    let mut query = db.prepare_cached(
        "SELECT id, name FROM user WHERE utility = ?1 AND role = 'technician' AND active = 1 ORDER BY name, num",
    )?;
    let found =
        query.query_map([utility], |row| Ok(LeaveTechnician { id: UserId(Uuid::from_bytes(row.get(0)?)), name: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}
