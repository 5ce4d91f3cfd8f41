//! What a connection is charged by: its prices, where its month is in them, and what a forecast is computed from.

use crate::error::Error;
use crate::queries::money::{many, one};
use crate::queries::{days, read};
use domain::billing::charging::so_far;
use domain::billing::forecast::{ForecastBasis, Here, basis as basis_of};
use domain::billing::tariff::{DayVolume, TariffVersion};
use domain::{ConnectionId, LocalDay, Millilitres, UtcMillis};
use protocol::sync::rows;
use protocol::ui::ConnectionRef;
use rusqlite::{Connection, OptionalExtension, params};

/// The prices of a connection's class, of all times.
///
/// # Errors
/// The cache cannot be read.
pub fn prices(db: &Connection, connection: ConnectionId) -> Result<Vec<TariffVersion>, Error> {
    let row: Option<rows::Connection> = one(db, "SELECT body FROM connection WHERE id = ?1", &connection.to_string())?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let all: Vec<rows::Tariff> = many(db, "SELECT body FROM tariff ORDER BY id", [])?;
    Ok(all.into_iter().map(|tariff| tariff.version).filter(|version| version.class == row.tariff_class).collect())
}

/// What the charge of this month needs to be known of its days.
///
/// # Errors
/// The cache cannot be read.
pub fn this_month(
    db: &Connection,
    connection: ConnectionId,
    prices: &[TariffVersion],
    today: LocalDay,
) -> Result<Vec<DayVolume>, Error> {
    let month: Option<rows::UsageMonth> = db
        .prepare_cached("SELECT body FROM usage_month WHERE connection = ?1 AND month = ?2")?
        .query_row(params![connection.to_string(), today.month().0], |row| row.get(0))
        .optional()?
        .map(|body: String| read(&body))
        .transpose()?;
    let volume = month.map_or(Millilitres::ZERO, |month| month.volume);
    so_far(prices, today, volume, || {
        let days = days(db, connection, today.month().first_day().0, today.0)?;
        Ok(days.iter().map(|row| DayVolume { day: row.day, volume: row.volume }).collect())
    })
}

/// What a forecast of a connection is computed from; `None` until its prices have come.
///
/// # Errors
/// The cache cannot be read.
pub fn basis(db: &Connection, place: &ConnectionRef, now: UtcMillis) -> Result<Option<ForecastBasis>, Error> {
    let versions = prices(db, place.connection)?;
    let so_far = this_month(db, place.connection, &versions, place.time_zone.day_of(now))?;
    Ok(basis_of(&Here { versions: &versions, so_far: &so_far, now, zone: place.time_zone }))
}
