//! The codes by which users set another password.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use rusqlite::{OptionalExtension, params};

/// Writes a user's code in place of the one before.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, user: i64, hash: &str, until: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR REPLACE INTO password_code (user, hash, expires_at) VALUES (?1, ?2, ?3)")?
        .execute(params![user, hash, until.0])?;
    Ok(())
}

/// The hash of the code of the active user with an address, where there is one that is good.
///
/// # Errors
/// The database.
pub fn find(db: &Db, email: &str, now: UtcMillis) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached(
        "SELECT hash FROM password_code WHERE user = (SELECT num FROM user WHERE email = ?1 AND active = 1) AND expires_at > ?2",
    )?;
    Ok(query.query_row(params![email, now.0], |row| row.get(0)).optional()?)
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
