//! The evaluation of connections: which level a balance has reached, which day or month is over and not posted, and what that makes of valves.
//!
//! A connection is evaluated only when it is due. `supply_state.due_at` holds when: triggers set it to now when something happens that could change
//! the result, and an evaluation sets it to when something is due by itself, the end of the local day at the latest. Use alone makes a connection
//! due only when it leaves the range in which the level stays.

use crate::billing::{charging, credit, ledger, prices};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::valve::decision;
use crate::valve::rows::supply as rows;
use domain::billing::balance::{Standing, level};
use domain::billing::ledger::Account;
use domain::billing::level_stability;
use domain::billing::tariff::TariffVersion;
use domain::{Rupiah, TimeZone, UtcMillis};

/// Connections that one run evaluates at most.
const MAX_DUE: i64 = 20_000;

/// Connections that the writer evaluates in one transaction at most: whatever else is due stays so, and is the next run's.
const MAX_IN_TRANSACTION: i64 = 1_000;

/// The connections whose evaluation is due, by key: what has waited longest comes first.
///
/// # Errors
/// The database.
pub fn due(db: &Db, at: UtcMillis) -> Result<Vec<i64>, Error> {
    rows::due(db, at, MAX_DUE)
}

/// The connections that are due because the open transaction, or one before it, has moved their money.
///
/// # Errors
/// The database.
pub fn due_by_money(db: &Db) -> Result<Vec<i64>, Error> {
    rows::due_by_money(db, MAX_IN_TRANSACTION)
}

/// Evaluates a connection: posts what is to be posted, keeps its level, decides about its valve, and keeps when it is due next. The writer calls
/// it where a group of jobs has moved money, within their transaction. A connection that is not charged is left alone.
///
/// # Errors
/// The database.
pub fn reevaluate(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let now = tx.now;
    let Some(supply) = rows::charged(tx, connection)? else { return Ok(()) };
    let today = supply.zone.day_of(now);
    let versions = prices::of_connection(tx, connection)?;
    let (mut running, is_open) = rows::unposted(tx, connection)?;
    let mut standing = standing(tx, &versions, connection, running, supply.zone)?;
    let is_over = (is_open && supply.posted_day < today) || supply.fee_month < today.month();
    if is_over || level(supply.level, standing, supply.thresholds) != supply.level {
        charging::post(tx, connection)?;
        (running, _) = rows::unposted(tx, connection)?;
        standing = self::standing(tx, &versions, connection, running, supply.zone)?;
    }
    let reached = level(supply.level, standing, supply.thresholds);
    let lent = Rupiah(-ledger::balance(tx, connection, Account::Emergency)?.0);
    let valve = decision::apply(tx, &supply, (standing.balance, lent))?;
    let midnight = supply.zone.start_of(today.plus(1));
    let due = valve.due.map_or(midnight, |due| due.clamp(now.plus(1), midnight));
    let (low, high) = level_stability::range(reached, standing, supply.thresholds);
    // What a late reading gives back may open a valve.
    let high = if valve.opens_above >= standing.balance { high.min(valve.opens_above) } else { high };
    // The same as amounts that are used and not posted.
    let credit = standing.balance.0 + running.0;
    rows::write_evaluated(tx, connection, reached, due, (Rupiah(credit - high.0), Rupiah(credit - low.0)))?;
    if reached != supply.level {
        rows::mark_credit_changed(tx, connection)?;
    }
    Ok(())
}

/// The balance of a connection with what is used and not posted, and how long it lasts.
fn standing(
    tx: &mut Tx<'_>,
    versions: &[TariffVersion],
    connection: i64,
    running: Rupiah,
    zone: TimeZone,
) -> Result<Standing, Error> {
    let balance = Rupiah(ledger::balance(tx, connection, Account::Credit)?.0 - running.0);
    let tenths_of_days_left = match balance {
        Rupiah(..=0) => None,
        balance => credit::forecast(tx, versions, connection, balance, zone)?.tenths_of_days,
    };
    Ok(Standing { balance, tenths_of_days_left })
}
