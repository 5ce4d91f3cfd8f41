//! Where an instant cuts the ledger. Transfers have numbers in the order in which they were posted, and times by the server's clock, which may have
//! been set back between two of them, by a day at most.

use crate::core::Db;
use crate::error::Error;
use domain::core::local_time::DAY_MS;
use domain::{Rupiah, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// How far the server's clock may have been set back between two transfers, so that the earlier one has the later time.
const SET_BACK: i64 = DAY_MS;

/// The transfers before an instant: those with a lower number than `first`, and some that were posted after it by a clock that was set back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The first transfer at the instant or later; of a utility that has none, the number behind the last that counts.
    pub first: i64,
    /// Later numbers with earlier times.
    pub stragglers: Vec<i64>,
}

impl Cut {
    /// The highest number that a transfer before the instant can have.
    pub fn last(&self) -> i64 {
        self.stragglers.last().copied().unwrap_or(0).max(self.first.saturating_sub(1))
    }
}

/// The query for the time of the first transfer at an instant or later: the first entry of an index.
pub const FIRST: &str = "SELECT at FROM transfer WHERE utility = ?1 AND at >= ?2 ORDER BY at LIMIT 1";

/// The query for the lowest number within a stretch of a day. It reads an index alone.
pub const LOWEST: &str = "SELECT MIN(num) FROM transfer WHERE utility = ?1 AND at >= ?2 AND at <= ?3";

/// The query for later numbers with times within the day before. It reads an index alone.
pub const STRAGGLERS: &str =
    "SELECT num FROM transfer WHERE utility = ?1 AND at >= ?2 AND at < ?3 AND num > ?4 AND num <= ?5 ORDER BY num";

/// Where an instant cuts a utility's ledger, among the transfers up to the number `last`.
pub fn at(db: &Db, utility: i64, instant: UtcMillis, last: i64) -> Result<Cut, Error> {
    let mut query = db.prepare_cached(FIRST)?;
    let first: Option<i64> = query.query_row([utility, instant.0], |row| row.get(0)).optional()?;
    let behind = last.saturating_add(1);
    let Some(time) = first else { return Ok(Cut { first: behind, stragglers: Vec::new() }) };
    // Whatever was posted before the first by its time, and is not before the instant, is a day later at most.
    let mut query = db.prepare_cached(LOWEST)?;
    let lowest: i64 = query.query_row(params![utility, instant.0, time.saturating_add(SET_BACK)], |row| row.get(0))?;
    let mut query = db.prepare_cached(STRAGGLERS)?;
    let stretch = params![utility, instant.plus(-SET_BACK).0, instant.0, lowest, last];
    let stragglers: Vec<i64> = query.query_map(stretch, |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Cut { first: lowest.min(behind), stragglers })
}

/// The query for the balance of an account before a transfer: one search.
pub const BALANCE: &str = "SELECT after FROM posting WHERE account = ?1 AND transfer < ?2 ORDER BY transfer DESC LIMIT 1";

/// The balance that an account had at a cut.
pub fn balance(db: &Db, account: i64, cut: &Cut) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached(BALANCE)?;
    let mut balance: i64 = query.query_row([account, cut.first], |row| row.get(0)).optional()?.unwrap_or(0);
    let mut query = db.prepare_cached("SELECT amount FROM posting WHERE account = ?1 AND transfer = ?2")?;
    for transfer in &cut.stragglers {
        let amount: Option<i64> = query.query_row([account, *transfer], |row| row.get(0)).optional()?;
        balance = balance.saturating_add(amount.unwrap_or(0));
    }
    Ok(Rupiah(balance))
}
