//! Utilities and zones as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{TimeZone, UtilityId, ZoneId};
use rusqlite::{OptionalExtension, params};

/// The first utility, by key.
///
/// # Errors
/// The database.
pub fn first(db: &Db) -> Result<Option<i64>, Error> {
    Ok(db.query_row("SELECT num FROM utility ORDER BY num LIMIT 1", [], |row| row.get(0)).optional()?)
}

/// A utility's name.
///
/// # Errors
/// No such utility, or the database.
pub fn name(db: &Db, utility: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT name FROM utility WHERE num = ?1")?.query_row([utility], |row| row.get(0))?)
}

/// Writes a new utility; returns its key.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, id: UtilityId, name: &str) -> Result<i64, Error> {
    tx.db.execute("INSERT INTO utility (id, name) VALUES (?1, ?2)", params![id.0.as_bytes(), name])?;
    Ok(tx.db.last_insert_rowid())
}

/// Writes a new zone; returns its key.
///
/// # Errors
/// The database.
pub fn insert_zone(tx: &mut Tx<'_>, utility: i64, id: ZoneId, name: &str, zone: TimeZone) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO zone (id, utility, name, time_zone, rev) VALUES (?1, ?2, ?3, ?4, 1)",
        params![id.0.as_bytes(), utility, name, zone.iana()],
    )?;
    Ok(tx.db.last_insert_rowid())
}
