//! What a utility has set about valves, as columns of its row, and its holidays.

use crate::core::Db;
use crate::error::Error;
use domain::valve::decision::Policy;
use domain::valve::policy::Holiday;
use domain::{LocalDay, Rupiah};
use rusqlite::params;
use uuid::Uuid;

/// How a change of these settings is called in the audit log.
pub const SET: &str = "set_valve_policy";

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
    db.execute(
        "UPDATE utility SET valve_policy = ?2, valve_policy_rev = valve_policy_rev + 1 WHERE num = ?1",
        params![utility, word],
    )?;
    Ok(())
}

/// Writes a utility's amount of emergency credit. What can be borrowed is in each connection's credit, which is published anew.
///
/// # Errors
/// The database.
pub fn write_emergency_credit(db: &Db, utility: i64, amount: Rupiah) -> Result<(), Error> {
    db.execute(
        "UPDATE utility SET emergency_credit = ?2, valve_policy_rev = valve_policy_rev + 1 WHERE num = ?1",
        [utility, amount.0],
    )?;
    db.execute(
        "INSERT OR IGNORE INTO pending_billing_changes (kind, num) SELECT 'credit', s.connection FROM supply_state s
         JOIN connection c ON c.num = s.connection WHERE c.utility = ?1 AND s.due_at IS NOT NULL",
        [utility],
    )?;
    Ok(())
}

/// Writes a utility's protected hours.
///
/// # Errors
/// The database.
pub fn write_protected_hours(db: &Db, utility: i64, (from, until): (u8, u8)) -> Result<(), Error> {
    db.execute(
        "UPDATE utility SET protected_from = ?2, protected_until = ?3, valve_policy_rev = valve_policy_rev + 1 WHERE num = ?1",
        params![utility, from, until],
    )?;
    Ok(())
}

/// Adds a holiday, once; a name replaces the one before.
///
/// # Errors
/// The database.
pub fn insert_holiday(db: &Db, utility: i64, holiday: &Holiday) -> Result<(), Error> {
    db.execute(
        "INSERT INTO holiday (utility, day, name) VALUES (?1, ?2, ?3)
         ON CONFLICT (utility, day) DO UPDATE SET name = excluded.name WHERE excluded.name <> ''",
        params![utility, holiday.day.0, holiday.name],
    )?;
    count_change(db, utility)
}

/// Counts a change of the holidays.
fn count_change(db: &Db, utility: i64) -> Result<(), Error> {
    db.execute("UPDATE utility SET valve_policy_rev = valve_policy_rev + 1 WHERE num = ?1", [utility])?;
    Ok(())
}

/// Removes a holiday.
///
/// # Errors
/// The database.
pub fn delete_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    db.execute("DELETE FROM holiday WHERE utility = ?1 AND day = ?2", params![utility, day.0])?;
    count_change(db, utility)
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

/// The same with their names, in their order.
///
/// # Errors
/// The database.
pub fn named_holidays(db: &Db, utility: i64, from: LocalDay) -> Result<Vec<Holiday>, Error> {
    let mut query = db.prepare_cached("SELECT day, name FROM holiday WHERE utility = ?1 AND day >= ?2 ORDER BY day")?;
    let found = query.query_map(params![utility, from.0], |row| Ok(Holiday { day: LocalDay(row.get(0)?), name: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What a utility has set, besides its holidays.
pub struct Settings {
    /// Counts the changes.
    pub rev: i64,
    /// Whether valves are closed at all.
    pub policy: Policy,
    /// Local hours from which on, and until before which, the night is protected.
    pub hours: (u8, u8),
    /// What is lent between two purchases.
    pub lent: Rupiah,
}

/// What a utility has set.
///
/// # Errors
/// The database.
pub fn settings(db: &Db, utility: i64) -> Result<Settings, Error> {
    let mut query = db.prepare_cached(
        "SELECT valve_policy_rev, valve_policy, protected_from, protected_until, emergency_credit FROM utility WHERE num = ?1",
    )?;
    Ok(query.query_row([utility], |row| {
        Ok(Settings {
            rev: row.get(0)?,
            policy: policy(&row.get::<_, String>(1)?),
            hours: (row.get(2)?, row.get(3)?),
            lent: Rupiah(row.get(4)?),
        })
    })?)
}

/// Whether something was set under a key. It reads the log of this kind, which is short.
///
/// # Errors
/// The database.
pub fn is_recorded(db: &Db, utility: i64, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = ?2 AND op_id = ?3)")?;
    Ok(query.query_row(params![utility, SET, key.as_bytes()], |row| row.get(0))?)
}
