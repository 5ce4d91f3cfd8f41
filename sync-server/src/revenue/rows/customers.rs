//! Each connection with what it used, was charged and bought in some local months.

use crate::core::Db;
use crate::error::Error;
use domain::{CustomerId, LocalMonth, Millilitres};
use rusqlite::{Row, params};
use uuid::Uuid;

/// A connection in some months.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    /// Key of its customer.
    pub customer: i64,
    /// Used.
    pub volume: Millilitres,
    /// Charged for water, rupiah.
    pub consumed: i64,
    /// Received, less what went back, rupiah.
    pub received: i64,
    /// Purchases.
    pub purchases: i64,
    /// Of them those made when nothing was left.
    pub when_empty: i64,
    /// Whether there were purchases in earlier months.
    pub before: bool,
}

/// The query of [`each`]. Each part of a connection is a stretch of one primary key.
pub const EACH: &str = "SELECT c.customer,
    (SELECT COALESCE(SUM(volume), 0) FROM usage_month WHERE connection = c.num AND month BETWEEN ?2 AND ?3),
    (SELECT COALESCE(SUM(posted_water), 0) FROM month_charge WHERE connection = c.num AND month BETWEEN ?2 AND ?3),
    (SELECT COALESCE(SUM(received), 0) FROM revenue_connection WHERE connection = c.num AND month BETWEEN ?2 AND ?3),
    (SELECT COALESCE(SUM(purchases), 0) FROM revenue_connection WHERE connection = c.num AND month BETWEEN ?2 AND ?3),
    (SELECT COALESCE(SUM(when_empty), 0) FROM revenue_connection WHERE connection = c.num AND month BETWEEN ?2 AND ?3),
    EXISTS (SELECT 1 FROM revenue_connection WHERE connection = c.num AND month < ?2 AND purchases > 0)
  FROM connection c WHERE c.utility = ?1";

/// Each connection of a utility, in whatever order.
///
/// # Errors
/// The database.
pub fn each(db: &Db, utility: i64, (from, to): (LocalMonth, LocalMonth), mut then: impl FnMut(Connection)) -> Result<(), Error> {
    let mut query = db.prepare_cached(EACH)?;
    let mut rows = query.query(params![utility, from.0, to.0])?;
    while let Some(row) = rows.next()? {
        then(connection(row)?);
    }
    Ok(())
}

fn connection(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        customer: row.get(0)?,
        volume: Millilitres(row.get(1)?),
        consumed: row.get(2)?,
        received: row.get(3)?,
        purchases: row.get(4)?,
        when_empty: row.get(5)?,
        before: row.get(6)?,
    })
}

/// Identifier, number and name of a customer.
///
/// # Errors
/// The database.
pub fn named(db: &Db, customer: i64) -> Result<(CustomerId, String, String), Error> {
    let mut query = db.prepare_cached("SELECT id, number, name FROM customer WHERE num = ?1")?;
    Ok(query.query_row([customer], |row| Ok((CustomerId(Uuid::from_bytes(row.get(0)?)), row.get(1)?, row.get(2)?)))?)
}
