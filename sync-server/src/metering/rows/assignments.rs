//! Which users belong to a customer, and which technicians are assigned to a zone.

use crate::core::Tx;
use crate::error::Error;
use rusqlite::params;

/// Links a user to a customer, once.
///
/// # Errors
/// The database.
pub fn insert_customer(tx: &mut Tx<'_>, user: i64, customer: i64) -> Result<(), Error> {
    tx.db.execute("INSERT OR IGNORE INTO user_customer (user, customer) VALUES (?1, ?2)", [user, customer])?;
    Ok(())
}

/// Removes the link of a user to a customer.
///
/// # Errors
/// The database.
pub fn delete_customer(tx: &mut Tx<'_>, user: i64, customer: i64) -> Result<(), Error> {
    tx.db.execute("DELETE FROM user_customer WHERE user = ?1 AND customer = ?2", [user, customer])?;
    Ok(())
}

/// Assigns a technician to a zone, once.
///
/// # Errors
/// The database.
pub fn insert_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<(), Error> {
    tx.db.execute("INSERT OR IGNORE INTO user_zone (user, zone) VALUES (?1, ?2)", [user, zone])?;
    Ok(())
}

/// Removes a technician's assignment to a zone; returns whether there was one.
///
/// # Errors
/// The database.
pub fn delete_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<bool, Error> {
    Ok(tx.db.execute("DELETE FROM user_zone WHERE user = ?1 AND zone = ?2", [user, zone])? > 0)
}

/// Writes that a technician was assigned to a zone until now.
///
/// # Errors
/// The database.
pub fn write_past_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<(), Error> {
    tx.db.execute(
        "INSERT INTO user_zone_past (user, zone, until) VALUES (?1, ?2, ?3)
         ON CONFLICT (user, zone) DO UPDATE SET until = excluded.until",
        params![user, zone, tx.now.0],
    )?;
    Ok(())
}
