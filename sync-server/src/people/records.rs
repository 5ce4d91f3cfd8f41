//! The records that people edit: read for a command, written with the change rows that tell of them.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::metering::fleet::{change_class, put_connection};
use domain::billing::tariff::TariffClass;
use domain::people::{ConnectionKind, Customer, CustomerStatus};
use domain::sync::edit::{ConnectionField, ConnectionRecord, CustomerField, Editable};
use domain::{ConnectionId, CustomerId};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a customer's body is read from.
pub(crate) const CUSTOMER: &str = "SELECT id, number, name, status, phone, email, address, city, province, postal_code, nik,
    household_size, num FROM customer WHERE id = ?1";

/// A customer from the columns of [`CUSTOMER`].
pub(crate) fn read_customer(row: &Row<'_>) -> rusqlite::Result<Customer> {
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

/// A customer of a utility, with its key.
///
/// # Errors
/// The database.
pub fn customer(db: &Connection, utility: i64, id: CustomerId) -> Result<Option<(i64, Customer)>, Error> {
    let mut query = db.prepare_cached(&format!("{CUSTOMER} AND utility = ?2"))?;
    let found = query.query_row(params![id.0.as_bytes(), utility], |row| Ok((row.get(12)?, read_customer(row)?)));
    Ok(found.optional()?)
}

/// Writes a customer, and tells every device that may know of it.
///
/// # Errors
/// The database.
pub fn write_customer(tx: &mut Tx<'_>, num: i64, customer: &Customer) -> Result<(), Error> {
    // RETURNING would make a table of its one row, and a savepoint for that.
    tx.db.prepare_cached(
        "UPDATE customer SET name = ?2, status = ?3, phone = ?4, email = ?5, address = ?6, city = ?7, province = ?8, postal_code = ?9,
           nik = ?10, household_size = ?11, rev = rev + 1 WHERE num = ?1",
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
    let mut placed = tx.db.prepare_cached(
        "SELECT cu.utility, cu.rev, z.id FROM customer cu LEFT JOIN connection c ON c.customer = cu.num LEFT JOIN zone z ON z.num = c.zone
         WHERE cu.num = ?1",
    )?;
    let mut places = placed.query([num])?;
    let (mut into, mut rev) = (BTreeSet::new(), 0);
    while let Some(place) = places.next()? {
        let (utility, zone): (i64, Option<[u8; 16]>) = (place.get(0)?, place.get(2)?);
        rev = place.get(1)?;
        into.insert(tx.bucket(utility, format!("customer:{}", customer.id))?);
        into.insert(tx.bucket(utility, "admin")?);
        if let Some(zone) = zone {
            into.insert(tx.bucket(utility, format!("zone:{}", Uuid::from_bytes(zone)))?);
        }
    }
    let id = RowId::of(*customer.id.0.as_bytes());
    into.into_iter().try_for_each(|into| tx.put(into, Entity::Customer, &id, rev))
}

/// A connection's own fields, with its key.
///
/// # Errors
/// The database.
fn connection(db: &Connection, utility: i64, id: ConnectionId) -> Result<Option<(i64, ConnectionRecord)>, Error> {
    let mut query =
        db.prepare_cached("SELECT num, label, address, kind, tariff_class FROM connection WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![id.0.as_bytes(), utility], |row| {
        let (kind, class): (String, String) = (row.get(3)?, row.get(4)?);
        let record = ConnectionRecord {
            label: row.get(1)?,
            address: row.get(2)?,
            kind: ConnectionKind::from_word(&kind).unwrap_or(ConnectionKind::Other),
            tariff_class: TariffClass::from_word(&class).unwrap_or(TariffClass::Residential),
        };
        Ok((row.get(0)?, record))
    });
    Ok(found.optional()?)
}

/// Writes a connection's own fields, and tells every device that may know of it.
///
/// # Errors
/// The database.
fn write_connection(tx: &mut Tx<'_>, num: i64, record: &ConnectionRecord) -> Result<(), Error> {
    change_class(tx, num, record.tariff_class)?;
    tx.db
        .prepare_cached(
            "UPDATE connection SET label = ?2, address = ?3, kind = ?4, tariff_class = ?5, rev = rev + 1 WHERE num = ?1",
        )?
        .execute(params![num, record.label, record.address, record.kind.as_str(), record.tariff_class.as_str()])?;
    // Another class has other prices from today on.
    let today = crate::billing::charging::time_zone(tx, num)?.day_of(tx.now);
    crate::billing::charging::recompute_from(tx, num, today)?;
    put_connection(tx, num)
}

/// A record that people edit field by field.
pub trait Record: Editable<Field: 'static> + Sized {
    /// Its kind of row.
    const ENTITY: Entity;
    /// Its fields.
    const FIELDS: &'static [Self::Field];

    /// A field as it is stored and sent.
    fn name(field: Self::Field) -> &'static str;

    /// Reads the record of a utility, with its key.
    ///
    /// # Errors
    /// The database.
    fn load(db: &Connection, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error>;

    /// Writes it, and tells every device that may know of it.
    ///
    /// # Errors
    /// The database.
    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error>;
}

impl Record for Customer {
    const ENTITY: Entity = Entity::Customer;
    const FIELDS: &'static [CustomerField] = &CustomerField::ALL;

    fn name(field: CustomerField) -> &'static str {
        field.as_str()
    }

    fn load(db: &Connection, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error> {
        customer(db, utility, CustomerId(id))
    }

    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
        write_customer(tx, num, self)
    }
}

impl Record for ConnectionRecord {
    const ENTITY: Entity = Entity::Connection;
    const FIELDS: &'static [ConnectionField] = &ConnectionField::ALL;

    fn name(field: ConnectionField) -> &'static str {
        field.as_str()
    }

    fn load(db: &Connection, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error> {
        connection(db, utility, ConnectionId(id))
    }

    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
        write_connection(tx, num, self)
    }
}
