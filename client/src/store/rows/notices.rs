//! The balances that notices are about, and the level that was last notified of each. The cache holds those levels: they are encrypted, are
//! there after a restart, and are deleted at a sign-out.

use crate::error::Error;
use crate::store::rows::meta::{get, set};
use crate::store::rows::read;
use domain::alerts::notice::{Known, NotifiedLevel};
use domain::{ConnectionId, Rupiah, TimeZone, UtcMillis};
use protocol::sync::rows;
use rusqlite::Connection;

/// A connection's balance, and the level that was notified of it.
pub struct WatchedBalance {
    /// Which connection.
    pub connection: ConnectionId,
    /// What its customer calls it, or its address where that is nothing.
    pub label: String,
    /// Where its property is: whose hours are quiet.
    pub time_zone: TimeZone,
    /// The newest credit row.
    pub known: Known,
    /// The level that was last notified.
    pub notified: NotifiedLevel,
}

fn key(connection: ConnectionId) -> String {
    format!("user:notice:{connection}")
}

/// The balances this device holds; a customer's are few.
///
/// # Errors
/// The cache cannot be read.
pub fn watched(db: &Connection) -> Result<Vec<WatchedBalance>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.body, z.body, r.body, COUNT(m.id), MAX(json_extract(s.body, '$.t')) FROM connection c JOIN credit r ON r.id = c.id
         LEFT JOIN zone z ON z.id = c.zone LEFT JOIN meter m ON m.connection = c.id LEFT JOIN meter_state s ON s.id = m.id GROUP BY c.id",
    )?;
    let rows = query
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?, row.get(4)?)))?
        .collect::<Result<Vec<(Bodies, i64, Option<i64>)>, _>>()?;
    rows.into_iter().map(|(bodies, meters, last_reading)| one(db, &bodies, meters, last_reading)).collect()
}

/// The bodies of a connection, its zone and its credit.
type Bodies = (String, Option<String>, String);

fn one(
    db: &Connection,
    (connection, zone, credit): &Bodies,
    meters: i64,
    last_reading: Option<i64>,
) -> Result<WatchedBalance, Error> {
    let (row, credit): (rows::Connection, rows::Credit) = (read(connection)?, read(credit)?);
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    let mut known = credit.known(last_reading.map(UtcMillis));
    let notified = match get(db, &key(row.id))? {
        Some(text) => read(&text)?,
        None => NotifiedLevel::default(),
    };
    if meters == 0 {
        // Without a meter nothing is charged.
        known.lasts.per_day = Rupiah(0);
    }
    let label = if row.label.is_empty() { row.address } else { row.label };
    // Until the zone is here, the time zone of most properties is used.
    let time_zone = zone.map_or(TimeZone::Jakarta, |zone| zone.time_zone);
    Ok(WatchedBalance { connection: row.id, label, time_zone, known, notified })
}

/// Keeps the level that was notified of a connection.
///
/// # Errors
/// The cache cannot be written.
pub fn keep(db: &Connection, connection: ConnectionId, notified: &NotifiedLevel) -> Result<(), Error> {
    set(db, &key(connection), &serde_json::to_string(notified)?)
}
