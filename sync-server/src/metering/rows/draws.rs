//! The draws of days as rows: which days are yet to be looked at, the readings they are made of, and what was found.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::readings::SETTLES_BELOW;
use domain::core::local_time::HOUR_MS;
use domain::metering::reading::Verdict;
use domain::patterns::{Cistern, DayDraws, Series};
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// A day is looked at three hours after its end: what was begun on it is over, and most of what is late has come.
pub const AFTER_MS: i64 = 3 * HOUR_MS;

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
    /// Whether its row says something of its draws already.
    pub is_said: bool,
}

/// A day of a connection (key), in the order in which they are looked at.
pub type Place = (LocalDay, i64);

/// The query of [`due`], by the index of days that are yet to be looked at. What waits to be published is left for later: its revision is about to
/// change.
pub const DUE: &str =
    "SELECT c.num, c.id, u.day, u.rev, u.draws IS NOT NULL FROM usage_day u CROSS JOIN connection c CROSS JOIN zone z
    WHERE (u.day, u.connection) > (?1, ?2) AND u.day <= ?3 AND u.dirty = 0 AND u.connection > 0 AND u.drawn IS NOT u.rev
      AND c.num = u.connection AND z.num = c.zone AND z.time_zone = ?4
    ORDER BY u.day, u.connection LIMIT +?5";

