//! Valves that admins open and close by the hundred. A batch writes its meters down, each with the reason why it gets no order or to wait for its
//! turn; the job `orders` gives those that wait their orders, so many in a minute, each by the rules and with the audit entry of one by hand.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::valve::by_hand::{Asked, Judged, check_reasons, judge, place, task};
use crate::valve::hold;
use crate::valve::orders;
use crate::valve::rows::batches as rows;
use crate::valve::rows::batches::{NewBatch, Next, WITHDRAWN};
use crate::valve::rows::by_hand::{Spot, spot};
use crate::valve::rows::supply::reported_valve;
use domain::people::permission::{Permission, allows};
use domain::valve::batch::{ItemState, MOST_METERS, NoOrder, PER_MINUTE, WINDOW_MS, is_done, is_silent, may_go};
use domain::valve::by_hand::Wanted;
use domain::{MeterId, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use protocol::valve::batches::{
    BATCHES, ENDINGS, Ending, NAMED, NamedMeter, NewOrderBatch, OrderBatch, OrderBatchWithdrawal, OrderBatches, OrderPreview,
    OrderPreviewRequest, RefusedMeters, StateCount,
};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// Its name in the audit log.
const BEGUN: &str = "order_valves";
const TAKEN_BACK: &str = "withdraw_valve_orders";

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The caller as the database has it now: a right may have gone while the call waited for its turn.
fn still_admin(tx: &Tx<'_>, admin: &Caller) -> Result<Caller, Error> {
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageValves));
    still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))
}

/// A meter that was named, and whether it would get an order.
struct Considered {
    /// None where the utility has no such meter.
    spot: Option<Spot>,
    outcome: Result<(), NoOrder>,
    /// Whether its valve is reported to be as it is wanted.
    is_as_wanted: bool,
}

/// Judges each meter that is named, once.
fn consider(db: &Db, utility: i64, meters: &[MeterId], wanted: Wanted, now: UtcMillis) -> Result<Vec<Considered>, Error> {
    if meters.is_empty() || meters.len() > MOST_METERS {
        return Err(refused("meters: name one meter or more, and 10,000 at most"));
    }
    let mut seen = HashSet::with_capacity(meters.len());
    let mut considered = Vec::with_capacity(meters.len());
    for meter in meters.iter().filter(|meter| seen.insert(**meter)) {
        considered.push(match spot(db, utility, *meter)? {
            None => Considered { spot: None, outcome: Err(NoOrder::Unknown), is_as_wanted: false },
            Some(spot) => {
                let is_queued = rows::waits(db, spot.meter)?;
                let outcome = if is_queued { Err(NoOrder::Queued) } else { order_of(db, &spot, wanted, now)?.map(drop) };
                let is_as_wanted = outcome.is_ok() && is_as_wanted(db, &spot, wanted)?;
                Considered { spot: Some(spot), outcome, is_as_wanted }
            }
        });
    }
    Ok(considered)
}

