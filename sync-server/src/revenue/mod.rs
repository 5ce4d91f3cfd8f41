//! What a utility received and earned, from its ledger: sums by local day, kept up to date in the writer's transactions; the transfers behind
//! them; customers by their use and purchases (adr/0040).

pub mod check;
pub mod collect;
pub mod customers;
pub mod http;
pub mod publish;
pub mod rows;
#[cfg(test)]
mod tests;
pub mod transfers;

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::revenue::{DayRange, Dimension, RevenueSums};

/// Transfers that one transaction counts at most: it bounds what others wait for. More of them are counted by the next ones.
const TOGETHER: i64 = 500;

/// Days that one transaction publishes at most.
const PUBLISHING: i64 = 4;

/// Whether there is something to count or to publish.
///
/// # Errors
/// The database.
pub fn is_behind(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(rows::sums::has_more(tx)? || rows::days::is_due(tx, publish::due(tx.now))?)
}

/// Counts the transfers that are not counted yet, and publishes the days that they are on: some of both, as much as a transaction may take.
///
/// # Errors
/// The database.
pub fn keep_up(tx: &mut Tx<'_>) -> Result<(), Error> {
    collect::collect(tx, TOGETHER)?;
    publish::publish(tx, PUBLISHING)
}

/// A utility's sums of days: the whole, and by one dimension. It costs the sums of these days in both.
///
/// # Errors
/// The database.
pub fn sums(db: &Db, utility: i64, days: DayRange, dimension: Dimension) -> Result<RevenueSums, Error> {
    rows::sums::of_days(db, utility, days, dimension)
}
