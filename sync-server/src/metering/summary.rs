//! What all connections of a utility used today, beside the two days before.

use crate::core::Db;
use crate::error::Error;
use crate::metering::rows::usage as rows;
use domain::core::local_time::DAY_MS;
use domain::metering::hourly_use::{HourlyUse, Hours, coverage, until};
use domain::{LocalDay, TimeZone, UtcMillis};
use protocol::summary::UsedDay;

/// The use of three local days.
pub struct Used {
    /// The time zone of the days: that of most of the utility's meters.
    pub time_zone: TimeZone,
    /// The local day it is.
    pub day: LocalDay,
    /// Connections that have a meter.
    pub metered: i64,
    /// Today, yesterday, and the day before that.
    pub days: [UsedDay; 3],
}

/// What was used, from the sums by day and hour that taking readings in keeps; no reading is read. It costs a search for each connection and
/// three or four rows of it: of 10,000 connections about as many pages, which is some tens of milliseconds on a reading connection.
///
/// # Errors
/// The database.
pub fn used(db: &Db, utility: i64, now: UtcMillis) -> Result<Used, Error> {
    let zones = rows::metered_by_time_zone(db, utility)?;
    // Of two that have as many, the western one.
    let most = zones.iter().max_by_key(|(zone, metered)| (*metered, -zone.offset_ms()));
    let time_zone = most.map_or(TimeZone::Jakarta, |(zone, _)| *zone);
    let metered: i64 = zones.iter().map(|(_, metered)| metered).sum();
    let day = time_zone.day_of(now);
    let mut hourly = HourlyUse::new(time_zone, day);
    for zone in TimeZone::ALL {
        let (from, to) = hourly.days_of(zone);
        rows::each_day(db, utility, (zone, from, to), |day, used| hourly.add(zone, day, &used.hours))?;
    }
    let elapsed = now.since(time_zone.start_of(day));
    let [today, yesterday, before] = hourly.days();
    // Of today all is known up to now; of the other days it is cut there.
    let days = [(today, DAY_MS), (yesterday, elapsed), (before, elapsed)];
    Ok(Used { time_zone, day, metered, days: days.map(|(hours, end)| shown(hours, (end, elapsed), metered)) })
}

fn shown(hours: &Hours, (end, elapsed): (i64, i64), metered: i64) -> UsedDay {
    let by_now = until(hours, end);
    UsedDay {
        hours: hours.iter().map(|hour| (hour.covered_ms > 0).then_some(hour.volume.0)).collect(),
        by_now: by_now.volume,
        coverage: coverage(by_now.covered_ms, metered, elapsed),
    }
}
