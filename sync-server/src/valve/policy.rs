//! What a utility does when credit is gone, as its operator sets it. Triggers make the connections due that it concerns.

use crate::core::Db;
use crate::error::Error;
use crate::valve::rows::policy as rows;
use domain::valve::decision::Policy;
use domain::{LocalDay, Rupiah};

/// Sets whether valves are closed at all.
///
/// # Errors
/// The database.
pub fn set_valves(db: &Db, utility: i64, policy: Policy) -> Result<(), Error> {
    rows::write_policy(db, utility, policy)
}

/// Sets how much is lent between two purchases; with nothing, none is.
///
/// # Errors
/// It is below nothing, or the database.
pub fn set_emergency_credit(db: &Db, utility: i64, amount: Rupiah) -> Result<(), Error> {
    if amount < Rupiah(0) {
        return Err(Error::Setup("emergency credit cannot be below Rp0".into()));
    }
    rows::write_emergency_credit(db, utility, amount)
}

/// Sets from which local hour on, and until before which, valves stay open; the same hour twice leaves no night protected.
///
/// # Errors
/// A day has hours 0 to 23; or the database.
pub fn set_protected_hours(db: &Db, utility: i64, (from, until): (u8, u8)) -> Result<(), Error> {
    if from > 23 || until > 23 {
        return Err(Error::Setup("a day has the hours 0 to 23".into()));
    }
    rows::write_protected_hours(db, utility, (from, until))
}

/// Makes a local day a holiday: valves stay open on it.
///
/// # Errors
/// The database.
pub fn add_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    rows::insert_holiday(db, utility, day)
}

/// Removes a holiday.
///
/// # Errors
/// The database.
pub fn remove_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    rows::delete_holiday(db, utility, day)
}
