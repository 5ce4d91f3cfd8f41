//! What work falls due by that is no calendar: a battery, health, age. Whether it holds at a meter now.

use crate::core::Tx;
use crate::error::Error;
use crate::maintenance::due_days::InZone;
use crate::maintenance::rows::generated;
use crate::maintenance::rows::schedules::StoredSchedule;
use crate::metering::rows::health;
use domain::maintenance::schedule::plan::Trigger;
use domain::metering::health::assess;
use domain::{LocalDay, UtcMillis};

/// Whether the condition of a schedule holds at a meter. One by volume is over with the order itself.
///
/// # Errors
/// The database.
pub fn holds(tx: &Tx<'_>, schedule: &StoredSchedule, meter: i64) -> Result<bool, Error> {
    Ok(match schedule.plan.trigger {
        Trigger::Battery { below } => {
            generated::newest(tx, meter)?.and_then(|(_, battery)| battery).is_some_and(|battery| battery < below)
        }
        Trigger::Health { below } => {
            let judged = health::judged(tx, meter)?;
            judged.and_then(|judged| assess(&judged.facts, tx.now)).is_some_and(|health| health.score < below)
        }
        Trigger::Calendar { .. } | Trigger::Volume { .. } | Trigger::Age { .. } => true,
    })
}

/// The last anniversary of a meter's first installation within the horizon, each so many years, and when its work is done: on it, or as soon as
/// it can be where it is over.
///
/// # Errors
/// The database.
pub fn of_age(tx: &Tx<'_>, meter: i64, years: u8, zone: &InZone<'_>) -> Result<Option<(LocalDay, LocalDay)>, Error> {
    Ok(anniversaries(tx, meter, years, zone)?.last().copied().and_then(|rule_day| {
        let done = if rule_day > zone.today { zone.first_day_on_or_after(rule_day) } else { zone.soon() };
        Some((rule_day, done?))
    }))
}

/// The anniversaries of a meter's first installation up to the end of the horizon, each so many years.
///
/// # Errors
/// The database.
pub fn anniversaries(tx: &Tx<'_>, meter: i64, years: u8, zone: &InZone<'_>) -> Result<Vec<LocalDay>, Error> {
    let since = generated::in_service_since(tx, meter)?.filter(|since| *since >= FIRST_SERVICE);
    let Some(since) = since.map(|since| zone.zone.day_of(since)) else { return Ok(Vec::new()) };
    let (year, month, day) = since.ymd();
    // Of the 29th of February the 28th in other years.
    let anniversary = |n: i16| {
        let year = year.checked_add(n.checked_mul(i16::from(years))?)?;
        LocalDay::from_ymd(year, month, day).or_else(|| LocalDay::from_ymd(year, month, day - 1))
    };
    let last = zone.horizon();
    Ok((1..).map_while(anniversary).take_while(|day| *day <= last).collect())
}

/// An installation before 2000 counts as undated (HEALTH.md).
const FIRST_SERVICE: UtcMillis = UtcMillis(946_684_800_000);
