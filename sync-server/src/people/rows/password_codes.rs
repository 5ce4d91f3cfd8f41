//! The codes by which users set another password.

use crate::core::Tx;
use crate::error::Error;
use domain::UtcMillis;
use rusqlite::{OptionalExtension, params};

/// Writes a user's code in place of the one before.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, user: i64, hash: &str, until: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR REPLACE INTO password_code (user, hash, expires_at, tries) VALUES (?1, ?2, ?3, 0)")?
        .execute(params![user, hash, until.0])?;
    Ok(())
}

/// Counts a try at the code of the active user with an address; returns the code's hash, where there is one that may be tried.
///
/// # Errors
/// The database.
pub fn count_try(tx: &mut Tx<'_>, email: &str, most: i64) -> Result<Option<String>, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE password_code SET tries = tries + 1 WHERE user = (SELECT num FROM user WHERE email = ?1 AND active = 1)
           AND expires_at > ?2 AND tries < ?3 RETURNING hash",
    )?;
    Ok(update.query_row(params![email, tx.now.0, most], |row| row.get(0)).optional()?)
}

/// Takes the code with a hash away from the active user with an address: a code is used once. `None` where it is not there any more.
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>, email: &str, hash: &str) -> Result<Option<i64>, Error> {
    let mut delete = tx.db.prepare_cached(
        "DELETE FROM password_code WHERE user = (SELECT num FROM user WHERE email = ?1 AND active = 1) AND hash = ?2
           AND expires_at > ?3 RETURNING user",
    )?;
    Ok(delete.query_row(params![email, hash, tx.now.0], |row| row.get(0)).optional()?)
}

/// Takes a user's code away: another password makes it void.
///
/// # Errors
/// The database.
pub fn remove(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM password_code WHERE user = ?1")?.execute([user])?;
    Ok(())
}
