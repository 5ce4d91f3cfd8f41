//! Beranda and Akun.

use crate::error::Error;
use crate::queries::{Supply, choose, credit, day, days, last_purchase, supplies};
use crate::store::rows::people::profile;
use domain::metering::reading::DayUse;
use domain::metering::usage_baseline;
use domain::people::Role;
use domain::{ConnectionId, Millilitres, UtcMillis};
use protocol::people::auth::Profile;
use protocol::sync::rows::Entity;
use protocol::ui::{Account, Home};
use rusqlite::Connection;

/// Past days that make the usage baseline: four of each weekday.
const BASELINE_DAYS: i32 = 28;

/// Beranda. Costs the rows of 29 days of one connection.
///
/// # Errors
/// The cache cannot be read.
pub fn home(db: &Connection, wanted: Option<ConnectionId>, now: UtcMillis) -> Result<Option<Home>, Error> {
    let all = supplies(db)?;
    let Some(Supply { place, meter }) = choose(db, &all, wanted)? else { return Ok(None) };
    let today = place.time_zone.day_of(now);
    let used = day(db, place.connection, today.0)?.map(|row| row.to_rollup()).unwrap_or_default();
    let past = days(db, place.connection, today.0 - BASELINE_DAYS, today.0 - 1)?;
    let past: Vec<DayUse> = past.iter().map(protocol::sync::rows::UsageDay::to_rollup).collect();
    let baseline = usage_baseline::hours(&past);
    let (hour, minute) = place.time_zone.clock_of(now);
    Ok(Some(Home {
        place: place.clone(),
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        meter: *meter,
        day: today,
        today: used.volume,
        hours: used.hours.iter().map(|hour| (hour.covered_ms > 0).then_some(hour.volume.0)).collect(),
        baseline_hours: baseline.iter().map(|hour| hour.map(|volume| volume.0)).collect(),
        baseline_by_now: usage_baseline::by_now(&baseline, usize::from(hour), minute),
        credit: credit(db, place.connection)?,
        last_purchase: last_purchase(db, place.connection)?,
        baseline_day: baseline.iter().copied().sum::<Option<Millilitres>>(),
    }))
}

/// Akun. Costs the rows of one customer's connections.
///
/// # Errors
/// The cache cannot be read.
pub fn account(db: &Connection, user: Profile) -> Result<Account, Error> {
    // An admin's device holds every connection of the utility: none of them is the admin's own.
    let own = if user.role == Role::Customer { supplies(db)? } else { Vec::new() };
    let meters = own.into_iter().map(|supply| (supply.place, supply.meter)).collect();
    let profile = profile(db, user.id)?;
    let waiting = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM base_row WHERE entity = ?1 AND id = ?2)")?
        .query_row(rusqlite::params![Entity::Profile as u8, user.id.to_string()], |row| row.get(0))?;
    Ok(Account { user, profile, waiting, meters, version: env!("CARGO_PKG_VERSION").into() })
}