/// The order that a meter would get now. The one rule for the preview, for what is written down, and for the meter whose turn it is.
fn order_of(db: &Db, spot: &Spot, wanted: Wanted, now: UtcMillis) -> Result<Result<Judged, NoOrder>, Error> {
    let judged = match judge(db, spot, wanted, now)? {
        Ok(judged) => judged,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    // What can never be done is said first; what is only silent could be ordered by hand.
    if is_silent(spot.reported_at, now) {
        return Ok(Err(NoOrder::Silent));
    }
    let by_hand = hold::by_hand(&hold::recent(db, spot.meter)?, spot.connection.unwrap_or_default());
    let is_done = is_done(wanted.task, is_as_wanted(db, spot, wanted)?, by_hand);
    Ok(if is_done { Err(NoOrder::Already) } else { Ok(judged) })
}

/// Whether a valve is reported to be as it is wanted.
fn is_as_wanted(db: &Db, spot: &Spot, wanted: Wanted) -> Result<bool, Error> {
    Ok(reported_valve(db, spot.meter)?.is_some_and(|(valve, _)| valve == wanted.task.result()))
}

/// What an order to many meters would do. It costs seven look-ups for each meter.
///
/// # Errors
/// None or too many are named (`meters`), it is about no valve, or the database.
pub fn preview(db: &Db, utility: i64, asked: &OrderPreviewRequest, now: UtcMillis) -> Result<OrderPreview, Error> {
    let wanted = Wanted { task: task(asked.action)?, despite_protected: asked.despite };
    let considered = consider(db, utility, &asked.meters, wanted, now)?;
    let mut preview = OrderPreview { selected: considered.len() as u32, per_minute: PER_MINUTE, ..OrderPreview::default() };
    let mut groups: BTreeMap<NoOrder, RefusedMeters> = BTreeMap::new();
    for Considered { spot, outcome, is_as_wanted } in considered {
        preview.already += u32::from(is_as_wanted);
        let (count, examples) = match outcome {
            Ok(()) => (&mut preview.can, &mut preview.examples),
            Err(why) => {
                let group = groups.entry(why).or_insert_with(|| RefusedMeters { why, count: 0, examples: Vec::new() });
                (&mut group.count, &mut group.examples)
            }
        };
        *count += 1;
        if let Some(spot) = spot
            && examples.len() < NAMED
        {
            examples.push(NamedMeter { id: spot.id, serial: rows::serial(db, spot.meter)? });
        }
    }
    preview.refused = groups.into_values().collect();
    preview.waiting = rows::waiting(db, utility)?;
    Ok(preview)
}

/// Begins a batch, once for each key; returns the utility's batches then.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`valve_reason`, `meters`, `nothing` where no meter gets an order, `confirmed` where
/// another number does than was typed, `key`); or the database.
pub fn begin(tx: &mut Tx<'_>, admin: &Caller, asked: &NewOrderBatch) -> Result<OrderBatches, Error> {
    let admin = &still_admin(tx, admin)?;
    if let Some(known) = rows::find(tx, asked.key)? {
        return if known.utility == admin.utility {
            list(tx, admin.utility)
        } else {
            Err(refused("key: another batch has this identifier"))
        };
    }
    check_reasons(&asked.reason, &asked.despite_protected)?;
    let wanted = Wanted { task: task(asked.action)?, despite_protected: !asked.despite_protected.is_empty() };
    let considered = consider(tx, admin.utility, &asked.meters, wanted, tx.now)?;
    let can = considered.iter().filter(|one| one.outcome.is_ok()).count();
    if can == 0 {
        return Err(refused("nothing: none of these meters gets an order"));
    }
    if can as u32 != asked.confirmed {
        return Err(refused("confirmed: another number of meters gets an order by now: look at it again"));
    }
    let new = NewBatch {
        id: asked.key,
        utility: admin.utility,
        who: admin.num,
        action: asked.action,
        reason: &asked.reason,
        despite_protected: &asked.despite_protected,
    };
    let batch = rows::insert(tx, &new)?;
    for Considered { spot, outcome, .. } in &considered {
        let place = (spot.as_ref().map(|spot| spot.meter), spot.as_ref().and_then(|spot| spot.connection));
        rows::insert_meter(tx, batch, place, outcome.err())?;
    }
    record(
        tx,
        admin,
        (BEGUN, asked.key, asked.key),
        [
            ("valve_order", asked.action.as_str().to_owned()),
            ("reason", asked.reason.clone()),
            ("despite_protected", asked.despite_protected.clone()),
            ("meters", can.to_string()),
            ("meters_refused", (considered.len() - can).to_string()),
        ],
    )?;
    list(tx, admin.utility)
}

/// Writes the audit entry of a batch; each of its orders has one of its own.
fn record<const N: usize>(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (kind, key, batch): (&str, Uuid, Uuid),
    said: [(&str, String); N],
) -> Result<(), Error> {
    let entry = audit::Entry::by(admin, (kind, key), (Office::Valves as u8, batch));
    let said = said.into_iter().filter(|(_, value)| !value.is_empty());
    audit::record(tx, &entry, said.map(|(field, value)| (field, String::new(), value)))
}

/// Withdraws what of a batch waits or was not sent to its meter; what was sent may be carried out, and stays. Withdrawn twice is withdrawn.
///
/// # Errors
/// [`Code::NotFound`] if there is no such batch, or the database.
pub fn withdraw(tx: &mut Tx<'_>, admin: &Caller, asked: &OrderBatchWithdrawal) -> Result<OrderBatches, Error> {
    let admin = &still_admin(tx, admin)?;
    let known = rows::find(tx, asked.of)?.filter(|known| known.utility == admin.utility);
    let known = known.ok_or_else(|| Error::problem(Code::NotFound, "there is no such batch"))?;
    let waiting = rows::withdraw_waiting(tx, known.num)?;
    let unsent = rows::unsent(tx, known.num)?;
    for order in &unsent {
        orders::end(tx, order.key, WITHDRAWN)?;
        let entry = audit::Entry::by(admin, ("withdraw_valve_order", order.id), (Entity::Meter as u8, order.meter.0));
        audit::record(tx, &entry, [("reason", String::new(), WITHDRAWN.to_owned())])?;
    }
    let withdrawn = waiting + unsent.len();
    if withdrawn > 0 {
        record(tx, admin, (TAKEN_BACK, asked.key, asked.of), [("meters", withdrawn.to_string())])?;
    }
    list(tx, admin.utility)
}

/// The newest batches of a utility, with how far each is. It reads every meter of them.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64) -> Result<OrderBatches, Error> {
    let batches = rows::newest(db, utility, BATCHES)?.into_iter().map(|(num, batch)| counted(db, num, batch));
    Ok(OrderBatches { batches: batches.collect::<Result<_, _>>()?, per_minute: PER_MINUTE })
}

