//! Balances as notices look at them, and what was told of them. What was told is in the cache, so it is encrypted, it outlives the app, and
//! it goes with the user.

use crate::error::Error;
use crate::store::sync::apply::read;
use crate::store::{get, set};
use domain::alerts::notice::{Known, NotifiedLevel};
use domain::{ConnectionId, Rupiah, UtcMillis};
use protocol::sync::rows;
use rusqlite::Connection;

/// A connection's balance, and what was told of it.
pub struct Watched {
    /// Which connection.
    pub connection: ConnectionId,
    /// What its customer calls it, or its address where that is nothing.
    pub label: String,
    /// What is known of its credit.
    pub known: Known,
    /// What was told.
    pub told: NotifiedLevel,
}

fn key(connection: ConnectionId) -> String {
    format!("user:notice:{connection}")
}

/// The balances this device holds; a customer's are few.
///
/// # Errors
/// The cache cannot be read.
pub fn watched(db: &Connection) -> Result<Vec<Watched>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.body, r.body, COUNT(m.id), MAX(json_extract(s.body, '$.t')) FROM connection c JOIN credit r ON r.id = c.id
         LEFT JOIN meter m ON m.connection = c.id LEFT JOIN meter_state s ON s.id = m.id GROUP BY c.id",
    )?;
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<Vec<(String, String, i64, Option<i64>)>, _>>()?;
    rows.into_iter().map(|(connection, credit, meters, heard)| one(db, &connection, &credit, meters, heard)).collect()
}

fn one(db: &Connection, connection: &str, credit: &str, meters: i64, heard: Option<i64>) -> Result<Watched, Error> {
    let (row, credit): (rows::Connection, rows::Credit) = (read(connection)?, read(credit)?);
    let mut known = credit.known(heard.map(UtcMillis));
    let told = match get(db, &key(row.id))? {
        Some(text) => read(&text)?,
        None => NotifiedLevel::default(),
    };
    if meters == 0 {
        // Where nothing measures, nothing is charged.
        known.lasts.per_day = Rupiah(0);
    }
    let label = if row.label.is_empty() { row.address } else { row.label };
    Ok(Watched { connection: row.id, label, known, told })
}

/// Keeps what was told of a connection.
///
/// # Errors
/// The cache cannot be written.
pub fn keep(db: &Connection, connection: ConnectionId, told: &NotifiedLevel) -> Result<(), Error> {
    set(db, &key(connection), &serde_json::to_string(told)?)
}
