//! What a connection's balance makes of its valve: `domain::valve::decision` decides, this knows what was ordered, acknowledged and reported.

use crate::core::Tx;
use crate::error::Error;
use crate::valve::hold;
use crate::valve::orders;
use crate::valve::orders::NewOrder;
use crate::valve::rows::orders::{OrderKey, ValveOrder, write_seen};
use crate::valve::rows::policy::holidays_from;
use crate::valve::rows::supply::{SupplyState, reported_valve};
use domain::billing::balance::{Protected, ValveWish};
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::metering::meter::Valve;
use domain::valve::decision::{
    Cause, Held, OrderRecord, Policy, SETTLES_MS, Seen, Situation, ValveTask, held, judge, next_try, until,
};
use domain::valve::order::OrderState;
use domain::{Rupiah, UtcMillis};
use protocol::metering::messages::OrderAction;

/// While nothing is reported of what an order did, the valve is checked this often, and for so long.
const CHECK_EVERY_MS: i64 = 10 * MINUTE_MS;
const CHECK_FOR_MS: i64 = DAY_MS;

const fn action(task: ValveTask) -> OrderAction {
    match task {
        ValveTask::Open => OrderAction::OpenValve,
        ValveTask::Close => OrderAction::CloseValve,
    }
}

fn key(order: &ValveOrder) -> OrderKey {
    OrderKey { num: order.num, state: order.record.state, connection: order.connection }
}

fn protected(tx: &Tx<'_>, supply: &SupplyState) -> Result<Protected, Error> {
    let holidays = holidays_from(tx, supply.utility, supply.zone.day_of(tx.now))?;
    let (from_hour, until_hour) = supply.protected;
    Ok(Protected { from_hour, until_hour, holidays })
}

/// What a decision about a valve leaves to the next evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// When the valve is due again, if nothing happens before.
    pub due: Option<UtcMillis>,
    /// A balance above this opens it; far below any where it is not held.
    pub opens_above: Rupiah,
}

const NOTHING: Decision = Decision { due: None, opens_above: Rupiah(i64::MIN) };

/// Decides about a connection's valve, orders what is wanted and withdraws what is wanted no more.
///
/// # Errors
/// The database.
pub(crate) fn apply(tx: &mut Tx<'_>, supply: &SupplyState, (balance, lent): (Rupiah, Rupiah)) -> Result<Decision, Error> {
    let now = tx.now;
    let Some(meter) = supply.meter else {
        hold::write(tx, supply.connection, Held::No)?;
        return Ok(NOTHING);
    };
    let mut recent = hold::recent(tx, meter)?;
    if recent.is_empty() && balance > Rupiah(0) && !supply.is_held {
        return Ok(NOTHING);
    }
    let (reported, reported_at) = reported_valve(tx, meter)?.unwrap_or((Valve::Unknown, UtcMillis(i64::MIN)));
    record_reports(tx, &mut recent, supply.connection, (reported, reported_at))?;
    let newest = hold::newest(&recent, supply.connection).copied();
    let held = held(newest.as_ref());
    hold::write(tx, supply.connection, held)?;
    let protected = protected(tx, supply)?;
    let (policy, zone) = (supply.policy, supply.zone);
    let by_hand = hold::by_hand(&recent, supply.connection);
    let situation = Situation { balance, lent, policy, held, by_hand, reported, zone, protected: &protected };
    let wish = situation.wish(now);
    let retry = match wish {
        ValveWish::Open => order(tx, (supply, meter), &recent, ValveTask::Open, &protected)?,
        ValveWish::Close => order(tx, (supply, meter), &recent, ValveTask::Close, &protected)?,
        ValveWish::Leave => None,
    };
    withdraw_unwanted(tx, &recent, &situation, wish)?;
    let due = [retry, situation.changes_at(now), next_check(newest.as_ref(), now)].into_iter().flatten().min();
    Ok(Decision { due, opens_above: if held == Held::No { NOTHING.opens_above } else { situation.opens_above() } })
}

/// Records whether the reported valve agrees with the newest order that may have moved it. Where it contradicts a person's order, that one has
/// not moved it, and the order before it is looked at.
fn record_reports(
    tx: &mut Tx<'_>,
    recent: &mut [ValveOrder],
    connection: i64,
    (reported, at): (Valve, UtcMillis),
) -> Result<(), Error> {
    while let Some(newest) = recent.iter_mut().find(|order| order.may_have_moved(connection)) {
        let Some(seen) = judge(&newest.record, reported, at) else { break };
        newest.record.seen = Some((seen, tx.now));
        write_seen(tx, newest.num, seen)?;
        if seen == Seen::Contradicts {
            tracing::warn!(order = newest.num, "a valve is not as its meter acknowledged");
            metrics::counter!("indowater_commands_contradicted_total").increment(1);
        }
        if newest.record.cause == Cause::Credit || seen == Seen::Agrees {
            break;
        }
    }
    Ok(())
}

/// Orders a task unless such an order is open, or it is too early to repeat one: then it returns the earliest time.
fn order(
    tx: &mut Tx<'_>,
    (supply, meter): (&SupplyState, i64),
    recent: &[ValveOrder],
    task: ValveTask,
    protected: &Protected,
) -> Result<Option<UtcMillis>, Error> {
    let now = tx.now;
    if recent.iter().any(|order| order.record.task == task && order.record.state.is_open()) {
        return Ok(None);
    }
    let sent = recent.iter().filter(|order| order.was_sent && order.is_for_credit_of(supply.connection));
    let earliest = next_try(task, sent.map(|order| &order.record));
    if earliest > now {
        return Ok(Some(earliest));
    }
    let new = NewOrder {
        meter,
        connection: Some(supply.connection),
        action: action(task),
        interval_s: None,
        until: until(task, now, supply.zone, protected),
        cause: Cause::Credit,
        who: None,
        reason: "",
        despite_protected: "",
    };
    orders::create(tx, &new)?;
    Ok(None)
}

/// Ends the balance's orders that are wanted no more. One that was not sent is withdrawn as if it had never been created; a close that may be
/// carried out is overtaken by its open, so that a meter that connects again does not get it after that. An open that may be carried out is
/// left: a wish to close comes when it is completed.
fn withdraw_unwanted(tx: &mut Tx<'_>, recent: &[ValveOrder], situation: &Situation<'_>, wish: ValveWish) -> Result<(), Error> {
    for order in recent.iter().filter(|order| order.record.cause == Cause::Credit && order.record.state.is_open()) {
        let is_unsent = order.record.state == OrderState::Pending;
        match order.record.task {
            ValveTask::Close if wish == ValveWish::Open => {
                orders::end(tx, key(order), if is_unsent { "withdrawn" } else { "overtaken" })?;
            }
            ValveTask::Close if is_unsent && (situation.balance > Rupiah(0) || situation.policy == Policy::Off) => {
                orders::end(tx, key(order), "withdrawn")?;
            }
            ValveTask::Open if is_unsent && situation.balance <= situation.opens_above() => {
                orders::end(tx, key(order), "withdrawn")?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// When to check what an order did, while no report shows it.
fn next_check(newest: Option<&OrderRecord>, now: UtcMillis) -> Option<UtcMillis> {
    let record = newest.filter(|record| record.seen.is_none())?;
    let ended = record.ended_at?;
    let first = ended.plus(SETTLES_MS + MINUTE_MS);
    if first > now { Some(first) } else { Some(now.plus(CHECK_EVERY_MS)).filter(|_| now.since(ended) < CHECK_FOR_MS) }
}
