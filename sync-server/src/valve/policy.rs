//! What a utility does about credit that is gone, as its operator sets it. Triggers say whose look is due because of it.

use crate::error::Error;
use domain::valve::decision::Policy;
use domain::{LocalDay, Rupiah};
use rusqlite::{Connection, params};

/// Says whether valves are closed at all.
///
/// # Errors
/// The database.
pub fn set_valves(db: &Connection, utility: i64, policy: Policy) -> Result<(), Error> {
    let word = match policy {
        Policy::On => "on",
        Policy::Off => "off",
    };
    db.execute("UPDATE utility SET valve_policy = ?2 WHERE num = ?1", params![utility, word])?;
    Ok(())
}

/// Says how much is lent between two purchases; nothing switches it off.
///
/// # Errors
/// It is below nothing, or the database.
pub fn set_emergency_credit(db: &Connection, utility: i64, amount: Rupiah) -> Result<(), Error> {
    if amount < Rupiah(0) {
        return Err(Error::Setup("emergency credit cannot be below Rp0".into()));
    }
    db.execute("UPDATE utility SET emergency_credit = ?2 WHERE num = ?1", [utility, amount.0])?;
    Ok(())
}

/// Says from which local hour on, and until before which, valves stay open; the same hour twice leaves no night protected.
///
/// # Errors
/// A day has hours 0 to 23; or the database.
pub fn set_protected_hours(db: &Connection, utility: i64, (from, until): (u8, u8)) -> Result<(), Error> {
    if from > 23 || until > 23 {
        return Err(Error::Setup("a day has the hours 0 to 23".into()));
    }
    db.execute("UPDATE utility SET protected_from = ?2, protected_until = ?3 WHERE num = ?1", params![utility, from, until])?;
    Ok(())
}

/// Makes a local day a holiday: valves stay open on it.
///
/// # Errors
/// The database.
pub fn add_holiday(db: &Connection, utility: i64, day: LocalDay) -> Result<(), Error> {
    db.execute("INSERT INTO holiday (utility, day) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![utility, day.0])?;
    Ok(())
}

/// Takes a holiday back.
///
/// # Errors
/// The database.
pub fn remove_holiday(db: &Connection, utility: i64, day: LocalDay) -> Result<(), Error> {
    db.execute("DELETE FROM holiday WHERE utility = ?1 AND day = ?2", params![utility, day.0])?;
    Ok(())
}
