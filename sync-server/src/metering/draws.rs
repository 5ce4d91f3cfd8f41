//! What water was drawn for on days that are over (adr/0056): a function of their readings, made on a reading connection, a few at a time.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::metering::rows::draws::{self as rows, AFTER_MS, DueDay, Place};
use domain::patterns::{Cistern, DayDraws, Series, analyse};
use domain::{TimeZone, UtcMillis};
use protocol::sync::rows::Entity;
use std::collections::HashMap;

/// Days that are looked at, and again if their readings came late: what a usual day is made of.
const DAYS: i32 = 28;

/// For so many days a cistern is known, and need not be said again that readings are too coarse.
const KNOWN_DAYS: i32 = 28;

/// Days that are made at once: some tens of milliseconds' work.
const TOGETHER: i64 = 50;

/// A day of which is known what water was drawn for.
pub struct Made {
    due: DueDay,
    /// As JSON; `None` if the days before it say the same.
    draws: Option<String>,
}

impl Made {
    /// What it holds in memory, bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.draws.as_ref().map_or(0, String::len)
    }
}

/// Some days in a time zone, as of an instant, the oldest first: those behind a place, or the first ones. And the place of the last of them.
///
/// # Errors
/// The database.
pub fn make(db: &Db, (zone, at): (TimeZone, UtcMillis), after: Option<Place>) -> Result<Option<(Place, Vec<Made>)>, Error> {
    let last = zone.day_of(at.plus(-AFTER_MS)).plus(-1);
    // No connection's key is 0.
    let after = after.unwrap_or((last.plus(1 - DAYS), 0));
    let due = rows::due(db, after, last, zone, TOGETHER)?;
    let Some(end) = due.last().map(|due| (due.day, due.connection)) else { return Ok(None) };
    // What is made here is not stored yet, and the next day of the same connection builds on it.
    let mut newest: HashMap<i64, (DayDraws, Option<Cistern>)> = HashMap::new();
    let mut made = Vec::with_capacity(due.len());
    for due in due {
        let (before, known) = match newest.remove(&due.connection) {
            Some((before, known)) => (Some(before), known),
            None => (
                rows::newest_before(db, due.connection, due.day, KNOWN_DAYS)?,
                rows::cistern_before(db, due.connection, due.day, KNOWN_DAYS)?,
            ),
        };
        let mut series = Series::new(zone, due.day);
        rows::fill(db, due.connection, &mut series)?;
        let draws = analyse(&series, known);
        // What its row said before does not stay where it is another one now.
        let is_repeated = !due.is_said && draws.fine().is_none() && before.as_ref() == Some(&draws);
        let text = if is_repeated { None } else { Some(as_json(&draws)?) };
        // A day whose readings are too coarse shows no cistern, and takes away none that is known.
        let known = draws.fine().and_then(|found| found.cistern).or(known);
        newest.insert(due.connection, (draws, known));
        made.push(Made { due, draws: text });
    }
    Ok(Some((end, made)))
}

fn as_json(draws: &DayDraws) -> Result<String, Error> {
    serde_json::to_string(draws).map_err(|error| Error::Setup(format!("a day's draws cannot be written as JSON: {error}")))
}

/// Keeps what was made of a day and publishes it to whom the day belongs. A day that has changed meanwhile is due again.
///
/// # Errors
/// The database.
pub fn settle(tx: &mut Tx<'_>, made: &Made) -> Result<(), Error> {
    let Some(draws) = &made.draws else { return rows::pass(tx, &made.due) };
    if let Some(rev) = rows::keep(tx, &made.due, draws)? {
        let holders = holders::of_connection(tx, made.due.connection)?;
        tx.put(holders.customer, Entity::UsageDay, &RowId::at(made.due.id, made.due.day.0), rev)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::empty;
    use domain::LocalDay;
    use domain::patterns::{Coarse, Found};
    use rusqlite::params;

    #[test]
    fn a_day_that_was_fine_and_is_coarse_now_says_so_where_the_day_before_is_as_well() {
        let db = empty();
        db.execute_batch(rows::A_CONNECTION).unwrap();
        let (zone, day) = (TimeZone::Jakarta, LocalDay(20_787));
        let (coarse, fine) = (DayDraws::Coarse(Coarse::Interval), DayDraws::Fine(Found::default()));
        for (day, draws, drawn) in [(day.plus(-1), &coarse, 1), (day, &fine, 0)] {
            db.execute(rows::A_DAY, params![day.0, as_json(draws).unwrap(), drawn]).unwrap();
        }
        let at = zone.start_of(day.plus(1)).plus(AFTER_MS);
        let (_, made) = make(&db, (zone, at), None).unwrap().expect("a day is due");
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].draws, Some(as_json(&coarse).unwrap()));
    }

    #[test]
    fn all_days_that_are_due_are_made_in_one_run_the_oldest_first() {
        let db = empty();
        db.execute_batch(rows::A_CONNECTION).unwrap();
        db.execute_batch(rows::ANOTHER_CONNECTION).unwrap();
        let (zone, last) = (TimeZone::Jakarta, LocalDay(20_787));
        // One more than is looked at, and today.
        let days = || (-DAYS..=1).map(|at| last.plus(at));
        for (day, connection) in days().flat_map(|day| [(day, 7), (day, 8), (day, -1)]) {
            db.execute(rows::AN_UNDRAWN_DAY, params![connection, day.0]).unwrap();
        }
        let at = zone.start_of(last.plus(1)).plus(AFTER_MS);
        let (mut after, mut found) = (None, Vec::new());
        while let Some((end, made)) = make(&db, (zone, at), after).unwrap() {
            assert!(made.len() <= TOGETHER as usize);
            found.extend(made.iter().map(|made| (made.due.day, made.due.connection)));
            after = Some(end);
        }
        let expected: Vec<Place> = days().skip(1).take(DAYS as usize).flat_map(|day| [(day, 7), (day, 8)]).collect();
        assert_eq!(found, expected);
        assert!(make(&db, (TimeZone::Makassar, at), None).unwrap().is_none());
    }
}
