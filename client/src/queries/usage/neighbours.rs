//! What neighbours of a connection used, beside what it used itself in the same months.

use crate::error::Error;
use crate::queries::read;
use domain::metering::neighbours::is_measured;
use domain::{ConnectionId, LocalMonth};
use protocol::sync::rows::{NeighbourMonth, UsageMonth};
use protocol::ui::Neighbours;
use rusqlite::{Connection, OptionalExtension, params};

/// The months from one to another of which something is known, in order.
///
/// # Errors
/// The cache cannot be read.
pub fn between(db: &Connection, connection: ConnectionId, from: LocalMonth, to: LocalMonth) -> Result<Vec<Neighbours>, Error> {
    let mut query =
        db.prepare_cached("SELECT body FROM neighbour_month WHERE connection = ?1 AND month BETWEEN ?2 AND ?3 ORDER BY month")?;
    let bodies =
        query.query_map(params![connection.to_string(), from.0, to.0], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    bodies.iter().map(|body| beside_own(db, connection, body)).collect()
}

/// The newest month up to one of which something is known.
///
/// # Errors
/// The cache cannot be read.
pub fn newest(db: &Connection, connection: ConnectionId, until: LocalMonth) -> Result<Option<Neighbours>, Error> {
    let mut query =
        db.prepare_cached("SELECT body FROM neighbour_month WHERE connection = ?1 AND month <= ?2 ORDER BY month DESC LIMIT 1")?;
    let body: Option<String> = query.query_row(params![connection.to_string(), until.0], |row| row.get(0)).optional()?;
    body.map(|body| beside_own(db, connection, &body)).transpose()
}

fn beside_own(db: &Connection, connection: ConnectionId, body: &str) -> Result<Neighbours, Error> {
    let NeighbourMonth { month, household_size, homes, middle, .. } = read(body)?;
    let mut query = db.prepare_cached("SELECT body FROM usage_month WHERE connection = ?1 AND month = ?2")?;
    let own: Option<String> = query.query_row(params![connection.to_string(), month.0], |row| row.get(0)).optional()?;
    let own: Option<UsageMonth> = own.as_deref().map(read).transpose()?;
    let own = own.filter(|row| is_measured(month, row.covered_ms)).map(|row| row.volume);
    Ok(Neighbours { month, household_size, homes, middle, own })
}
