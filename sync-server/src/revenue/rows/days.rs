//! Days as admins hold them.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{LocalDay, UtcMillis, UtilityId};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// When a day that has changed is due: if it was published up to the first instant, or, where a clock was set back, behind the second.
pub type Due = (UtcMillis, UtcMillis);

/// Keeps that the sums of a day have changed.
///
/// # Errors
/// The database.
pub fn mark(tx: &mut Tx<'_>, utility: i64, day: LocalDay) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO revenue_day (utility, day) VALUES (?1, ?2) ON CONFLICT (utility, day) DO UPDATE SET dirty = 1 WHERE dirty = 0",
        )?
        .execute(params![utility, day.0])?;
    Ok(())
}

/// Whether a day is due.
///
/// # Errors
/// The database.
pub fn is_due(db: &Db, (until, now): Due) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM revenue_day WHERE dirty = 1 AND (published_at <= ?1 OR published_at > ?2))",
    )?;
    Ok(query.query_row([until.0, now.0], |row| row.get(0))?)
}

/// A day that is due.
pub struct DueDay {
    /// Key of the utility.
    pub utility: i64,
    /// Its identifier.
    pub id: UtilityId,
    /// The day.
    pub day: LocalDay,
}

/// The days that are due, those that have waited longest first, so many at most.
///
/// # Errors
/// The database.
pub fn due(db: &Db, (until, now): Due, limit: i64) -> Result<Vec<DueDay>, Error> {
    let mut query = db.prepare_cached(
        "SELECT d.utility, u.id, d.day FROM revenue_day d JOIN utility u ON u.num = d.utility
         WHERE d.dirty = 1 AND (d.published_at <= ?1 OR d.published_at > ?2) ORDER BY d.published_at, d.day DESC LIMIT +?3",
    )?;
    let found = query.query_map([until.0, now.0, limit], |row| {
        Ok(DueDay { utility: row.get(0)?, id: UtilityId(Uuid::from_bytes(row.get(1)?)), day: LocalDay(row.get(2)?) })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps the body of a day as it is published; returns its new revision.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, due: &DueDay, body: &str) -> Result<i64, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE revenue_day SET rev = rev + 1, body = ?3, published_at = ?4, dirty = 0 WHERE utility = ?1 AND day = ?2 RETURNING rev",
    )?;
    Ok(update.query_row(params![due.utility, due.day.0, body, tx.now.0], |row| row.get(0))?)
}

/// The body of a utility's day as it was published last; none if it never was.
///
/// # Errors
/// The database.
pub fn body(db: &Db, utility: Uuid, day: Option<i32>) -> Result<Option<String>, Error> {
    let mut query =
        db.prepare_cached("SELECT d.body FROM revenue_day d JOIN utility u ON u.num = d.utility WHERE u.id = ?1 AND d.day = ?2")?;
    Ok(query.query_row(params![utility.as_bytes(), day], |row| row.get(0)).optional()?.flatten())
}

/// What campaigns and users of a utility are called, by their identifiers as text; what is none of them is left out.
///
/// # Errors
/// The database.
pub fn names(db: &Db, utility: i64, values: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let mut query = db.prepare_cached(
        "SELECT name FROM campaign WHERE id = ?1 AND utility = ?2 UNION ALL SELECT name FROM user WHERE id = ?1 AND utility = ?2",
    )?;
    let mut names = BTreeMap::new();
    for value in values {
        let Ok(id) = value.parse::<Uuid>() else { continue };
        if let Some(name) = query.query_row(params![id.as_bytes(), utility], |row| row.get(0)).optional()? {
            names.insert(value.clone(), name);
        }
    }
    Ok(names)
}

/// The days that are published as they are, with their bodies: key of the utility, day, body.
///
/// # Errors
/// The database.
pub fn published(db: &Db) -> Result<Vec<(i64, LocalDay, String)>, Error> {
    let mut query =
        db.prepare_cached("SELECT utility, day, COALESCE(body, '') FROM revenue_day WHERE dirty = 0 ORDER BY utility, day")?;
    let days = query.query_map([], |row| Ok((row.get(0)?, LocalDay(row.get(1)?), row.get(2)?)))?;
    Ok(days.collect::<Result<_, _>>()?)
}
