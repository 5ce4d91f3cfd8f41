//! Who may hold a row: the buckets around a connection, written once, for everything that belongs to a connection or to its meter.

use crate::core::Tx;
use crate::error::Error;
use uuid::Uuid;

/// The buckets around a connection, by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holders {
    /// Its customer's.
    pub customer: i64,
    /// Its zone's: the technicians'.
    pub zone: i64,
    /// The admins'.
    pub admin: i64,
}

impl Holders {
    /// All of them.
    pub fn all(self) -> [i64; 3] {
        [self.customer, self.zone, self.admin]
    }
}

/// The buckets around a connection: its customer's, its zone's and the admins'.
///
/// # Errors
/// No such connection, or the database.
pub fn of_connection(tx: &mut Tx<'_>, connection: i64) -> Result<Holders, Error> {
    let (utility, customer, zone) = tx
        .db
        .prepare_cached(
            "SELECT c.utility, cu.id, z.id FROM connection c JOIN customer cu ON cu.num = c.customer
             JOIN zone z ON z.num = c.zone WHERE c.num = ?1",
        )?
        .query_row([connection], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    around(tx, utility, customer, zone)
}

/// The buckets that hold a meter and its latest values: those around the connection where it is, or the admins' alone.
///
/// # Errors
/// No such meter, or the database.
pub fn of_meter(tx: &mut Tx<'_>, meter: i64) -> Result<Vec<i64>, Error> {
    match around_meter(tx, meter)? {
        (_, Some(holders)) => Ok(holders.all().into()),
        (admin, None) => Ok(vec![admin]),
    }
}

/// The buckets that hold a meter's field records: the admins', and that of the zone where it is. Customers do not see what technicians write.
///
/// # Errors
/// No such meter, or the database.
pub fn of_field_records(tx: &mut Tx<'_>, meter: i64) -> Result<Vec<i64>, Error> {
    let (admin, holders) = around_meter(tx, meter)?;
    Ok([admin].into_iter().chain(holders.map(|holders| holders.zone)).collect())
}

/// The admins' bucket of a meter's utility, and the buckets around the connection where the meter is.
fn around_meter(tx: &mut Tx<'_>, meter: i64) -> Result<(i64, Option<Holders>), Error> {
    let (utility, customer, zone): (i64, Option<[u8; 16]>, Option<[u8; 16]>) = tx
        .db
        .prepare_cached(
            "SELECT m.utility, cu.id, z.id FROM meter m LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL
             LEFT JOIN connection c ON c.num = i.connection LEFT JOIN customer cu ON cu.num = c.customer
             LEFT JOIN zone z ON z.num = c.zone WHERE m.num = ?1",
        )?
        .query_row([meter], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let Some((customer, zone)) = customer.zip(zone) else { return Ok((tx.bucket(utility, "admin")?, None)) };
    let holders = around(tx, utility, customer, zone)?;
    Ok((holders.admin, Some(holders)))
}

fn around(tx: &mut Tx<'_>, utility: i64, customer: [u8; 16], zone: [u8; 16]) -> Result<Holders, Error> {
    Ok(Holders {
        customer: tx.bucket(utility, format!("customer:{}", Uuid::from_bytes(customer)))?,
        zone: tx.bucket(utility, format!("zone:{}", Uuid::from_bytes(zone)))?,
        admin: tx.bucket(utility, "admin")?,
    })
}
