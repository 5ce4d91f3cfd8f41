//! The balances that notices are about, and the level that was last notified of each. The cache holds those levels: they are encrypted, are
//! there after a restart, and are deleted at a sign-out.

use crate::error::Error;
use crate::store::rows::meta::{get, set};
use crate::store::rows::read;
use domain::alerts::notice::{Known, NotifiedLevel};
use domain::{ConnectionId, Rupiah, UtcMillis};
use protocol::sync::rows;
use rusqlite::Connection;

/// A connection's balance, and the level that was notified of it.
pub struct WatchedBalance {
    /// Which connection.
    pub connection: ConnectionId,
    /// What its customer calls it, or its address where that is nothing.
    pub label: String,
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
        "SELECT c.body, r.body, COUNT(m.id), MAX(json_extract(s.body, '$.t')) FROM connection c JOIN credit r ON r.id = c.id
         LEFT JOIN meter m ON m.connection = c.id LEFT JOIN meter_state s ON s.id = m.id GROUP BY c.id",
    )?;
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<Vec<(String, String, i64, Option<i64>)>, _>>()?;
    rows.into_iter()
        .map(|(connection, credit, meters, last_reading)| one(db, &connection, &credit, meters, last_reading))
        .collect()
}

fn one(db: &Connection, connection: &str, credit: &str, meters: i64, last_reading: Option<i64>) -> Result<WatchedBalance, Error> {
    let (row, credit): (rows::Connection, rows::Credit) = (read(connection)?, read(credit)?);
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
    Ok(WatchedBalance { connection: row.id, label, known, notified })
}

/// Keeps the level that was notified of a connection.
///
/// # Errors
/// The cache cannot be written.
pub fn keep(db: &Connection, connection: ConnectionId, notified: &NotifiedLevel) -> Result<(), Error> {
    set(db, &key(connection), &serde_json::to_string(notified)?)
}
