//! Customers.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::people::{Customer, CustomerStatus};
use domain::{CustomerId, UtcMillis};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

const CUSTOMER: &str =
    "SELECT id, number, name, status, phone, email, address, city, province, postal_code, nik, household_size, num
    FROM customer WHERE id = ?1";

/// A customer from the columns of [`CUSTOMER`].
fn read(row: &Row<'_>) -> rusqlite::Result<Customer> {
    let status: String = row.get(3)?;
    Ok(Customer {
        id: CustomerId(Uuid::from_bytes(row.get(0)?)),
        number: row.get(1)?,
        name: row.get(2)?,
        // The schema's own CHECK allows no other word.
        status: CustomerStatus::from_word(&status).unwrap_or(CustomerStatus::Active),
        phone: row.get(4)?,
        email: row.get(5)?,
        address: row.get(6)?,
        city: row.get(7)?,
        province: row.get(8)?,
        postal_code: row.get(9)?,
        nik: row.get(10)?,
        household_size: row.get(11)?,
    })
}

/// A customer of any utility.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: Uuid) -> Result<Option<Customer>, Error> {
    Ok(db.prepare_cached(CUSTOMER)?.query_row([id.as_bytes()], read).optional()?)
}

/// A customer of a utility, with its key.
///
/// # Errors
/// The database.
pub fn find_of_utility(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, Customer)>, Error> {
    let mut query = db.prepare_cached(&format!("{CUSTOMER} AND utility = ?2"))?;
    let found = query.query_row(params![id.as_bytes(), utility], |row| Ok((row.get(12)?, read(row)?)));
    Ok(found.optional()?)
}

/// Whether a customer of a utility has a number.
///
/// # Errors
/// The database.
pub fn has_number(db: &Db, utility: i64, number: &str) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM customer WHERE utility = ?1 AND number = ?2)")?;
    Ok(query.query_row(params![utility, number], |row| row.get(0))?)
}

/// Writes a new customer, and when people added it; returns its key.
///
/// # Errors
/// The number or the identifier is taken, or the database.
pub fn insert(tx: &mut Tx<'_>, utility: i64, customer: &Customer, added_at: Option<UtcMillis>) -> Result<i64, Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO customer (id, utility, number, name, status, phone, email, address, city, province, postal_code, nik,
               household_size, added_at, rev) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1)",
        )?
        .execute(params![
            customer.id.0.as_bytes(),
            utility,
            customer.number,
            customer.name,
            customer.status.as_str(),
            customer.phone,
            customer.email,
            customer.address,
            customer.city,
            customer.province,
            customer.postal_code,
            customer.nik,
            customer.household_size,
            added_at.map(|at| at.0)
        ])?;
    Ok(tx.db.last_insert_rowid())
}

/// Writes what may be edited of a customer, and raises its revision.
///
/// # Errors
/// The database.
pub fn update(tx: &mut Tx<'_>, num: i64, customer: &Customer) -> Result<(), Error> {
    // RETURNING would make a table of its one row, and a savepoint for that.
    tx.db
        .prepare_cached(
            "UPDATE customer SET name = ?2, status = ?3, phone = ?4, email = ?5, address = ?6, city = ?7, province = ?8,
               postal_code = ?9, nik = ?10, household_size = ?11, rev = rev + 1 WHERE num = ?1",
        )?
        .execute(params![
            num,
            customer.name,
            customer.status.as_str(),
            customer.phone,
            customer.email,
            customer.address,
            customer.city,
            customer.province,
            customer.postal_code,
            customer.nik,
            customer.household_size
        ])?;
    Ok(())
}

/// Where a customer is held: its utility, its revision, and the zones of its connections.
pub struct Placement {
    /// Key of the utility.
    pub utility: i64,
    /// The customer's revision.
    pub rev: i64,
    /// Zones in which the customer has connections.
    pub zones: Vec<Uuid>,
}

/// Where a customer is held.
///
/// # Errors
/// No such customer, or the database.
pub fn placement(db: &Db, num: i64) -> Result<Placement, Error> {
    let mut query = db.prepare_cached(
        "SELECT cu.utility, cu.rev, z.id FROM customer cu LEFT JOIN connection c ON c.customer = cu.num
         LEFT JOIN zone z ON z.num = c.zone WHERE cu.num = ?1",
    )?;
    let mut found = query.query([num])?;
    let mut placement = Placement { utility: 0, rev: 0, zones: Vec::new() };
    while let Some(row) = found.next()? {
        (placement.utility, placement.rev) = (row.get(0)?, row.get(1)?);
        placement.zones.extend(row.get::<_, Option<[u8; 16]>>(2)?.map(Uuid::from_bytes));
    }
    Ok(placement)
}
