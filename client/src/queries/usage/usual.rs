//! What is usual: one answer for every page that compares a day with it.

use crate::error::Error;
use crate::queries::usage::known_until;
use crate::queries::{Supply, days};
use domain::metering::reading::DayUse;
use domain::metering::usage_baseline::{Baseline, baseline};
use domain::{ConnectionId, LocalDay, UtcMillis};
use protocol::sync::rows::UsageDay;
use protocol::ui::Usual;
use rusqlite::Connection;

/// Past days that make the usage baseline: four of each weekday.
const BASELINE_DAYS: i32 = 28;

/// The baseline of the days before one.
pub fn before(db: &Connection, connection: ConnectionId, day: LocalDay) -> Result<Baseline, Error> {
    let past = days(db, connection, day.0 - BASELINE_DAYS, day.0 - 1)?;
    let past: Vec<DayUse> = past.iter().map(UsageDay::to_rollup).collect();
    Ok(baseline(&past))
}

/// What is usual by as much of a day as is known of it.
pub(in crate::queries) fn of_day(db: &Connection, supply: &Supply, day: LocalDay, now: UtcMillis) -> Result<Usual, Error> {
    let known = before(db, supply.place.connection, day)?;
    Ok(by_now(&known, supply, day, now))
}

/// The same of a baseline that is known.
pub(in crate::queries) fn by_now(known: &Baseline, supply: &Supply, day: LocalDay, now: UtcMillis) -> Usual {
    let zone = supply.place.time_zone;
    let until = known_until(supply, now);
    let by_now = if zone.day_of(until) > day {
        known.whole_day()
    } else if zone.day_of(until) == day {
        let (hour, minute) = zone.clock_of(until);
        known.by_now(usize::from(hour), minute)
    } else {
        None
    };
    Usual { by_now, measured_hours: known.measured_hours }
}
