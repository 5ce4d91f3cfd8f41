//! The readings of a meter judged as a whole: for what changes where it was, and for the proof that the stored sums are right.

use crate::billing::charging;
use crate::billing::prices::Prices;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::records::review_again;
use crate::metering::intake::MeterState;
use crate::metering::rows::installations::load_meter;
use crate::metering::rows::{draws, installations, leak_due, readings, state, usage};
use domain::metering::reading::absorb::{Stored, WindowEnd, absorb};
use domain::metering::reading::{DayUse, Point, Trust};
use domain::{LocalDay, UtcMillis};
use std::collections::{BTreeMap, BTreeSet};

/// What a meter's readings come to: each with its verdict, and what was used at which connection on which day.
#[derive(Default)]
pub struct Judged {
    /// The readings in order of time.
    pub readings: Vec<Stored>,
    /// By key of the connection.
    pub usage: BTreeMap<(i64, LocalDay), DayUse>,
}

/// Judges all readings of a meter anew.
///
/// # Errors
/// The database.
pub fn judge_all(db: &Db, num: i64) -> Result<Judged, Error> {
    let meter = load_meter(db, num)?;
    let stored = readings::load_all(db, &meter)?;
    let points: Vec<Point> = stored.iter().map(|stored| stored.point).collect();
    let zone = |connection| meter.zone_of(connection);
    // With the whole history at hand the window cannot be too short.
    let whole = (WindowEnd::History, WindowEnd::History);
    let absorbed = absorb(whole, &[], &points, &meter.rules(), &zone).unwrap_or_default();
    let mut usage: BTreeMap<(i64, LocalDay), DayUse> = BTreeMap::new();
    for ((place, day), part) in absorbed.usage {
        let Some(connection) = meter.num_of(place) else { continue };
        // Of a meter that came back to a connection two stays may share a day.
        usage.entry((connection, day)).or_default().combine(&part, 1);
    }
    Ok(Judged { readings: absorbed.changed, usage })
}

/// Writes what differs from what a meter's readings came to before its installations changed.
pub(crate) fn settle(tx: &mut Tx<'_>, num: i64, before: &Judged) -> Result<(), Error> {
    let mut after = judge_all(tx, num)?;
    for (old, new) in before.readings.iter().zip(&after.readings).filter(|(old, new)| old.verdict != new.verdict) {
        debug_assert_eq!(old.point.t, new.point.t, "the same readings were judged");
        readings::write_verdict(tx, num, new.point.t, new.verdict)?;
    }
    for (key, used) in &before.usage {
        after.usage.entry(*key).or_default().combine(used, -1);
    }
    let mut prices = Prices::default();
    // A day on which nothing was used has a sum as well.
    for (key, part) in after.usage.into_iter().filter(|(key, part)| !part.is_zero() || !before.usage.contains_key(key)) {
        let (connection, day) = key;
        let stored = usage::load_day(tx, connection, day)?;
        if part.is_zero() && stored.is_some() {
            continue;
        }
        let mut used = stored.unwrap_or_default();
        used.combine(&part, 1);
        usage::write_day(tx, connection, day, &used)?;
        usage::add_month(tx, connection, day.month().0, part.volume.0, part.covered_ms)?;
        charging::recompute(tx, &mut prices, connection, day.month())?;
    }
    leak_due::mark_all(tx, num)?;
    draws::look_again(tx, num, UtcMillis(0))?;
    state::mark_unpublished(tx, num)
}

/// Judges all readings of a meter anew and brings what is stored into line with them: verdicts, sums, charges and reviews. For what
/// readings came to by other rules, or before a person declared one wrong or right.
///
/// # Errors
/// The database.
pub fn rebuild(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let meter = load_meter(tx, num)?;
    let before = readings::load_all(tx, &meter)?;
    let judged = judge_all(tx, num)?;
    for (old, new) in before.iter().zip(&judged.readings).filter(|(old, new)| old.verdict != new.verdict) {
        readings::write_verdict(tx, num, new.point.t, new.verdict)?;
        if matches!(old.point.trust, Trust::ByEye) {
            review_again(tx, num, new.point.t, !new.verdict.settles())?;
        }
    }
    let connections: BTreeSet<i64> = meter.periods.iter().map(|period| period.num).collect();
    for connection in connections {
        let mut expected: BTreeMap<LocalDay, DayUse> = BTreeMap::new();
        for other in installations::meters_of(tx, connection)? {
            let found = if other == num { None } else { Some(judge_all(tx, other)?) };
            let usage = found.as_ref().map_or(&judged.usage, |found| &found.usage).iter();
            for ((_, day), part) in usage.filter(|((at, _), _)| *at == connection) {
                expected.entry(*day).or_default().combine(part, 1);
            }
        }
        correct(tx, connection, expected)?;
    }
    correct_register(tx, num)?;
    tx.touch_meter(num);
    leak_due::mark_all(tx, num)?;
    draws::look_again(tx, num, UtcMillis(0))?;
    state::mark_unpublished(tx, num)
}

/// Gives a meter's state the register of its last reading up to then that settles: one of the meter's own may be judged otherwise since. What somebody
/// read later is no report of the meter.
///
/// # Errors
/// The database.
pub(crate) fn correct_register(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    let Some(now) = state::load(tx, meter)? else { return Ok(()) };
    let settled = readings::settled_before(tx, meter, now.t.plus(1))?;
    if let Some((_, register)) = settled.filter(|(_, register)| *register != now.register) {
        state::write(tx, meter, &MeterState { register, ..now })?;
    }
    Ok(())
}

/// Writes the days of a connection that differ from what they should be, their months and what these cost.
fn correct(tx: &mut Tx<'_>, connection: i64, mut expected: BTreeMap<LocalDay, DayUse>) -> Result<(), Error> {
    let mut prices = Prices::default();
    for day in usage::days_of(tx, connection)? {
        expected.entry(day).or_default();
    }
    for (day, should) in expected {
        let stored = usage::load_day(tx, connection, day)?;
        if stored.as_ref() == Some(&should) {
            continue;
        }
        let stored = stored.unwrap_or_default();
        let (volume, covered_ms) = (should.volume - stored.volume, should.covered_ms - stored.covered_ms);
        usage::write_day(tx, connection, day, &should)?;
        usage::add_month(tx, connection, day.month().0, volume.0, covered_ms)?;
        charging::recompute(tx, &mut prices, connection, day.month())?;
    }
    Ok(())
}
