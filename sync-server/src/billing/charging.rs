//! What months cost, kept beside the sums of use, and posted when its time has come.

use crate::billing::ledger;
use crate::billing::ledger::About;
use crate::billing::tariffs;
use crate::billing::tariffs::Prices;
use crate::core::Tx;
use crate::error::Error;
use domain::billing::charging::{Charged, MonthRun, due, monthly_fee};
use domain::billing::ledger::{Account, Event};
use domain::billing::tariff::{DayVolume, MonthCharge, TariffVersion, month_charge};
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah, TimeZone, UtcMillis};
use rusqlite::{Connection, OptionalExtension, params};

/// The days of a connection's month on which something was used.
///
/// # Errors
/// The database.
pub fn days(db: &Connection, connection: i64, month: LocalMonth) -> Result<Vec<DayVolume>, Error> {
    let first = month.first_day();
    let mut query = db.prepare_cached("SELECT day, volume FROM usage_day WHERE connection = ?1 AND day >= ?2 AND day < ?3")?;
    let found = query.query_map(params![connection, first.0, first.0 + month.days()], |row| {
        Ok(DayVolume { day: LocalDay(row.get(0)?), volume: Millilitres(row.get(1)?) })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A month's charge with its slices: why it costs what it costs.
///
/// # Errors
/// The database.
pub fn explain(db: &Connection, connection: i64, month: LocalMonth) -> Result<MonthCharge, Error> {
    Ok(month_charge(&tariffs::of_connection(db, connection)?, &days(db, connection, month)?))
}

fn due_of(db: &Connection, versions: &[TariffVersion], connection: i64, month: LocalMonth) -> Result<Charged, Error> {
    let mut query = db.prepare_cached("SELECT volume FROM usage_month WHERE connection = ?1 AND month = ?2")?;
    let volume = query.query_row([connection, i64::from(month.0)], |row| row.get(0)).optional()?;
    due(versions, month, Millilitres(volume.unwrap_or(0)), || days(db, connection, month))
}

/// Computes anew what a month costs, after its sums have changed. Nothing is written where that comes to the same.
///
/// # Errors
/// The database.
pub fn recompute(tx: &mut Tx<'_>, prices: &mut Prices, connection: i64, month: LocalMonth) -> Result<(), Error> {
    let versions = prices.of(tx, connection)?;
    // Versions are only ever added: where there is none, nothing was ever charged.
    if versions.is_empty() {
        return Ok(());
    }
    let due = due_of(tx, &versions, connection, month)?;
    tx.db
        .prepare_cached(
            "INSERT INTO month_charge (connection, month, due_water, due_tax) SELECT ?1, ?2, ?3, ?4
           WHERE ?3 <> 0 OR ?4 <> 0 OR EXISTS (SELECT 1 FROM month_charge WHERE connection = ?1 AND month = ?2)
         ON CONFLICT (connection, month) DO UPDATE SET due_water = excluded.due_water, due_tax = excluded.due_tax
           WHERE due_water <> excluded.due_water OR due_tax <> excluded.due_tax",
        )?
        .execute(params![connection, month.0, due.water.0, due.tax.0])?;
    Ok(())
}

/// Computes every month of a connection anew from a day on, after its prices have changed.
///
/// # Errors
/// The database.
pub fn recompute_from(tx: &mut Tx<'_>, connection: i64, day: LocalDay) -> Result<(), Error> {
    let months: Vec<i32> = tx
        .db
        .prepare_cached("SELECT month FROM usage_month WHERE connection = ?1 AND month >= ?2")?
        .query_map(params![connection, day.month().0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut prices = Prices::default();
    for month in months {
        recompute(tx, &mut prices, connection, LocalMonth(month))?;
    }
    // What the balance buys is another volume now.
    tx.db
        .prepare_cached("INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('credit', ?1)")?
        .execute([connection])?;
    Ok(())
}

/// What is used and not yet posted.
///
/// # Errors
/// The database.
pub fn running(db: &Connection, connection: i64) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(due_water - posted_water + due_tax - posted_tax), 0) FROM month_charge
         WHERE connection = ?1 AND (due_water <> posted_water OR due_tax <> posted_tax)",
    )?;
    Ok(Rupiah(query.query_row([connection], |row| row.get(0))?))
}

/// The balance as it is shown: posted less running.
///
/// # Errors
/// The database.
pub fn shown_balance(db: &Connection, connection: i64) -> Result<Rupiah, Error> {
    Ok(Rupiah(ledger::balance(db, connection, Account::Credit)?.0 - running(db, connection)?.0))
}

/// The zone of a connection.
///
/// # Errors
/// No such connection, or the database.
pub fn zone(db: &Connection, connection: i64) -> Result<TimeZone, Error> {
    let mut query = db.prepare_cached("SELECT z.time_zone FROM connection c JOIN zone z ON z.num = c.zone WHERE c.num = ?1")?;
    let name: String = query.query_row([connection], |row| row.get(0))?;
    Ok(TimeZone::from_iana(&name).unwrap_or(TimeZone::Jakarta))
}

/// Posts what a connection has used and what has not been posted, month by month; and the fee of the local month, once.
///
/// # Errors
/// The database.
pub fn post(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let now = tx.now;
    let (today, posted) = when(tx, connection, now)?;
    let mut query = tx.db.prepare_cached(
        "SELECT month, due_water, due_tax, posted_water, posted_tax, posts, closed FROM month_charge
         WHERE connection = ?1 AND (due_water <> posted_water OR due_tax <> posted_tax) ORDER BY month",
    )?;
    let charged = |water, tax| Charged { water: Rupiah(water), tax: Rupiah(tax) };
    let open = query
        .query_map([connection], |row| {
            let run = MonthRun { due: charged(row.get(1)?, row.get(2)?), posted: charged(row.get(3)?, row.get(4)?) };
            Ok((LocalMonth(row.get(0)?), run, row.get::<_, i64>(5)?, row.get::<_, bool>(6)?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    for (month, run, posts, was_closed) in open {
        let Some(difference) = run.to_post() else { continue };
        let event = if was_closed { Event::ChargeCorrection(difference) } else { Event::Charge(difference) };
        put(tx, connection, now, month, &event, format!("charge:{connection}:{}:{posts}", month.0))?;
        tx.db
            .prepare_cached(
                "UPDATE month_charge SET posted_water = due_water, posted_tax = due_tax, posts = posts + 1, closed = ?3
             WHERE connection = ?1 AND month = ?2",
            )?
            .execute(params![connection, month.0, was_closed || month < today.month()])?;
    }
    // What follows is a day's, or a month's, and was done today.
    if posted == Some((today.0, today.month().0)) {
        return Ok(());
    }
    // A month all of whose use was posted before it ended is closed as well: what comes for it from now on is a correction.
    tx.db
        .prepare_cached("UPDATE month_charge SET closed = 1 WHERE connection = ?1 AND month < ?2 AND closed = 0")?
        .execute(params![connection, today.month().0])?;
    post_fees(tx, connection, today)?;
    tx.db.prepare_cached(
        "INSERT INTO supply_state (connection, posted_day) VALUES (?1, ?2) ON CONFLICT (connection) DO UPDATE SET posted_day = excluded.posted_day",
    )?
    .execute(params![connection, today.0])?;
    Ok(())
}

/// The local day of an instant at a connection; and the day and the month of the last fee up to which it was posted.
fn when(db: &Connection, connection: i64, now: UtcMillis) -> Result<(LocalDay, Option<(i32, i32)>), Error> {
    let mut query = db.prepare_cached(
        "SELECT z.time_zone, s.posted_day, s.fee_month FROM connection c JOIN zone z ON z.num = c.zone
         LEFT JOIN supply_state s ON s.connection = c.num WHERE c.num = ?1",
    )?;
    let found = query.query_row([connection], |row| {
        let posted = row.get::<_, Option<i32>>(1)?.zip(row.get::<_, Option<i32>>(2)?);
        Ok((TimeZone::from_iana(&row.get::<_, String>(0)?).unwrap_or(TimeZone::Jakarta).day_of(now), posted))
    });
    Ok(found?)
}

/// The fees of the local months since the last one that was posted, each by its own version.
fn post_fees(tx: &mut Tx<'_>, connection: i64, today: LocalDay) -> Result<(), Error> {
    let now = tx.now;
    let since: Option<i32> = tx
        .db
        .prepare_cached("SELECT MIN(since) FROM connection_class WHERE connection = ?1")?
        .query_row([connection], |row| row.get(0))?;
    let Some(since) = since.map(LocalDay) else { return Ok(()) };
    let last: Option<i32> = tx
        .db
        .prepare_cached("SELECT fee_month FROM supply_state WHERE connection = ?1")?
        .query_row([connection], |row| row.get(0))
        .optional()?;
    let first = last.filter(|month| *month > 0).map_or(since.month().0, |month| month + 1);
    if first > today.month().0 {
        return Ok(());
    }
    let versions = tariffs::of_connection(tx, connection)?;
    for month in (first..=today.month().0).map(LocalMonth) {
        if let Some(fee) = monthly_fee(&versions, since, month) {
            put(tx, connection, now, month, &Event::MonthlyFee(fee), format!("fee:{connection}:{}", month.0))?;
        }
    }
    tx.db.prepare_cached(
        "INSERT INTO supply_state (connection, fee_month) VALUES (?1, ?2) ON CONFLICT (connection) DO UPDATE SET fee_month = excluded.fee_month",
    )?
    .execute(params![connection, today.month().0])?;
    Ok(())
}

fn put(tx: &mut Tx<'_>, connection: i64, at: UtcMillis, month: LocalMonth, event: &Event, key: String) -> Result<(), Error> {
    let transfer = event.transfer(key).map_err(|error| Error::Setup(error.to_string()))?;
    let about = About { connection, at, month: Some(month), purchase: None, who: None, reason: "" };
    ledger::post(tx, &about, &transfer).map(|_| ())
}
