//! A customer's connections beside each other: what each used this month and as much of the month before, its credit, and what waits there.

use crate::error::Error;
use crate::queries::notifications::unread_of;
use crate::queries::usage::month_so_far;
use crate::queries::{Supply, credit, supplies};
use domain::{ConnectionId, UtcMillis};
use protocol::ui::PropertyLine;
use rusqlite::Connection;

/// Every connection of a customer, in order of label. Costs the rows of two months of each.
///
/// # Errors
/// The cache cannot be read.
pub fn properties(db: &Connection, now: UtcMillis) -> Result<Vec<PropertyLine>, Error> {
    supplies(db)?.iter().map(|supply| line(db, supply, now)).collect()
}

fn line(db: &Connection, supply: &Supply, now: UtcMillis) -> Result<PropertyLine, Error> {
    let place = supply.place.clone();
    let connection = place.connection;
    let (used, before) = month_so_far(db, supply, now)?;
    Ok(PropertyLine {
        month: place.time_zone.day_of(now).month(),
        place,
        used,
        before,
        credit: credit(db, connection)?,
        cases: open_cases(db, connection)?,
        unread: unread_of(db, connection)?,
    })
}

fn open_cases(db: &Connection, connection: ConnectionId) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM meter_case WHERE connection = ?1 AND open = 1")?;
    Ok(query.query_row([connection.to_string()], |row| row.get(0))?)
}
