//! What a utility has set about cases, as columns of its row.

use crate::core::Db;
use crate::error::Error;
use rusqlite::params;
use uuid::Uuid;

/// How a change of these settings is called in the audit log.
pub const SET: &str = "set_case_policy";

/// How a change of the rules of a class of meters is called there.
pub const SET_RULES: &str = "set_case_rules";

/// Whether the customer of a connection is notified of tampering at its meter as well.
///
/// # Errors
/// No such connection, or the database.
pub fn customers_know_of_tampering(db: &Db, connection: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.tampering_to_customers FROM connection c JOIN utility u ON u.num = c.utility WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| row.get(0))?)
}

/// What a utility has set: the count of its changes, and whether customers are notified of tampering.
///
/// # Errors
/// The database.
pub fn settings(db: &Db, utility: i64) -> Result<(i64, bool), Error> {
    let mut query = db.prepare_cached("SELECT case_policy_rev, tampering_to_customers FROM utility WHERE num = ?1")?;
    Ok(query.query_row([utility], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Writes whether customers are notified of tampering at their meters.
///
/// # Errors
/// The database.
pub fn write_tampering(db: &Db, utility: i64, to_customers: bool) -> Result<(), Error> {
    db.execute(
        "UPDATE utility SET tampering_to_customers = ?2, case_policy_rev = case_policy_rev + 1 WHERE num = ?1",
        params![utility, to_customers],
    )?;
    Ok(())
}

/// Whether something was set under a key, as a change of a kind. It reads the log of this kind, which is short.
///
/// # Errors
/// The database.
pub fn is_recorded(db: &Db, utility: i64, (kind, key): (&str, Uuid)) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = ?2 AND op_id = ?3)")?;
    Ok(query.query_row(params![utility, kind, key.as_bytes()], |row| row.get(0))?)
}
