//! What was notified of connections' balances, and which levels have changed since.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::Rupiah;
use domain::alerts::low_balance::Notified;
use domain::billing::balance::Level;
use rusqlite::{OptionalExtension, params};

/// Connections whose level has changed, so many at most.
pub fn pending(db: &Db, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached("SELECT connection FROM pending_level LIMIT +?1")?;
    Ok(query.query_map([limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Keeps that a connection's level was looked at.
pub fn remove_pending(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM pending_level WHERE connection = ?1")?.execute([connection])?;
    Ok(())
}

/// What was notified of a connection.
pub fn notified(db: &Db, connection: i64) -> Result<Notified, Error> {
    let mut query = db.prepare_cached("SELECT round, level, full FROM notified_level WHERE connection = ?1")?;
    let found = query.query_row([connection], |row| {
        let level: String = row.get(1)?;
        Ok(Notified { round: row.get(0)?, level: Level::from_word(&level).unwrap_or_default(), full: Rupiah(row.get(2)?) })
    });
    Ok(found.optional()?.unwrap_or_default())
}

/// Keeps what was notified of a connection.
pub fn keep_notified(tx: &mut Tx<'_>, connection: i64, notified: &Notified) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO notified_level (connection, round, level, full) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (connection) DO UPDATE SET round = excluded.round, level = excluded.level, full = excluded.full",
        )?
        .execute(params![connection, notified.round, notified.level.as_str(), notified.full.0])?;
    Ok(())
}
