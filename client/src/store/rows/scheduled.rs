//! The ledger of the notices that the system was asked to show by itself. The plugin's own list does not have all of them.

use crate::error::Error;
use crate::store::rows::notices;
use domain::UtcMillis;
use domain::alerts::schedule::{Change, Scheduled, was_shown};
use domain::billing::balance::Level;
use rusqlite::{Connection, params};

/// What was scheduled, the soonest first.
///
/// # Errors
/// The cache cannot be read.
pub fn all(db: &Connection) -> Result<Vec<Scheduled>, Error> {
    let mut query = db.prepare_cached("SELECT id, connection, level, at FROM scheduled_notice ORDER BY at, id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let rows = rows.collect::<Result<Vec<(i32, String, String, i64)>, _>>()?;
    let one = |(id, connection, level, at): (i32, String, String, i64)| {
        let (connection, level) = (connection.parse().ok()?, Level::from_word(&level)?);
        Some(Scheduled { id, connection, level, at: UtcMillis(at) })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

/// Keeps what is scheduled from now on.
///
/// # Errors
/// The cache cannot be written.
pub fn keep(db: &Connection, change: &Change) -> Result<(), Error> {
    forget(db, &change.cancel)?;
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO scheduled_notice (id, connection, level, at) VALUES (?1, ?2, ?3, ?4)")?;
    for one in &change.schedule {
        insert.execute(params![one.id, one.connection.to_string(), one.level.as_str(), one.at.0])?;
    }
    Ok(())
}

/// Forgets what is not scheduled any more.
///
/// # Errors
/// The cache cannot be written.
pub fn forget(db: &Connection, ids: &[i32]) -> Result<(), Error> {
    let mut delete = db.prepare_cached("DELETE FROM scheduled_notice WHERE id = ?1")?;
    ids.iter().try_for_each(|id| delete.execute([id]).map(|_| ()).map_err(Error::from))
}

/// Whether the instant of a scheduled notice has passed.
///
/// # Errors
/// The cache cannot be read.
pub fn has_passed(db: &Connection, now: UtcMillis) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM scheduled_notice WHERE at <= ?1)")?;
    Ok(query.query_row([now.0], |row| row.get(0))?)
}

/// Counts what the system has shown as notified, so that the app does not notify of the same level again.
///
/// # Errors
/// The cache cannot be read or written.
pub fn take_passed(db: &Connection, now: UtcMillis) -> Result<(), Error> {
    let passed: Vec<_> = all(db)?.into_iter().take_while(|one| one.at <= now).collect();
    for mut watched in notices::watched(db)? {
        let before = watched.notified;
        for one in passed.iter().filter(|one| one.connection == watched.connection) {
            watched.notified = was_shown(watched.notified, one.level, one.at);
        }
        if watched.notified != before {
            notices::keep(db, watched.connection, &watched.notified)?;
        }
    }
    forget(db, &passed.iter().map(|one| one.id).collect::<Vec<_>>())
}
