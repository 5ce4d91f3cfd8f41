//! What names a customer whose record is merged into another one's.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::ConnectionId;
use uuid::Uuid;

/// A connection of a customer.
pub struct OfCustomer {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: ConnectionId,
    /// Key of its zone.
    pub zone: i64,
}

/// The connections of a customer.
///
/// # Errors
/// The database.
pub fn connections(db: &Db, customer: i64) -> Result<Vec<OfCustomer>, Error> {
    let mut query = db.prepare_cached("SELECT num, id, zone FROM connection WHERE customer = ?1 ORDER BY num")?;
    let found = query.query_map([customer], |row| {
        Ok(OfCustomer { num: row.get(0)?, id: ConnectionId(Uuid::from_bytes(row.get(1)?)), zone: row.get(2)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`users`].
pub const USERS: &str = "SELECT user FROM user_customer WHERE customer = ?1 ORDER BY user";

/// The users of a customer, by key.
///
/// # Errors
/// The database.
pub fn users(db: &Db, customer: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(USERS)?;
    Ok(query.query_map([customer], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Whether a customer has bought credit, or used a voucher: those records name who did, and are not written anew.
///
/// # Errors
/// The database.
pub fn has_bought(db: &Db, customer: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM purchase WHERE customer = ?1) OR EXISTS (SELECT 1 FROM voucher_use WHERE customer = ?1)",
    )?;
    Ok(query.query_row([customer], |row| row.get(0))?)
}

/// Deletes a customer whom nothing names any more.
///
/// # Errors
/// Something names it, or the database.
pub fn delete(tx: &mut Tx<'_>, customer: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM customer WHERE num = ?1")?.execute([customer])?;
    Ok(())
}
