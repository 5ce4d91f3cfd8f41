//! What months cost: computed beside the sums of use, and posted at the end of a local day, when a level is crossed, and before a purchase.

use crate::billing::ledger;
use crate::billing::ledger::TransferContext;
use crate::billing::prices;
use crate::billing::prices::Prices;
use crate::billing::rows::charging as rows;
use crate::billing::rows::{connections, credit, supply, tariffs};
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::charging::{Charged, due, monthly_fee, so_far};
use domain::billing::ledger::{Account, Event};
use domain::billing::tariff::{MonthCharge, TariffVersion, month_charge, worth_on_top};
use domain::people::TAKE_BACK_MS;
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah, UtcMillis};

pub use crate::billing::rows::charging::{days, running, water_of_months};
pub use crate::billing::rows::connections::time_zone;

/// A month's charge with its slices: why it costs what it costs.
///
/// # Errors
/// The database.
pub fn explain(db: &Db, connection: i64, month: LocalMonth) -> Result<MonthCharge, Error> {
    Ok(month_charge(&prices::of_connection(db, connection)?, &days(db, connection, month)?))
}

fn due_of(db: &Db, versions: &[TariffVersion], connection: i64, month: LocalMonth) -> Result<Charged, Error> {
    due(versions, month, rows::month_volume(db, connection, month)?, || days(db, connection, month))
}

/// Computes anew what a month costs, after its sums have changed.
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
    rows::keep_due(tx, connection, month, due)
}

/// Computes every month of a connection anew from a day on, after its prices have changed.
///
/// # Errors
/// The database.
pub fn recompute_from(tx: &mut Tx<'_>, connection: i64, day: LocalDay) -> Result<(), Error> {
    let mut prices = Prices::default();
    for month in rows::used_months(tx, connection, day.month())? {
        recompute(tx, &mut prices, connection, month)?;
    }
    // The balance buys another volume at the new prices.
    credit::mark_credit_pending(tx, connection)
}

/// The balance as it is shown: posted less running.
///
/// # Errors
/// The database.
pub fn shown_balance(db: &Db, connection: i64) -> Result<Rupiah, Error> {
    Ok(Rupiah(ledger::balance(db, connection, Account::Credit)?.0 - running(db, connection)?.0))
}

/// What so much more water costs at a connection at an instant, on top of what its month has used until now; none if it is not charged.
///
/// # Errors
/// The database.
pub fn worth_on(db: &Db, connection: i64, at: UtcMillis, volume: Millilitres) -> Result<Option<Rupiah>, Error> {
    let versions = prices::of_connection(db, connection)?;
    if versions.is_empty() {
        return Ok(None);
    }
    let today = time_zone(db, connection)?.day_of(at);
    let used = rows::month_volume(db, connection, today.month())?;
    let before = so_far(&versions, today, used, || days(db, connection, today.month()))?;
    Ok(Some(worth_on_top(&versions, &before, today, volume)))
}

/// Posts what a connection has used and what has not been posted, month by month; and the fee of the local month, once.
///
/// # Errors
/// The database.
pub fn post(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let (zone, posted) = supply::posted_until(tx, connection)?;
    let today = zone.day_of(tx.now);
    for open in rows::unposted_months(tx, connection)? {
        let Some(difference) = open.run.to_post() else { continue };
        let event = if open.is_closed { Event::ChargeCorrection(difference) } else { Event::Charge(difference) };
        let key = format!("charge:{connection}:{}:{}", open.month.0, open.posts);
        post_month(tx, connection, open.month, &event, key)?;
        rows::mark_posted(tx, connection, open.month, open.is_closed || open.month < today.month())?;
    }
    // Fees are posted once a month, and months are closed once a day.
    if posted == Some((today, today.month())) {
        return Ok(());
    }
    // A month all of whose use was posted before it ended is closed as well: a later charge of it is a correction.
    rows::close_before(tx, connection, today.month())?;
    post_fees(tx, connection, today)?;
    supply::keep_posted_day(tx, connection, today)
}

/// The fees of the local months since the last one that was posted, each by its own version. A month that begins while the customer is inactive has none,
/// also once it is active again.
fn post_fees(tx: &mut Tx<'_>, connection: i64, today: LocalDay) -> Result<(), Error> {
    let Some(since) = tariffs::charged_since(tx, connection)? else { return Ok(()) };
    // While the customer can be taken back, no fee stands in the way of that; those of the months until then follow.
    let (added, is_gone) = connections::added_and_gone(tx, connection)?;
    if added.is_some_and(|at| tx.now.since(at) <= TAKE_BACK_MS) {
        return Ok(());
    }
    let first = supply::fee_month(tx, connection)?.map_or(since.month().0, |month| month.0 + 1);
    if first > today.month().0 {
        return Ok(());
    }
    if is_gone {
        return supply::keep_fee_month(tx, connection, today.month());
    }
    let versions = prices::of_connection(tx, connection)?;
    for month in (first..=today.month().0).map(LocalMonth) {
        if let Some(fee) = monthly_fee(&versions, since, month) {
            post_month(tx, connection, month, &Event::MonthlyFee(fee), format!("fee:{connection}:{}", month.0))?;
        }
    }
    supply::keep_fee_month(tx, connection, today.month())
}

fn post_month(tx: &mut Tx<'_>, connection: i64, month: LocalMonth, event: &Event, key: String) -> Result<(), Error> {
    let context = TransferContext { connection, at: tx.now, month: Some(month), purchase: None, who: None, reason: "" };
    ledger::post_event(tx, &context, event, key).map(|_| ())
}
