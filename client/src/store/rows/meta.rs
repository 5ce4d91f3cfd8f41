//! Single values that the device keeps by name: its preferences, and what belongs to the signed-in user.

use crate::error::Error;
use rusqlite::{Connection, OptionalExtension};

/// A kept value.
///
/// # Errors
/// The cache cannot be read.
pub fn get(db: &Connection, key: &str) -> Result<Option<String>, Error> {
    Ok(db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?)
}

/// Keeps a value. Keys that begin with `user:` are deleted at a sign-out.
///
/// # Errors
/// The cache cannot be written.
pub fn set(db: &Connection, key: &str, value: &str) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")?
        .execute([key, value])?;
    Ok(())
}

/// Deletes a value.
pub(crate) fn delete(db: &Connection, key: &str) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM meta WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// Deletes every value of the user.
pub(crate) fn forget_user(db: &Connection) -> Result<(), Error> {
    db.execute("DELETE FROM meta WHERE key LIKE 'user:%'", [])?;
    Ok(())
}