fn counted(db: &Db, num: i64, batch: OrderBatch) -> Result<OrderBatch, Error> {
    let mut counts: BTreeMap<ItemState, u32> = BTreeMap::new();
    let mut endings: BTreeMap<(ItemState, String), Ending> = BTreeMap::new();
    rows::each(db, num, |item| {
        let state = item.state;
        *counts.entry(state).or_default() += 1;
        if state.is_open() || state == ItemState::Completed {
            return;
        }
        let ending = endings.entry((state, item.why)).or_insert_with_key(|(state, why)| Ending {
            state: *state,
            why: why.clone(),
            count: 0,
            examples: Vec::new(),
        });
        ending.count += 1;
        if ending.examples.len() < NAMED {
            ending.examples.extend(item.meter);
        }
    })?;
    let mut endings: Vec<Ending> = endings.into_values().collect();
    endings.sort_by_key(|ending| std::cmp::Reverse(ending.count));
    endings.truncate(ENDINGS);
    let counts = counts.into_iter().map(|(state, count)| StateCount { state, count }).collect();
    Ok(OrderBatch { counts, endings, ..batch })
}

/// Whether any meter waits for its turn.
///
/// # Errors
/// The database.
pub fn is_waiting(db: &Db) -> Result<bool, Error> {
    Ok(!rows::utilities(db)?.is_empty())
}

/// Gives as many meters that wait their orders as may go out now, for each utility by itself; returns how many did. Which went out is stored
/// with them, so that a server that was started anew sends no more of them.
///
/// # Errors
/// The database.
pub fn release(tx: &mut Tx<'_>) -> Result<u32, Error> {
    let since = tx.now.plus(-WINDOW_MS);
    let mut released = 0;
    for utility in rows::utilities(tx)? {
        let mut left = may_go(rows::ordered_since(tx, utility, since)?);
        // Meters that get no order take nobody's place.
        while left > 0 {
            let next = rows::next(tx, utility, left)?;
            if next.is_empty() {
                break;
            }
            for next in next {
                let is_ordered = release_one(tx, utility, &next)?;
                left -= u32::from(is_ordered);
                released += u32::from(is_ordered);
            }
        }
    }
    Ok(released)
}

/// Gives a meter its order, if it can have it still; returns whether it did.
fn release_one(tx: &mut Tx<'_>, utility: i64, next: &Next) -> Result<bool, Error> {
    let key = Uuid::now_v7();
    let outcome = ordered(tx, utility, next, key)?;
    match outcome {
        Ok(()) => rows::write_ordered(tx, next.num, key)?,
        Err(why) => rows::write_refused(tx, next.num, why)?,
    }
    Ok(outcome.is_ok())
}

fn ordered(tx: &mut Tx<'_>, utility: i64, next: &Next, key: Uuid) -> Result<Result<(), NoOrder>, Error> {
    if !next.is_admin {
        return Ok(Err(NoOrder::NoAuthor));
    }
    let Some(spot) = spot(tx, utility, next.meter)? else { return Ok(Err(NoOrder::Unknown)) };
    // Another customer may be there by now.
    if spot.connection.is_some() && spot.connection != next.connection {
        return Ok(Err(NoOrder::Moved));
    }
    let wanted = Wanted { task: task(next.action)?, despite_protected: !next.despite_protected.is_empty() };
    let judged = match order_of(tx, &spot, wanted, tx.now)? {
        Ok(judged) => judged,
        Err(why) => return Ok(Err(why)),
    };
    let asked = Asked { action: next.action, who: next.who, reason: &next.reason, despite_protected: &next.despite_protected };
    Ok(if place(tx, &spot, key, &asked, &judged)? { Ok(()) } else { Err(NoOrder::OrderOpen) })
}
