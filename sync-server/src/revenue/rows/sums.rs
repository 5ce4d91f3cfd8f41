//! Sums of postings by day, and how far transfers are counted.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::ledger::Account;
use domain::revenue::{Cell, DayRange, Dimension, RevenueSums, Sum, TransferKind};
use domain::{LocalDay, LocalMonth, Rupiah};
use rusqlite::params;

/// The transfer up to which all are counted.
///
/// # Errors
/// The database.
pub fn cursor(db: &Db) -> Result<i64, Error> {
    Ok(db.prepare_cached("SELECT transfer FROM revenue_cursor")?.query_row([], |row| row.get(0))?)
}

/// Keeps that all transfers up to one are counted.
///
/// # Errors
/// The database.
pub fn move_cursor(tx: &mut Tx<'_>, transfer: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE revenue_cursor SET transfer = ?1")?.execute([transfer])?;
    Ok(())
}

/// Whether there are transfers that are not counted.
///
/// # Errors
/// The database.
pub fn has_more(db: &Db) -> Result<bool, Error> {
    let mut query =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM transfer WHERE num > (SELECT transfer FROM revenue_cursor))")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Adds to the sums of a utility's day.
///
/// # Errors
/// It passes the range of money, or the database.
pub fn add(tx: &mut Tx<'_>, (utility, day): (i64, LocalDay), sums: &RevenueSums) -> Result<(), Error> {
    // An integer past its range turns into a float, which a STRICT table refuses.
    let mut add = tx.db.prepare_cached(
        "INSERT INTO revenue_sum (utility, dimension, day, value, kind, account, amount, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (utility, dimension, day, value, kind, account)
         DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count",
    )?;
    for (Cell { dimension, value, kind, account }, sum) in sums.cells() {
        let of = params![utility, dimension.as_str(), day.0, value, kind.as_str(), account.as_str(), sum.amount.0, sum.count];
        add.execute(of)?;
    }
    Ok(())
}

/// The query of [`of_days`], of one dimension.
pub const OF_DAYS: &str = "SELECT value, kind, account, SUM(amount), SUM(count) FROM revenue_sum
  WHERE utility = ?1 AND dimension = ?2 AND day BETWEEN ?3 AND ?4 GROUP BY value, kind, account";

/// A utility's sums of days: the whole, and by a dimension. It costs the sums of these days in both.
///
/// # Errors
/// The database.
pub fn of_days(db: &Db, utility: i64, days: DayRange, dimension: Dimension) -> Result<RevenueSums, Error> {
    let mut sums = RevenueSums::default();
    let with_parts = (dimension != Dimension::All).then_some(dimension);
    for dimension in std::iter::once(Dimension::All).chain(with_parts) {
        read_into(db, (utility, days, dimension), &mut sums)?;
    }
    Ok(sums)
}

/// A utility's sums of a day, in all dimensions.
///
/// # Errors
/// The database.
pub fn of_day(db: &Db, utility: i64, day: LocalDay) -> Result<RevenueSums, Error> {
    let mut sums = RevenueSums::default();
    for dimension in Dimension::ALL {
        read_into(db, (utility, DayRange { from: day, to: day }, dimension), &mut sums)?;
    }
    Ok(sums)
}

fn read_into(db: &Db, (utility, days, dimension): (i64, DayRange, Dimension), sums: &mut RevenueSums) -> Result<(), Error> {
    let mut query = db.prepare_cached(OF_DAYS)?;
    let mut rows = query.query(params![utility, dimension.as_str(), days.from.0, days.to.0])?;
    while let Some(row) = rows.next()? {
        let (value, kind, account): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let account = Account::from_word(&account).ok_or_else(|| Error::Setup(format!("a sum is of an account {account}")))?;
        let sum = Sum { amount: Rupiah(row.get(3)?), count: row.get(4)? };
        sums.add_to(dimension, Some(value.as_str()), (TransferKind::from_word(&kind), account), sum);
    }
    Ok(())
}

/// What came in and went back for a connection, to be added up by its month.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfConnection {
    /// Received, less what went back.
    pub received: i64,
    /// Purchases.
    pub purchases: i64,
    /// Of them those made when nothing was left.
    pub when_empty: i64,
}

/// Adds to the month of a connection, by key.
///
/// # Errors
/// The database.
pub fn add_to_connection(tx: &mut Tx<'_>, (connection, month): (i64, LocalMonth), more: OfConnection) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO revenue_connection (connection, month, received, purchases, when_empty) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (connection, month) DO UPDATE SET received = received + excluded.received,
               purchases = purchases + excluded.purchases, when_empty = when_empty + excluded.when_empty",
        )?
        .execute(params![connection, month.0, more.received, more.purchases, more.when_empty])?;
    Ok(())
}
