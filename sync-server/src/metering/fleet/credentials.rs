//! Credentials of meters and meter gateways, and the meters that each may send for.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::credentials as rows;

pub use crate::metering::rows::credentials::{Credential, authorized_meter, meter_beside_gateway};

/// The credential of a name, a serial number or a gateway's name, with its secret's hash.
///
/// # Errors
/// The database.
pub fn credential(db: &Db, name: &str) -> Result<Option<(Credential, [u8; 32])>, Error> {
    match rows::of_meter(db, name)? {
        Some(meter) => Ok(Some(meter)),
        None => rows::of_gateway(db, name),
    }
}

/// Adds a meter gateway.
///
/// # Errors
/// The name is taken, or the database.
pub fn add_gateway(tx: &mut Tx<'_>, utility: i64, name: &str, secret_hash: [u8; 32], meters: &[i64]) -> Result<(), Error> {
    rows::insert_gateway(tx, utility, name, secret_hash, meters)
}

/// Removes a meter's or a gateway's credential; returns whether there was one.
///
/// # Errors
/// The database.
pub fn revoke_credential(tx: &mut Tx<'_>, name: &str) -> Result<bool, Error> {
    Ok(rows::delete_secrets(tx, name)? > 0)
}
