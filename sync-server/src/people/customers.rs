//! Customers: found in their utility, and written with the change rows for everybody who may hold them.

use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::records::Record;
use crate::people::rows::customers;
use domain::people::Customer;
use domain::sync::edit::CustomerField;
use domain::{CustomerId, UtcMillis};
use protocol::sync::rows::Entity;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A customer of a utility, with its key.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: CustomerId) -> Result<Option<(i64, Customer)>, Error> {
    customers::find_of_utility(db, utility, id.0)
}

/// Writes a customer, and puts it into every bucket that may hold it: the customer's, the admins', and those of the zones of its
/// connections.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, num: i64, customer: &Customer) -> Result<(), Error> {
    customers::update(tx, num, customer)?;
    let held = customers::placement(tx, num)?;
    let own = [format!("customer:{}", customer.id), "admin".to_owned()];
    let names = own.into_iter().chain(held.zones.iter().map(|zone| format!("zone:{zone}")));
    let buckets = names.map(|name| tx.bucket(held.utility, name)).collect::<Result<BTreeSet<_>, _>>()?;
    let id = RowId::of(*customer.id.0.as_bytes());
    buckets.into_iter().try_for_each(|bucket| tx.put(bucket, Entity::Customer, &id, held.rev))
}

/// Whether a customer has an identifier, of whatever utility.
///
/// # Errors
/// The database.
pub fn is_known(db: &Db, id: CustomerId) -> Result<bool, Error> {
    Ok(customers::find(db, id.0)?.is_some())
}

/// Whether a customer of a utility has a number.
///
/// # Errors
/// The database.
pub fn has_number(db: &Db, utility: i64, number: &str) -> Result<bool, Error> {
    customers::has_number(db, utility, number)
}

/// Adds a customer, and puts it into the customer's bucket and the admins'; returns its key. `added_at` is when people added it, so that it
/// can be taken back for a while; none where it cannot.
///
/// # Errors
/// The number or the identifier is taken, or the database.
pub fn add(tx: &mut Tx<'_>, utility: i64, customer: &Customer, added_at: Option<UtcMillis>) -> Result<i64, Error> {
    let num = customers::insert(tx, utility, customer, added_at)?;
    for name in [format!("customer:{}", customer.id), "admin".into()] {
        let bucket = tx.bucket(utility, name)?;
        tx.put(bucket, Entity::Customer, &RowId::of(*customer.id.0.as_bytes()), 1)?;
    }
    Ok(num)
}

impl Record for Customer {
    const ENTITY: Entity = Entity::Customer;
    const FIELDS: &'static [CustomerField] = &CustomerField::ALL;

    fn name(field: CustomerField) -> &'static str {
        field.as_str()
    }

    fn load(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error> {
        find(db, utility, CustomerId(id))
    }

    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
        write(tx, num, self)
    }
}
