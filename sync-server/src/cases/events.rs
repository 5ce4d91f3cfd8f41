//! What a meter reports of itself: one case for each cause, however often it is reported, until somebody ends it. What happened while somebody
//! worked at the meter by a work order is a case of that order, which is over at once. Which it is follows from when the event and the work
//! happened, whichever becomes known first.

use crate::cases::rows::cases::{Finding, StoredCase};
use crate::cases::rows::events::PendingEvent;
use crate::cases::rows::{cases, events};
use crate::cases::shown;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::maintenance::orders::authorising_at;
use crate::maintenance::rows as maintenance;
use crate::metering::rows::installations::load_meter;
use domain::alerts::case::{Cause, Found, can_be_authorised, severity_of_event};
use domain::maintenance::work_order::authorising;
use domain::metering::reading::ClockState;
use domain::{Millilitres, UtcMillis};
use std::collections::BTreeMap;

/// Events of one transaction at most: what is left is the next one's.
const TOGETHER: i64 = 1_000;

/// Milliseconds between two publications of a case whose events go on; the job of the leak rules publishes what is left.
pub const PUBLISH_EVERY_MS: i64 = 60_000;

/// Events that are yet to be looked into.
///
/// # Errors
/// The database.
pub fn pending(tx: &Tx<'_>) -> Result<Vec<PendingEvent>, Error> {
    events::pending(tx, TOGETHER)
}

/// Looks into one: opens a case, or counts the event to the one that is there. What is no tampering and no fault, and what a meter without
/// a connection reports, is kept with the meter alone.
///
/// # Errors
/// The database.
pub fn look_into(tx: &mut Tx<'_>, event: &PendingEvent) -> Result<(), Error> {
    events::remove_pending(tx, event.num)?;
    let Some(cause) = Cause::from_word(&event.kind) else { return Ok(()) };
    // An event of a clock that cannot be right happened when it was received.
    let at = match ClockState::judge(event.t, event.received_at) {
        ClockState::Believed => event.t,
        ClockState::Wrong => event.received_at,
    };
    // It belongs to where the meter was then, wherever it is now.
    let meter = load_meter(tx, event.meter)?;
    let Some(connection) = meter.connection_at(at).and_then(|id| meter.num_of(id)) else { return Ok(()) };
    let order = if can_be_authorised(cause) { authorising_at(tx, event.meter, at)? } else { None };
    let mut finding = Finding {
        meter: event.meter,
        connection,
        cause,
        severity: severity_of_event(cause, order.is_some()),
        start: at,
        at,
        rate: 0,
        loss: Millilitres::ZERO,
        found: &Found::Events { count: 1, last: at, register: event.register, register_last: event.register },
    };
    let Some(num) = case_of(tx, (event.meter, connection), cause, order)? else {
        let num = cases::insert(tx, &finding)?;
        events::keep(tx, event, at, num)?;
        if let Some(order) = order {
            events::authorise(tx, num, order, at)?;
            return shown::publish(tx, num);
        }
        shown::publish(tx, num)?;
        return shown::notify(tx, num);
    };
    events::keep(tx, event, at, num)?;
    let before = cases::load(tx, num)?;
    let Found::Events { count, last, register, register_last } = before.found else { return Ok(()) };
    // What happened earlier may come later.
    let register = if at < before.start { event.register.or(register) } else { register.or(event.register) };
    let register_last = if at < last { register_last.or(event.register) } else { event.register.or(register_last) };
    let last = last.max(at);
    let found = Found::Events { count: count.saturating_add(1), last, register, register_last };
    (finding.found, finding.start) = (&found, before.start.min(at));
    cases::update(tx, num, &finding, Some(&found))?;
    if let Some(order) = order {
        events::authorise(tx, num, order, last)?;
    }
    if tx.now.since(before.published_at) >= PUBLISH_EVERY_MS { shown::publish(tx, num) } else { Ok(()) }
}

/// The case to which an event is counted: that of the order that authorises it, or the one that nobody has ended. What a meter reported where it
/// was before is not counted to what it reports where it is now, nor the other way round.
fn case_of(db: &Db, at: (i64, i64), cause: Cause, order: Option<i64>) -> Result<Option<i64>, Error> {
    match order {
        Some(order) => events::authorised_case(db, at, cause, order),
        None => cases::open(db, at, cause),
    }
}

/// Judges the events of a meter anew, from an instant on, after it has become known when somebody worked there: what was no tampering becomes a
/// case of its order, and nobody is notified of it any more; what happened before the work or behind it becomes a case that is open.
///
/// # Errors
/// The database.
pub fn judge_again(tx: &mut Tx<'_>, meter: i64, from: UtcMillis) -> Result<(), Error> {
    let orders = maintenance::begun(tx, meter)?;
    let mut moved: BTreeMap<(i64, Cause, Option<i64>), Vec<UtcMillis>> = BTreeMap::new();
    for event in events::judged_from(tx, meter, from)?.into_iter().filter(|event| can_be_authorised(event.cause)) {
        let order = authorising(orders.iter().map(|(order, progress)| (*order, progress)), event.at);
        if order != event.order {
            moved.entry((event.case, event.cause, order)).or_default().push(event.t);
        }
    }
    moved.into_iter().try_for_each(|((case, cause, order), times)| shift(tx, (meter, cause), (case, order), &times))
}

/// Takes events out of a case and counts them to that of another order, or of none. A case of which nothing would be left becomes that one
/// itself, and so keeps its number and what people said, unless there is one already.
fn shift(
    tx: &mut Tx<'_>,
    (meter, cause): (i64, Cause),
    (case, order): (i64, Option<i64>),
    times: &[UtcMillis],
) -> Result<(), Error> {
    let is_whole = events::count(tx, case)? as usize == times.len();
    let like = cases::load(tx, case)?;
    let into = case_of(tx, (meter, like.connection), cause, order)?.or(is_whole.then_some(case));
    let into = match into {
        Some(into) => into,
        None => cases::insert(tx, &finding(&like, (order, like.start), &like.found))?,
    };
    if into != case {
        times.iter().try_for_each(|t| events::move_to(tx, meter, (cause, *t), into))?;
        let before = cases::load(tx, case)?.order.map(|(order, _)| order);
        settle(tx, case, before)?;
    }
    settle(tx, into, order)
}

/// Writes what the events of a case come to now, and by which order they are authorised; publishes it, and notifies of it or clears what was
/// notified.
fn settle(tx: &mut Tx<'_>, case: i64, order: Option<i64>) -> Result<(), Error> {
    match events::sum(tx, case)? {
        Some((start, found)) => {
            let before = cases::load(tx, case)?;
            cases::update(tx, case, &finding(&before, (order, start), &found), Some(&found))?;
            match (order, found) {
                (Some(order), Found::Events { last, .. }) => events::authorise(tx, case, order, last)?,
                _ => events::end_authorisation(tx, case)?,
            }
        }
        None => events::withdraw(tx, case)?,
    }
    shown::publish(tx, case)?;
    shown::notify(tx, case)
}

/// What is known of events of a cause, at the meter and the connection of a case.
fn finding<'f>(case: &StoredCase, (order, start): (Option<i64>, UtcMillis), found: &'f Found) -> Finding<'f> {
    Finding {
        meter: case.meter,
        connection: case.connection,
        cause: case.cause,
        severity: severity_of_event(case.cause, order.is_some()),
        start,
        at: start,
        rate: 0,
        loss: Millilitres::ZERO,
        found,
    }
}