/// The days behind one of a connection, up to another one, of connections in a time zone that are yet to be looked at, so many at most.
///
/// # Errors
/// The database.
pub fn due(db: &Db, (day, connection): Place, to: LocalDay, zone: TimeZone, most: i64) -> Result<Vec<DueDay>, Error> {
    let mut query = db.prepare_cached(DUE)?;
    let found = query.query_map(params![day.0, connection, to.0, zone.iana(), most], |row| {
        let (connection, id, day) = (row.get(0)?, row.get(1)?, LocalDay(row.get(2)?));
        Ok(DueDay { connection, id, day, rev: row.get(3)?, is_said: row.get(4)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of the meters that were at a connection between two instants, in order of time, with when each was.
pub const PLACES: &str = "SELECT meter, since, until FROM installation WHERE connection = ?1 AND since <= ?3 AND (until IS NULL OR until > ?2) ORDER BY since";

/// The query of the readings of a meter from an instant to another, without it.
pub const READINGS: &str =
    "SELECT t, register, verdict FROM reading WHERE meter = ?1 AND t >= ?2 AND t < ?3 AND verdict < ?4 ORDER BY t";

/// Fills a day's series with what flowed at a connection: what each of its meters measured while it was there.
///
/// # Errors
/// The database.
pub fn fill(db: &Db, connection: i64, series: &mut Series) -> Result<(), Error> {
    let (from, to) = series.span();
    let mut query = db.prepare_cached(PLACES)?;
    let places = query
        .query_map(params![connection, from.0, to.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(i64, i64, Option<i64>)>, _>>()?;
    for (meter, since, until) in places {
        let end = until.map_or(to.0 + 1, |until| until.min(to.0 + 1));
        let mut query = db.prepare_cached(READINGS)?;
        let mut rows = query.query(params![meter, since.max(from.0), end, SETTLES_BELOW])?;
        let mut before: Option<(UtcMillis, Millilitres)> = None;
        while let Some(row) = rows.next()? {
            let (t, register) = (UtcMillis(row.get(0)?), Millilitres(row.get(1)?));
            let follows = Verdict::from_code(row.get(2)?) == Some(Verdict::Accepted);
            if let Some((since, was)) = before.filter(|_| follows) {
                series.add((since, t), register - was);
            }
            before = Some((t, register));
        }
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

/// The newest cistern that the days before one have shown, at most `days` of them.
///
/// # Errors
/// The database.
pub fn cistern_before(db: &Db, connection: i64, day: LocalDay, days: i32) -> Result<Option<Cistern>, Error> {
    let mut query = db.prepare_cached(
        "SELECT json_extract(draws, '$.fine.cistern') FROM usage_day WHERE connection = ?1 AND day BETWEEN ?2 AND ?3
         AND json_extract(draws, '$.fine.cistern') IS NOT NULL ORDER BY day DESC LIMIT 1",
    )?;
    let text: Option<String> =
        query.query_row(params![connection, day.0.saturating_sub(days), day.0.saturating_sub(1)], |row| row.get(0)).optional()?;
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

/// Records that a day was looked at, where its row stays as it is.
///
/// # Errors
/// The database.
pub fn pass(tx: &mut Tx<'_>, due: &DueDay) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE usage_day SET drawn = rev WHERE connection = ?1 AND day = ?2 AND rev = ?3 AND dirty = 0")?
        .execute(params![due.connection, due.day.0, due.rev])?;
    Ok(())
}

/// The query of [`look_again`].
pub const LOOK_AGAIN: &str = "UPDATE usage_day SET drawn = NULL WHERE drawn IS NOT NULL AND day >= ?2
    AND connection IN (SELECT connection FROM installation WHERE meter = ?1)";

/// Has days looked at again at which a meter's readings were judged from an instant on: their sums may be as before, and what is between
/// them is not. Readings that are not late belong to no day that was looked at, and cost no query.
///
/// # Errors
/// The database.
pub fn look_again(tx: &mut Tx<'_>, meter: i64, since: UtcMillis) -> Result<(), Error> {
    if tx.now.since(since) <= AFTER_MS {
        return Ok(());
    }
    // A day is made of the hours around it too, and the zone may be any.
    let first = TimeZone::Jakarta.day_of(since).plus(-1);
    tx.db.prepare_cached(LOOK_AGAIN)?.execute(params![meter, first.0])?;
    Ok(())
}

/// A connection in Jakarta for tests, with the key 7, without what it names.
#[cfg(test)]
pub const A_CONNECTION: &str = "PRAGMA foreign_keys = OFF;
            INSERT INTO zone (num, id, utility, name, time_zone) VALUES (1, zeroblob(16), 1, 'Uji', 'Asia/Jakarta');
            INSERT INTO connection (num, id, utility, customer, zone, kind, label, address, tariff_class)
            VALUES (7, zeroblob(16), 1, 1, 1, 'residential', '', '', 'residential')";

/// A day of that connection for tests: the day, its draws, and of which revision they are.
#[cfg(test)]
pub const A_DAY: &str =
    "INSERT INTO usage_day (connection, day, volume, covered_ms, rev, dirty, draws, drawn) VALUES (7, ?1, 0, 0, 1, 0, ?2, ?3)";

/// Another connection beside it, with the key 8.
#[cfg(test)]
pub const ANOTHER_CONNECTION: &str =
    "INSERT INTO connection (num, id, utility, customer, zone, kind, label, address, tariff_class)
     VALUES (8, randomblob(16), 1, 1, 1, 'residential', '', '', 'residential')";

/// A day for tests whose draws were never looked for: the connection and the day.
#[cfg(test)]
pub const AN_UNDRAWN_DAY: &str =
    "INSERT INTO usage_day (connection, day, volume, covered_ms, rev, dirty) VALUES (?1, ?2, 0, 0, 1, 0)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::empty;
    use domain::core::local_time::MINUTE_MS;
    use domain::patterns::analyse;

    const DAY: LocalDay = LocalDay(20_787);

    #[test]
    fn a_day_on_which_the_meter_was_replaced_has_what_both_measured() {
        let db = empty();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let mut series = Series::new(TimeZone::Jakarta, DAY);
        let noon = TimeZone::Jakarta.start_of(DAY).plus(720 * MINUTE_MS);
        let sql = "INSERT INTO installation (meter, since, until, connection) VALUES (1, 0, ?1, 7), (2, ?1, NULL, 7)";
        db.execute(sql, [noon.0]).unwrap();
        let (from, to) = series.span();
        for at in (from.0..=to.0).step_by(MINUTE_MS as usize) {
            let meter = if at < noon.0 { 1 } else { 2 };
            let sql = "INSERT INTO reading (meter, t, register, verdict, source, received_at) VALUES (?1, ?2, 0, ?3, 0, 0)";
            db.execute(sql, [meter, at, Verdict::Accepted as i64]).unwrap();
        }
        fill(&db, 7, &mut series).unwrap();
        assert!(analyse(&series, None).fine().is_some());
    }

    #[test]
    fn a_cistern_is_known_behind_a_day_that_shows_none() {
        let db = empty();
        let sql = "INSERT INTO usage_day (connection, day, volume, covered_ms, draws) VALUES (7, ?1, 0, 0, ?2)";
        let cistern = Cistern { volume: Millilitres(9_000), flow: None, minutes: 3 };
        let fine = DayDraws::Fine(domain::patterns::Found { cistern: Some(cistern), ..Default::default() });
        for (back, draws) in [(2, fine), (1, DayDraws::Coarse(domain::patterns::Coarse::Gaps))] {
            db.execute(sql, params![DAY.0 - back, serde_json::to_string(&draws).unwrap()]).unwrap();
        }
        assert_eq!(cistern_before(&db, 7, DAY, 28).unwrap(), Some(cistern));
        assert_eq!(cistern_before(&db, 7, DAY, 1).unwrap(), None);
    }
}
