//! The readings of a meter judged as a whole: for what changes where it was, and for the proof that the stored sums are right.

use crate::billing::charging;
use crate::billing::prices::Prices;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::installations::load_meter;
use crate::metering::rows::{readings, state, usage};
use domain::LocalDay;
use domain::metering::reading::DayUse;
use domain::metering::reading::absorb::{Stored, WindowEnd, absorb};
use std::collections::BTreeMap;

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
    let points = readings::load_all(db, &meter)?;
    let zone = |connection| meter.zone_of(connection);
    // With the whole history at hand the window cannot be too short.
    let absorbed = absorb(None, &[], WindowEnd::History, &points, &meter.capability, &zone).unwrap_or_default();
    let usage = absorbed.usage.into_iter();
    let usage = usage.filter_map(|((connection, day), used)| Some(((meter.num_of(connection)?, day), used))).collect();
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
    for ((connection, day), part) in after.usage.into_iter().filter(|(_, part)| *part != DayUse::default()) {
        let mut used = usage::load_day(tx, connection, day)?.unwrap_or_default();
        used.combine(&part, 1);
        usage::write_day(tx, connection, day, &used)?;
        usage::add_month(tx, connection, day.month().0, part.volume.0, part.covered_ms)?;
        charging::recompute(tx, &mut prices, connection, day.month())?;
    }
    state::mark_unpublished(tx, num)
}
