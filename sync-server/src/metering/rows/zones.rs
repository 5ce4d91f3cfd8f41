//! Zones as rows: their names and outlines, the connections in them, and who is assigned.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::core::outline::Outline;
use domain::{TimeZone, UserId, ZoneId};
use protocol::metering::zones::{Technician, ZoneRow};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

const ZONE: &str = "SELECT z.num, z.id, z.rev, z.name, z.time_zone, z.outline,
    (SELECT COUNT(*) FROM connection c WHERE c.zone = z.num) FROM zone z WHERE z.utility = ?1";

/// An outline out of its column. One that is none any more is left out, and can be drawn anew.
///
/// # Errors
/// The column is not there.
pub fn outline(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Outline>> {
    let text: Option<String> = row.get(at)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, ZoneRow)> {
    let zone: String = row.get(4)?;
    let row_of_zone = ZoneRow {
        id: ZoneId(Uuid::from_bytes(row.get(1)?)),
        rev: row.get(2)?,
        name: row.get(3)?,
        time_zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
        outline: outline(row, 5)?,
        connections: row.get(6)?,
        technicians: Vec::new(),
    };
    Ok((row.get(0)?, row_of_zone))
}

/// The zones of a utility with their technicians, by name.
///
/// # Errors
/// The database.
pub fn all(db: &Db, utility: i64) -> Result<Vec<ZoneRow>, Error> {
    let mut query = db.prepare_cached(&format!("{ZONE} ORDER BY z.name COLLATE NOCASE, z.num"))?;
    let mut zones = query.query_map([utility], read)?.collect::<Result<Vec<_>, _>>()?;
    let mut query = db.prepare_cached(
        "SELECT l.zone, u.id FROM user_zone l JOIN zone z ON z.num = l.zone JOIN user u ON u.num = l.user
         WHERE z.utility = ?1 ORDER BY u.name, u.num",
    )?;
    let assigned = query.query_map([utility], |row| Ok((row.get::<_, i64>(0)?, UserId(Uuid::from_bytes(row.get(1)?)))))?;
    for pair in assigned {
        let (num, technician) = pair?;
        if let Some((_, zone)) = zones.iter_mut().find(|(zone, _)| *zone == num) {
            zone.technicians.push(technician);
        }
    }
    Ok(zones.into_iter().map(|(_, zone)| zone).collect())
}

/// A zone of a utility with its key, without its technicians.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: ZoneId) -> Result<Option<(i64, ZoneRow)>, Error> {
    let mut query = db.prepare_cached(&format!("{ZONE} AND z.id = ?2"))?;
    Ok(query.query_row(params![utility, id.0.as_bytes()], read).optional()?)
}

/// Whether there is a zone of this identifier, in whichever utility.
///
/// # Errors
/// The database.
pub fn exists(db: &Db, id: ZoneId) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM zone WHERE id = ?1)")?;
    Ok(query.query_row([id.0.as_bytes()], |row| row.get(0))?)
}

/// Writes a zone's name; returns its new revision.
///
/// # Errors
/// The database.
pub fn write_name(tx: &mut Tx<'_>, zone: i64, name: &str) -> Result<i64, Error> {
    let mut query = tx.db.prepare_cached("UPDATE zone SET name = ?2, rev = rev + 1 WHERE num = ?1 RETURNING rev")?;
    Ok(query.query_row(params![zone, name], |row| row.get(0))?)
}

/// Writes a zone's outline, or that it has none; returns its new revision.
///
/// # Errors
/// The database.
pub fn write_outline(tx: &mut Tx<'_>, zone: i64, outline: Option<&Outline>) -> Result<i64, Error> {
    let text = outline.map(serde_json::to_string).transpose().map_err(|error| Error::Setup(format!("an outline: {error}")))?;
    let mut query = tx.db.prepare_cached("UPDATE zone SET outline = ?2, rev = rev + 1 WHERE num = ?1 RETURNING rev")?;
    Ok(query.query_row(params![zone, text], |row| row.get(0))?)
}

fn read_technician(row: &Row<'_>) -> rusqlite::Result<(i64, Technician)> {
    let technician =
        Technician { id: UserId(Uuid::from_bytes(row.get(1)?)), name: row.get(2)?, email: row.get(3)?, active: row.get(4)? };
    Ok((row.get(0)?, technician))
}

/// The technicians of a utility, by name.
///
/// # Errors
/// The database.
pub fn technicians(db: &Db, utility: i64) -> Result<Vec<Technician>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, name, email, active FROM user WHERE utility = ?1 AND role = 'technician' ORDER BY name, num",
    )?;
    let found = query.query_map([utility], |row| read_technician(row).map(|(_, technician)| technician))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A technician of a utility with their key.
///
/// # Errors
/// The database.
pub fn technician(db: &Db, utility: i64, id: UserId) -> Result<Option<(i64, Technician)>, Error> {
    let mut query = db
        .prepare_cached("SELECT num, id, name, email, active FROM user WHERE utility = ?1 AND role = 'technician' AND id = ?2")?;
    Ok(query.query_row(params![utility, id.0.as_bytes()], read_technician).optional()?)
}

/// Whether a technician is assigned to a zone, both by key.
///
/// # Errors
/// The database.
pub fn is_assigned(db: &Db, technician: i64, zone: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM user_zone WHERE user = ?1 AND zone = ?2)")?;
    Ok(query.query_row([technician, zone], |row| row.get(0))?)
}

/// Whether something of a kind was done under a key. It reads the log of that kind, which is short.
///
/// # Errors
/// The database.
pub fn is_recorded(db: &Db, utility: i64, kind: &str, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = ?2 AND op_id = ?3)")?;
    Ok(query.query_row(params![utility, kind, key.as_bytes()], |row| row.get(0))?)
}

/// The query of [`is_recorded_of`]: among what was done to a row, and not among all of a kind.
pub const RECORDED_OF: &str =
    "SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND row_id = ?2 AND +kind = ?3 AND op_id = ?4)";

/// Whether something of a kind was done to a row under a key: for kinds that each meter or connection has entries of. [`is_recorded`] would read all
/// of them.
///
/// # Errors
/// The database.
pub fn is_recorded_of(db: &Db, utility: i64, (kind, key): (&str, Uuid), row: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached(RECORDED_OF)?;
    Ok(query.query_row(params![utility, row.as_bytes(), kind, key.as_bytes()], |row| row.get(0))?)
}
