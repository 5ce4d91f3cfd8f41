//! Connections, the supply points of properties.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::core::holders;
use crate::error::Error;
use crate::metering::rows::connections as rows;
use domain::ConnectionId;
use domain::billing::tariff::TariffClass;
use domain::people::ConnectionKind;
use protocol::sync::rows::Entity;

/// A new connection.
pub struct NewConnection {
    /// Identifier.
    pub id: ConnectionId,
    /// Key of its customer.
    pub customer: i64,
    /// Key of its zone.
    pub zone: i64,
    /// Kind of property.
    pub kind: ConnectionKind,
    /// What its customer calls it.
    pub label: String,
    /// Street address.
    pub address: String,
    /// Tariff class.
    pub tariff_class: TariffClass,
}

/// Adds a connection; it is charged from its local day on.
///
/// # Errors
/// No such customer or zone, or the database.
pub fn add_connection(tx: &mut Tx<'_>, utility: i64, new: &NewConnection) -> Result<i64, Error> {
    let num = rows::insert(tx, utility, new)?;
    let (zone, _) = rows::time_zone_and_class(tx, num)?;
    rows::write_class(tx, num, zone.day_of(tx.now), new.tariff_class)?;
    put_connection(tx, num)?;
    Ok(num)
}

/// Keeps that a connection is in another tariff class from its local day on. To be called before its row is written.
///
/// # Errors
/// No such connection, or the database.
pub fn change_class(tx: &mut Tx<'_>, connection: i64, class: TariffClass) -> Result<(), Error> {
    let (zone, before) = rows::time_zone_and_class(tx, connection)?;
    if before == class.as_str() {
        return Ok(());
    }
    rows::write_class(tx, connection, zone.day_of(tx.now), class)
}

/// Puts a connection into the bucket of everyone who may hold it, and its customer into the technicians'.
pub(crate) fn put_connection(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let row = rows::revisions(tx, connection)?;
    let holders = holders::of_connection(tx, connection)?;
    for bucket in holders.all() {
        tx.put(bucket, Entity::Connection, &RowId::of(row.id), row.rev)?;
    }
    tx.put(holders.zone, Entity::Customer, &RowId::of(row.customer), row.customer_rev)
}
