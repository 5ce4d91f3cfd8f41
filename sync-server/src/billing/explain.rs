//! Why a month costs what it costs: its blocks and prices, its days, and the readings they come from.

use crate::billing::{charging, ledger, tariffs};
use crate::error::Error;
use domain::billing::charging::{Charged, monthly_fee};
use domain::billing::tariff::DayVolume;
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah, TimeZone, UtcMillis};
use protocol::sales::money::{Why, WhyDay, WhyReading};
use rusqlite::{Connection, params};

/// Explains a connection's month.
///
/// # Errors
/// The database.
pub fn why(db: &Connection, connection: i64, month: LocalMonth) -> Result<Why, Error> {
    let zone = charging::zone(db, connection)?;
    let charge = charging::explain(db, connection, month)?;
    let mut days = charging::days(db, connection, month)?;
    days.sort_by_key(|day| day.day);
    let days = days.iter().map(|day| why_day(db, connection, zone, day)).collect::<Result<Vec<_>, _>>()?;
    let lines = ledger::lines_of_month(db, connection, month)?;
    let posted: i64 = lines.iter().map(|line| -line.amount.0).sum();
    let fee = fee(db, connection, month)?;
    let due = charge.water.0 + charge.tax.0 + fee.0;
    Ok(Why {
        month,
        days,
        free: charge.free,
        slices: charge.slices,
        water: charge.water,
        tax: charge.tax,
        fee,
        lines,
        running: Rupiah(due - posted),
    })
}

fn fee(db: &Connection, connection: i64, month: LocalMonth) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached("SELECT MIN(since) FROM connection_class WHERE connection = ?1")?;
    let since: Option<i32> = query.query_row([connection], |row| row.get(0))?;
    let Some(since) = since.map(LocalDay) else { return Ok(Rupiah(0)) };
    let fee = monthly_fee(&tariffs::of_connection(db, connection)?, since, month);
    Ok(fee.map_or(Rupiah(0), Charged::total))
}

/// The readings of a day, of whichever meter was there.
fn why_day(db: &Connection, connection: i64, zone: TimeZone, day: &DayVolume) -> Result<WhyDay, Error> {
    let (begin, end) = (zone.start_of(day.day), zone.start_of(day.day.plus(1)));
    let mut query = db.prepare_cached(
        "SELECT r.t, r.register FROM installation i JOIN reading r ON r.meter = i.meter
         WHERE i.connection = ?1 AND r.t >= MAX(?2, i.since) AND r.t < MIN(?3, COALESCE(i.until, ?3)) AND r.verdict < 18 ORDER BY r.t",
    )?;
    let mut rows = query.query(params![connection, begin.0, end.0])?;
    let mut told = WhyDay { day: day.day, volume: day.volume, readings: 0, from: None, until: None };
    while let Some(row) = rows.next()? {
        let reading = WhyReading { t: UtcMillis(row.get(0)?), register: Millilitres(row.get(1)?) };
        told.readings += 1;
        told.from = told.from.or(Some(reading));
        told.until = Some(reading);
    }
    Ok(told)
}
