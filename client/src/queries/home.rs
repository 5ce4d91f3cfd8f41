//! Beranda and Akun.

use crate::error::Error;
use crate::queries::usage::usual;
use crate::queries::visits::visits;
use crate::queries::{Supply, charged, choose, credit, day, last_purchase, supplies};
use crate::store::rows::people::profile;
use domain::people::Role;
use domain::{ConnectionId, UtcMillis};
use protocol::people::auth::Profile;
use protocol::sync::rows::Entity;
use protocol::ui::{Account, Home};
use rusqlite::Connection;

/// Beranda. Costs the rows of 29 days of one connection, and the notifications of its user.
///
/// # Errors
/// The cache cannot be read.
pub fn home(db: &Connection, wanted: Option<ConnectionId>, now: UtcMillis) -> Result<Option<Home>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, wanted)? else { return Ok(None) };
    let Supply { place, meter } = supply;
    let today = place.time_zone.day_of(now);
    let used = day(db, place.connection, today.0)?.map(|row| row.to_rollup()).unwrap_or_default();
    let baseline = usual::before(db, place.connection, today)?;
    let usual = usual::by_now(&baseline, supply, today, now);
    Ok(Some(Home {
        place: place.clone(),
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        meter: *meter,
        day: today,
        today: used.volume,
        hours: used.hours.iter().map(|hour| (hour.covered_ms > 0).then_some(hour.volume.0)).collect(),
        baseline_hours: baseline.hours.iter().map(|hour| hour.map(|volume| volume.0)).collect(),
        usual,
        basis: charged::basis(db, place, now)?,
        credit: credit(db, place.connection)?,
        last_purchase: last_purchase(db, place.connection)?,
        visits: visits(db, place.connection, now)?,
        baseline_day: baseline.whole_day(),
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
