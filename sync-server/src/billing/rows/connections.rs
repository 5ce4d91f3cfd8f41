//! What billing reads of connections, their customers and zones.

use crate::core::Db;
use crate::error::Error;
use domain::billing::balance::Thresholds;
use domain::people::CustomerStatus;
use domain::{Rupiah, TimeZone, UtcMillis};
use rusqlite::params;
use uuid::Uuid;

/// Key of a connection's utility.
pub fn utility(db: &Db, connection: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT utility FROM connection WHERE num = ?1")?;
    Ok(query.query_row([connection], |row| row.get(0))?)
}

/// When people added the customer of a connection, none if it was there before that was recorded; and whether it is no longer a customer.
///
/// # Errors
/// The database.
pub fn added_and_gone(db: &Db, connection: i64) -> Result<(Option<UtcMillis>, bool), Error> {
    let mut query = db.prepare_cached(
        "SELECT cu.added_at, cu.status = ?2 FROM connection c JOIN customer cu ON cu.num = c.customer WHERE c.num = ?1",
    )?;
    let values = params![connection, CustomerStatus::Inactive.as_str()];
    Ok(query.query_row(values, |row| Ok((row.get::<_, Option<i64>>(0)?.map(UtcMillis), row.get(1)?)))?)
}

/// Whose a connection is.
pub struct Owner {
    /// Key of its utility.
    pub utility: i64,
    /// Its identifier.
    pub connection: [u8; 16],
    /// Identifier of its customer.
    pub customer: Uuid,
}

/// Whose a connection is.
pub fn owner(db: &Db, connection: i64) -> Result<Owner, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.utility, c.id, cu.id FROM connection c JOIN customer cu ON cu.num = c.customer WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| {
        Ok(Owner { utility: row.get(0)?, connection: row.get(1)?, customer: Uuid::from_bytes(row.get(2)?) })
    })?)
}

/// The time zone of a connection.
///
/// # Errors
/// No such connection, or the database.
pub fn time_zone(db: &Db, connection: i64) -> Result<TimeZone, Error> {
    let mut query = db.prepare_cached("SELECT z.time_zone FROM connection c JOIN zone z ON z.num = c.zone WHERE c.num = ?1")?;
    let name: String = query.query_row([connection], |row| row.get(0))?;
    Ok(TimeZone::from_iana(&name).unwrap_or(TimeZone::Jakarta))
}

/// The time zones of a utility's zones.
pub fn time_zones(db: &Db, utility: i64) -> Result<Vec<TimeZone>, Error> {
    let mut query = db.prepare_cached("SELECT DISTINCT time_zone FROM zone WHERE utility = ?1")?;
    let names = query.query_map([utility], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(names.iter().filter_map(|name| TimeZone::from_iana(name)).collect())
}

/// The limits for a low balance that hold for a connection: its own, or those of its customer.
pub fn thresholds(db: &Db, connection: i64) -> Result<Thresholds, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(c.low_rupiah, cu.low_rupiah), COALESCE(c.low_days, cu.low_days) FROM connection c JOIN customer cu ON cu.num = c.customer WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| Ok(Thresholds { rupiah: Rupiah(row.get(0)?), days: row.get(1)? }))?)
}
