//! Who belongs to a customer, and who works in a zone.

use crate::core::Tx;
use crate::error::Error;
use crate::metering::rows::assignments as rows;

/// Links a user to a customer.
///
/// # Errors
/// The database.
pub fn link_customer(tx: &mut Tx<'_>, user: i64, customer: i64) -> Result<(), Error> {
    rows::insert_customer(tx, user, customer)
}

/// Removes the link of a user to a customer.
///
/// # Errors
/// The database.
pub fn unlink_customer(tx: &mut Tx<'_>, user: i64, customer: i64) -> Result<(), Error> {
    rows::delete_customer(tx, user, customer)
}

/// Assigns a technician to a zone.
///
/// # Errors
/// The database.
pub fn assign_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<(), Error> {
    rows::insert_zone(tx, user, zone)
}

/// Removes a technician's assignment to a zone. Until when it lasted is kept: work that was done there and comes late is accepted.
///
/// # Errors
/// The database.
pub fn unassign_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<(), Error> {
    if rows::delete_zone(tx, user, zone)? { rows::write_past_zone(tx, user, zone) } else { Ok(()) }
}
