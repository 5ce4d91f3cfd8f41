//! A utility, its zones and its customers.

use crate::core::feed::{RowId, begin_bucket};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::utility as rows;
use crate::people::customers;
use domain::core::text::{compact, visible};
use domain::people::Customer;
use domain::{CustomerId, TimeZone, UtilityId, ZoneId};
use protocol::sync::rows::Entity;

/// The utility of this server; there is one so far.
///
/// # Errors
/// There is none yet, or the database.
pub fn utility(db: &Db) -> Result<i64, Error> {
    rows::first(db)?.ok_or_else(|| Error::Setup("there is no utility yet: run `sync-server init --name NAME`".into()))
}

/// A utility's name.
///
/// # Errors
/// The database.
pub fn name(db: &Db, utility: i64) -> Result<String, Error> {
    rows::name(db, utility)
}

/// Adds a utility.
///
/// # Errors
/// The database.
pub fn add_utility(tx: &mut Tx<'_>, id: UtilityId, name: &str) -> Result<i64, Error> {
    let utility = rows::insert(tx, id, name)?;
    for name in ["public", "admin"] {
        begin_bucket(tx.db, utility, name)?;
    }
    Ok(utility)
}

/// Adds a zone, which every device of the utility gets.
///
/// # Errors
/// The database.
pub fn add_zone(tx: &mut Tx<'_>, utility: i64, id: ZoneId, name: &str, zone: TimeZone) -> Result<i64, Error> {
    let num = rows::insert_zone(tx, utility, id, visible(name).trim(), zone)?;
    let public = tx.bucket(utility, "public")?;
    tx.put(public, Entity::Zone, &RowId::of(*id.0.as_bytes()), 1)?;
    Ok(num)
}

/// Adds a customer of whom number and name are known, as a utility is set up with: it cannot be taken back.
///
/// # Errors
/// The number is taken, or the database.
pub fn add_customer(tx: &mut Tx<'_>, utility: i64, id: CustomerId, number: &str, name: &str) -> Result<i64, Error> {
    let customer = Customer { name: visible(name).trim().to_owned(), ..Customer::new(id, compact(number)) };
    customers::add(tx, utility, &customer, None)
}
