//! What was used by local day and month, and what each month costs: due, and posted of it.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::charging::{Charged, MonthRun};
use domain::billing::tariff::DayVolume;
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah, UtcMillis};
use protocol::sales::money::WhyReading;
use rusqlite::{OptionalExtension, params};
use std::ops::Range;

/// The days of a connection's month on which something was used.
///
/// # Errors
/// The database.
pub fn days(db: &Db, connection: i64, month: LocalMonth) -> Result<Vec<DayVolume>, Error> {
    let first = month.first_day();
    days_between(db, connection, first..first.plus(month.days()))
}

/// The days in a range on which something was used.
pub fn days_between(db: &Db, connection: i64, days: Range<LocalDay>) -> Result<Vec<DayVolume>, Error> {
    let mut query = db.prepare_cached("SELECT day, volume FROM usage_day WHERE connection = ?1 AND day >= ?2 AND day < ?3")?;
    let found = query.query_map(params![connection, days.start.0, days.end.0], |row| {
        Ok(DayVolume { day: LocalDay(row.get(0)?), volume: Millilitres(row.get(1)?) })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What was used in a month.
pub fn month_volume(db: &Db, connection: i64, month: LocalMonth) -> Result<Millilitres, Error> {
    let mut query = db.prepare_cached("SELECT volume FROM usage_month WHERE connection = ?1 AND month = ?2")?;
    let volume = query.query_row([connection, i64::from(month.0)], |row| row.get(0)).optional()?;
    Ok(Millilitres(volume.unwrap_or(0)))
}

/// The months with use, from one on.
pub fn used_months(db: &Db, connection: i64, from: LocalMonth) -> Result<Vec<LocalMonth>, Error> {
    let mut query = db.prepare_cached("SELECT month FROM usage_month WHERE connection = ?1 AND month >= ?2")?;
    let found = query.query_map(params![connection, from.0], |row| row.get(0).map(LocalMonth))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The registers of whichever meters were at a connection, in order of time.
pub fn registers(db: &Db, connection: i64, time: Range<UtcMillis>) -> Result<Vec<WhyReading>, Error> {
    let mut query = db.prepare_cached(
        "SELECT r.t, r.register FROM installation i JOIN reading r ON r.meter = i.meter
         WHERE i.connection = ?1 AND r.t >= MAX(?2, i.since) AND r.t < MIN(?3, COALESCE(i.until, ?3)) AND r.verdict < 18 ORDER BY r.t",
    )?;
    let found = query.query_map(params![connection, time.start.0, time.end.0], |row| {
        Ok(WhyReading { t: UtcMillis(row.get(0)?), register: Millilitres(row.get(1)?) })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps what a month costs. Nothing is written where that is what is kept already, or nothing for a month that was never charged.
pub fn keep_due(tx: &mut Tx<'_>, connection: i64, month: LocalMonth, due: Charged) -> Result<(), Error> {
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

/// The query of [`water_of_months`]: zone by zone and connection by connection, the months of each by their keys.
pub const WATER_OF_MONTHS: &str = "SELECT COALESCE(SUM(m.due_water), 0), COALESCE(SUM(u.volume), 0)
    FROM zone z CROSS JOIN connection c CROSS JOIN month_charge m CROSS JOIN usage_month u
    WHERE z.utility = ?1 AND c.zone = z.num AND m.connection = c.num AND m.month BETWEEN ?2 AND ?3
      AND u.connection = m.connection AND u.month = m.month";

/// What water cost a utility's connections in some local months, and what they used in those of them that were charged.
///
/// # Errors
/// The database.
pub fn water_of_months(db: &Db, utility: i64, (from, to): (LocalMonth, LocalMonth)) -> Result<(Rupiah, Millilitres), Error> {
    let mut query = db.prepare_cached(WATER_OF_MONTHS)?;
    Ok(query.query_row(params![utility, from.0, to.0], |row| Ok((Rupiah(row.get(0)?), Millilitres(row.get(1)?))))?)
}

/// What is used and not yet posted.
///
/// # Errors
/// The database.
pub fn running(db: &Db, connection: i64) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(due_water - posted_water + due_tax - posted_tax), 0) FROM month_charge
         WHERE connection = ?1 AND (due_water <> posted_water OR due_tax <> posted_tax)",
    )?;
    Ok(Rupiah(query.query_row([connection], |row| row.get(0))?))
}

/// A month of which less, or more, is posted than is due.
pub struct UnpostedMonth {
    /// Which.
    pub month: LocalMonth,
    /// Due and posted.
    pub run: MonthRun,
    /// How often something was posted of it.
    pub posts: i64,
    /// Whether it was closed: a charge of it is a correction.
    pub is_closed: bool,
}

/// The months of a connection of which something is to be posted, the oldest first.
pub fn unposted_months(db: &Db, connection: i64) -> Result<Vec<UnpostedMonth>, Error> {
    let mut query = db.prepare_cached(
        "SELECT month, due_water, due_tax, posted_water, posted_tax, posts, closed FROM month_charge
         WHERE connection = ?1 AND (due_water <> posted_water OR due_tax <> posted_tax) ORDER BY month",
    )?;
    let charged = |water, tax| Charged { water: Rupiah(water), tax: Rupiah(tax) };
    let found = query.query_map([connection], |row| {
        Ok(UnpostedMonth {
            month: LocalMonth(row.get(0)?),
            run: MonthRun { due: charged(row.get(1)?, row.get(2)?), posted: charged(row.get(3)?, row.get(4)?) },
            posts: row.get(5)?,
            is_closed: row.get(6)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps that all that is due of a month is posted.
pub fn mark_posted(tx: &mut Tx<'_>, connection: i64, month: LocalMonth, is_closed: bool) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE month_charge SET posted_water = due_water, posted_tax = due_tax, posts = posts + 1, closed = ?3
             WHERE connection = ?1 AND month = ?2",
        )?
        .execute(params![connection, month.0, is_closed])?;
    Ok(())
}

/// Closes the months before one.
pub fn close_before(tx: &mut Tx<'_>, connection: i64, month: LocalMonth) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE month_charge SET closed = 1 WHERE connection = ?1 AND month < ?2 AND closed = 0")?
        .execute(params![connection, month.0])?;
    Ok(())
}
