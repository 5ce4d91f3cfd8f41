//! The codes by which users set another password, or the first one: then the code is that of an invitation.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// Writes a user's code in place of the one before. `invitation` is that from which the code is derived, if it is one's.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, user: i64, (hash, invitation): (&str, Option<Uuid>), until: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR REPLACE INTO password_code (user, hash, expires_at, invitation) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![user, hash, until.0, invitation.map(Uuid::into_bytes)])?;
    Ok(())
}

/// The invitation of an active user that stands, and until when it is, or was, good.
///
/// # Errors
/// The database.
pub fn invitation(db: &Db, user: i64) -> Result<Option<(Uuid, UtcMillis)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.invitation, c.expires_at FROM password_code c JOIN user u ON u.num = c.user
         WHERE c.user = ?1 AND c.invitation IS NOT NULL AND u.active = 1",
    )?;
    let found = query.query_row([user], |row| Ok((Uuid::from_bytes(row.get(0)?), UtcMillis(row.get(1)?))));
    Ok(found.optional()?)
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

/// Takes the code with a hash away from the active user with an address: a code is used once. Returns the user's key, and whether it was an
/// invitation's; `None` where it is not there any more.
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>, email: &str, hash: &str) -> Result<Option<(i64, bool)>, Error> {
    let mut delete = tx.db.prepare_cached(
        "DELETE FROM password_code WHERE user = (SELECT num FROM user WHERE email = ?1 AND active = 1) AND hash = ?2
           AND expires_at > ?3 RETURNING user, invitation IS NOT NULL",
    )?;
    Ok(delete.query_row(params![email, hash, tx.now.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Takes a user's code away: another password makes it void.
///
/// # Errors
/// The database.
pub fn remove(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM password_code WHERE user = ?1")?.execute([user])?;
    Ok(())
}
