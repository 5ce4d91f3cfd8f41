//! Advice on this device alone: which was shown by itself and since which day, and what a month is to use at the most.

use crate::error::Error;
use crate::store::rows::meta;
use domain::tips::{KEEP_DAYS, ShownTip, TipName};
use domain::{ConnectionId, LocalDay, Millilitres};
use rusqlite::{Connection, params};

/// The advice that was shown by itself within the last seven days, the oldest first.
///
/// # Errors
/// The cache cannot be read.
pub fn shown(db: &Connection, connection: ConnectionId, today: LocalDay) -> Result<Vec<ShownTip>, Error> {
    let mut query =
        db.prepare_cached("SELECT tip, since FROM shown_tip WHERE connection = ?1 AND since > ?2 ORDER BY since, tip")?;
    let rows = query
        .query_map(params![connection.to_string(), today.0 - KEEP_DAYS], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, i32)>, _>>()?;
    let read = |(tip, since): (String, i32)| Some(ShownTip { tip: TipName::parse(&tip).ok()?, since: LocalDay(since) });
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps that an advice is shown from a day on; what was shown more than seven days before is let go.
///
/// # Errors
/// The cache cannot be written.
pub fn show(db: &Connection, connection: ConnectionId, tip: &TipName, today: LocalDay) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM shown_tip WHERE connection = ?1 AND since <= ?2")?
        .execute(params![connection.to_string(), today.0 - KEEP_DAYS])?;
    db.prepare_cached("INSERT OR IGNORE INTO shown_tip (connection, since, tip) VALUES (?1, ?2, ?3)")?.execute(params![
        connection.to_string(),
        today.0,
        tip.as_str()
    ])?;
    Ok(())
}

/// What a month is to use at the most. It is the user's, and deleted at a sign-out.
fn key(connection: ConnectionId) -> String {
    format!("user:goal:{connection}")
}

/// The goal of a connection's month, if it has one.
///
/// # Errors
/// The cache cannot be read.
pub fn goal(db: &Connection, connection: ConnectionId) -> Result<Option<Millilitres>, Error> {
    Ok(meta::get(db, &key(connection))?.and_then(|text| text.parse().ok()).map(Millilitres))
}

/// Sets it, or that there is none.
///
/// # Errors
/// The cache cannot be written.
pub fn set_goal(db: &Connection, connection: ConnectionId, goal: Option<Millilitres>) -> Result<(), Error> {
    match goal {
        Some(goal) => meta::set(db, &key(connection), &goal.0.to_string()),
        None => meta::delete(db, &key(connection)),
    }
}
