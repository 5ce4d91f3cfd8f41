//! The draws of days as rows: which days are yet to be looked at, the readings they are made of, and what was found.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::readings::SETTLES_BELOW;
use domain::metering::reading::Verdict;
use domain::patterns::{DayDraws, Series};
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// A day that is yet to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueDay {
    /// Key of its connection.
    pub connection: i64,
    /// Identifier of its connection.
    pub id: [u8; 16],
    /// Which day.
    pub day: LocalDay,
    /// The revision that its row has.
    pub rev: i64,
}

/// The query of [`due`]: connections in the order of their keys, and the days of each by its key. What waits to be published is left for later:
/// its revision is about to change.
pub const DUE: &str = "SELECT c.num, c.id, u.day, u.rev FROM connection c CROSS JOIN zone z CROSS JOIN usage_day u
    WHERE c.num > ?1 AND z.num = c.zone AND z.time_zone = ?2 AND u.connection = c.num AND u.day BETWEEN ?3 AND ?4
      AND u.dirty = 0 AND u.drawn IS NOT u.rev
    ORDER BY c.num, u.day LIMIT ?5";

/// The days from one to another of connections behind a key in a time zone that are yet to be looked at, so many at most.
///
/// # Errors
/// The database.
pub fn due(db: &Db, after: i64, zone: TimeZone, (from, to): (LocalDay, LocalDay), most: i64) -> Result<Vec<DueDay>, Error> {
    let mut query = db.prepare_cached(DUE)?;
    let found = query.query_map(params![after, zone.iana(), from.0, to.0, most], |row| {
        Ok(DueDay { connection: row.get(0)?, id: row.get(1)?, day: LocalDay(row.get(2)?), rev: row.get(3)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`fill`]: the readings of the meter that is there now, since it is.
pub const READINGS: &str = "SELECT r.t, r.register, r.verdict FROM installation i CROSS JOIN reading r
    WHERE i.connection = ?1 AND i.until IS NULL AND r.meter = i.meter AND r.t >= MAX(?2, i.since) AND r.t <= ?3 AND r.verdict < ?4
    ORDER BY r.t";

/// Fills a day's series with what flowed at a connection. On a day on which the meter was replaced, what the old one measured is missing.
///
/// # Errors
/// The database.
pub fn fill(db: &Db, connection: i64, series: &mut Series) -> Result<(), Error> {
    let (from, to) = series.span();
    let mut query = db.prepare_cached(READINGS)?;
    let mut rows = query.query(params![connection, from.0, to.0, SETTLES_BELOW])?;
    let mut before: Option<(UtcMillis, Millilitres)> = None;
    while let Some(row) = rows.next()? {
        let (t, register) = (UtcMillis(row.get(0)?), Millilitres(row.get(1)?));
        let follows = Verdict::from_code(row.get(2)?) == Some(Verdict::Accepted);
        if let Some((since, was)) = before.filter(|_| follows) {
            series.add((since, t), register - was);
        }
        before = Some((t, register));
    }
    Ok(())
}

/// The newest of the days before one, at most `days` of them, of which the draws are known.
///
/// # Errors
/// The database.
pub fn newest_before(db: &Db, connection: i64, day: LocalDay, days: i32) -> Result<Option<DayDraws>, Error> {
    let mut query = db.prepare_cached(
        "SELECT draws FROM usage_day WHERE connection = ?1 AND day BETWEEN ?2 AND ?3 AND draws IS NOT NULL ORDER BY day DESC LIMIT 1",
    )?;
    let text: Option<String> =
        query.query_row(params![connection, day.0.saturating_sub(days), day.0.saturating_sub(1)], |row| row.get(0)).optional()?;
    // What an older release wrote and this one cannot read is as if it were not known.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps what was found of a day; returns the revision of its row, or `None` if it has changed since it was looked at.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, due: &DueDay, draws: &str) -> Result<Option<i64>, Error> {
    let mut query = tx.db.prepare_cached(
        "UPDATE usage_day SET draws = ?4, rev = rev + 1, drawn = rev + 1
         WHERE connection = ?1 AND day = ?2 AND rev = ?3 AND dirty = 0 RETURNING rev",
    )?;
    Ok(query.query_row(params![due.connection, due.day.0, due.rev, draws], |row| row.get(0)).optional()?)
}

/// Keeps that a day was looked at, and that its row says nothing of it which it did not say before.
///
/// # Errors
/// The database.
pub fn pass(tx: &mut Tx<'_>, due: &DueDay) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE usage_day SET drawn = rev WHERE connection = ?1 AND day = ?2 AND rev = ?3 AND dirty = 0")?
        .execute(params![due.connection, due.day.0, due.rev])?;
    Ok(())
}
