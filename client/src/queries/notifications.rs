//! Peringatan: the list of notifications, how many are unread, and the thresholds of a customer's connections. Costs the notifications of
//! one user, of which 90 days are kept.

use crate::error::Error;
use crate::queries::{credit, supplies};
use crate::store::rows::read;
use domain::ConnectionId;
use domain::alerts::kinds::AlertKind;
use protocol::sync::rows;
use protocol::ui::{AlertRow, AlertsPart, AlertsQuery, AlertsWindow, ConnectionThresholds};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// What is unread: read on no device, and what it is about has not passed. Of `n`, a notification.
const UNREAD: &str = "(n.read = 0 AND json_extract(n.body, '$.cleared_at') IS NULL
    AND NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.id = n.id))";

/// What the filters leave: ?1 whether only what is open, ?2 the kind, ?3 the severity.
fn filtered() -> String {
    format!(
        "FROM notification n WHERE (?1 = 0 OR (json_extract(n.body, '$.cleared_at') IS NULL
           AND (json_extract(n.body, '$.severity') <> 'info' OR {UNREAD})))
         AND (?2 IS NULL OR json_extract(n.body, '$.kind') = ?2) AND (?3 IS NULL OR json_extract(n.body, '$.severity') = ?3)"
    )
}

/// A window of the list, the newest first.
///
/// # Errors
/// The cache cannot be read.
pub fn notifications(db: &Connection, asked: AlertsQuery) -> Result<AlertsWindow, Error> {
    let (open, kind, severity) =
        (asked.part == AlertsPart::Open, asked.kind.map(AlertKind::as_str), asked.severity.map(|of| of.as_str()));
    let filtered = filtered();
    let total =
        db.prepare_cached(&format!("SELECT COUNT(*) {filtered}"))?.query_row(params![open, kind, severity], |row| row.get(0))?;
    let mut query = db.prepare_cached(&format!(
        "SELECT w.body, w.unread, c.body, z.body FROM (
           SELECT n.body, {UNREAD} AS unread, n.at, n.id {filtered} ORDER BY n.at DESC, n.id DESC LIMIT +?4 OFFSET ?5) w
         LEFT JOIN connection c ON c.id = json_extract(w.body, '$.connection') LEFT JOIN zone z ON z.id = c.zone
         ORDER BY w.at DESC, w.id DESC"
    ))?;
    let found = query.query_map(params![open, kind, severity, asked.limit.min(WINDOW), asked.offset], parts)?;
    let found = found.collect::<Result<Vec<Parts>, _>>()?;
    Ok(AlertsWindow {
        total,
        unread: unread(db)?,
        kinds: kinds(db)?,
        rows: found.into_iter().map(row).collect::<Result<_, _>>()?,
    })
}

/// The bodies of a notification, its connection and that one's zone; in between whether it is unread.
type Parts = (String, bool, Option<String>, Option<String>);

fn parts(row: &Row<'_>) -> rusqlite::Result<Parts> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn row((notification, is_unread, connection, zone): Parts) -> Result<AlertRow, Error> {
    let connection: Option<rows::Connection> = connection.as_deref().map(read).transpose()?;
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    let place = connection.map(|connection| if connection.label.is_empty() { connection.address } else { connection.label });
    Ok(AlertRow { notification: read(&notification)?, is_unread, place, time_zone: zone.map(|zone| zone.time_zone) })
}

/// One notification; none if this device does not hold it.
///
/// # Errors
/// The cache cannot be read.
pub fn notification(db: &Connection, id: &str) -> Result<Option<AlertRow>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT n.body, {UNREAD}, c.body, z.body FROM notification n LEFT JOIN connection c ON c.id = json_extract(n.body, '$.connection')
         LEFT JOIN zone z ON z.id = c.zone WHERE n.id = ?1"
    ))?;
    query.query_row([id], parts).optional()?.map(row).transpose()
}

/// How many are unread.
///
/// # Errors
/// The cache cannot be read.
pub fn unread(db: &Connection) -> Result<u32, Error> {
    let mut query = db.prepare_cached(&format!("SELECT COUNT(*) FROM notification n WHERE {UNREAD}"))?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// How many about a connection are unread.
///
/// # Errors
/// The cache cannot be read.
pub fn unread_of(db: &Connection, connection: ConnectionId) -> Result<u32, Error> {
    let sql = format!("SELECT COUNT(*) FROM notification n WHERE {UNREAD} AND json_extract(n.body, '$.connection') = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([connection.to_string()], |row| row.get(0))?)
}

/// How many are unread that are more than information.
///
/// # Errors
/// The cache cannot be read.
pub fn urgent_unread(db: &Connection) -> Result<u32, Error> {
    let sql = format!("SELECT COUNT(*) FROM notification n WHERE {UNREAD} AND json_extract(n.body, '$.severity') <> 'info'");
    Ok(db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}

/// The kinds of which there is something, in their own order.
fn kinds(db: &Connection) -> Result<Vec<AlertKind>, Error> {
    let mut query = db.prepare_cached("SELECT DISTINCT json_extract(body, '$.kind') FROM notification")?;
    let words = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(AlertKind::ALL.iter().copied().filter(|kind| words.iter().any(|word| word == kind.as_str())).collect())
}

/// The thresholds of the connections that have a credit, in order of label; a customer's are few.
///
/// # Errors
/// The cache cannot be read.
pub fn thresholds(db: &Connection) -> Result<Vec<ConnectionThresholds>, Error> {
    let mut found = Vec::new();
    for supply in supplies(db)? {
        if let Some(credit) = credit(db, supply.place.connection)? {
            found.push(ConnectionThresholds { place: supply.place, credit, meter: supply.meter });
        }
    }
    Ok(found)
}
