//! Why a month costs what it costs: its blocks and prices, its days, and the readings they come from.

use crate::billing::rows::{charging as used, ledger, supply, tariffs};
use crate::billing::{charging, prices};
use crate::core::Db;
use crate::error::Error;
use domain::billing::charging::{Charged, monthly_fee};
use domain::billing::ledger::Event;
use domain::billing::tariff::{DayVolume, Slice, TariffVersion};
use domain::{LocalMonth, Rupiah, TimeZone};
use protocol::sales::money::{Why, WhyDay, WhyDecree};
use protocol::sync::rows::StatementLine;

/// Explains a connection's month.
///
/// # Errors
/// The database.
pub fn why(db: &Db, connection: i64, month: LocalMonth) -> Result<Why, Error> {
    let zone = charging::time_zone(db, connection)?;
    let charge = charging::explain(db, connection, month)?;
    let mut days = charging::days(db, connection, month)?;
    days.sort_by_key(|day| day.day);
    let days = days.iter().map(|day| why_day(db, connection, zone, day)).collect::<Result<Vec<_>, _>>()?;
    let lines = ledger::lines_of_month(db, connection, month)?;
    let posted: i64 = lines.iter().map(|line| -line.amount.0).sum();
    let fee = fee(db, connection, month, &lines)?;
    let due = charge.water.0 + charge.tax.0 + fee.0;
    Ok(Why {
        month,
        days,
        free: charge.free,
        decrees: decrees(db, connection, &charge.slices)?,
        slices: charge.slices,
        water: charge.water,
        tax: charge.tax,
        fee,
        lines,
        running: Rupiah(due - posted),
    })
}

/// The decrees of the versions by which a month was priced.
fn decrees(db: &Db, connection: i64, slices: &[Slice]) -> Result<Vec<WhyDecree>, Error> {
    let used = |version: &TariffVersion| slices.iter().any(|slice| slice.version == version.effective_from);
    let versions = prices::of_connection(db, connection)?.into_iter().filter(|version| !version.decree.is_empty());
    let mut found: Vec<WhyDecree> =
        versions.filter(used).map(|version| WhyDecree { since: version.effective_from, number: version.decree }).collect();
    // Of two versions that begin on one day the one made later holds.
    found.reverse();
    found.sort_by_key(|decree| decree.since);
    found.dedup_by_key(|decree| decree.since);
    Ok(found)
}

/// The fee of a month: what was posted, which another class on the same day does not change; what it will be while none was.
fn fee(db: &Db, connection: i64, month: LocalMonth, lines: &[StatementLine]) -> Result<Rupiah, Error> {
    if supply::fee_month(db, connection)?.is_some_and(|last| month <= last) {
        let kind = Event::MonthlyFee(Charged::default()).kind();
        return Ok(Rupiah(lines.iter().filter(|line| line.kind == kind).map(|line| -line.amount.0).sum()));
    }
    let Some(since) = tariffs::charged_since(db, connection)? else { return Ok(Rupiah(0)) };
    let fee = monthly_fee(&prices::of_connection(db, connection)?, since, month);
    Ok(fee.map_or(Rupiah(0), Charged::total))
}

/// A day with its readings, of whichever meter was there.
fn why_day(db: &Db, connection: i64, zone: TimeZone, day: &DayVolume) -> Result<WhyDay, Error> {
    let readings = used::registers(db, connection, zone.start_of(day.day)..zone.start_of(day.day.plus(1)))?;
    Ok(WhyDay {
        day: day.day,
        volume: day.volume,
        readings: readings.len() as u32,
        from: readings.first().copied(),
        until: readings.last().copied(),
    })
}
