//! What a utility has set about valves, as columns of its row, and its holidays.

use crate::core::Db;
use crate::error::Error;
use domain::valve::decision::Policy;
use domain::{LocalDay, Rupiah};
use rusqlite::params;

/// A policy out of its word.
pub(super) fn policy(word: &str) -> Policy {
    if word == "off" { Policy::Off } else { Policy::On }
}

/// Writes whether a utility's valves are closed at all.
///
/// # Errors
/// The database.
pub fn write_policy(db: &Db, utility: i64, policy: Policy) -> Result<(), Error> {
    let word = match policy {
        Policy::On => "on",
        Policy::Off => "off",
    };
    db.execute("UPDATE utility SET valve_policy = ?2 WHERE num = ?1", params![utility, word])?;
    Ok(())
}

/// Writes a utility's amount of emergency credit.
///
/// # Errors
/// The database.
pub fn write_emergency_credit(db: &Db, utility: i64, amount: Rupiah) -> Result<(), Error> {
    db.execute("UPDATE utility SET emergency_credit = ?2 WHERE num = ?1", [utility, amount.0])?;
    Ok(())
}

/// Writes a utility's protected hours.
///
/// # Errors
/// The database.
pub fn write_protected_hours(db: &Db, utility: i64, (from, until): (u8, u8)) -> Result<(), Error> {
    db.execute("UPDATE utility SET protected_from = ?2, protected_until = ?3 WHERE num = ?1", params![utility, from, until])?;
    Ok(())
}

/// Adds a holiday, once.
///
/// # Errors
/// The database.
pub fn insert_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    db.execute("INSERT INTO holiday (utility, day) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![utility, day.0])?;
    Ok(())
}

/// Removes a holiday.
///
/// # Errors
/// The database.
pub fn delete_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    db.execute("DELETE FROM holiday WHERE utility = ?1 AND day = ?2", params![utility, day.0])?;
    Ok(())
}

/// A utility's holidays from a day on.
///
/// # Errors
/// The database.
pub fn holidays_from(db: &Db, utility: i64, day: LocalDay) -> Result<Vec<LocalDay>, Error> {
    let mut query = db.prepare_cached("SELECT day FROM holiday WHERE utility = ?1 AND day >= ?2")?;
    let days = query.query_map(params![utility, day.0], |row| row.get(0).map(LocalDay))?;
    Ok(days.collect::<Result<_, _>>()?)
}
