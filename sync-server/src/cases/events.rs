//! What a meter reports of itself: one case for each cause, however often it is reported, until somebody ends it.

use crate::cases::rows::cases::Finding;
use crate::cases::rows::events::PendingEvent;
use crate::cases::rows::{cases, events};
use crate::cases::shown;
use crate::core::Tx;
use crate::error::Error;
use crate::metering::rows::installations::load_meter;
use domain::Millilitres;
use domain::alerts::case::{Cause, Found, severity_of_event};
use domain::metering::reading::ClockState;

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

/// Looks into one: opens a case, or counts the event to the one that is open. What is no tampering and no fault, and what a meter without
/// a connection reports, is kept with the meter alone.
///
/// # Errors
/// The database.
pub fn look_into(tx: &mut Tx<'_>, event: &PendingEvent) -> Result<(), Error> {
    events::remove_pending(tx, event.num)?;
    let Some(cause) = Cause::from_word(&event.kind) else { return Ok(()) };
    // There are no work orders yet under which somebody might be at the meter.
    let Some(severity) = severity_of_event(cause, false) else { return Ok(()) };
    // An event of a clock that cannot be right happened when it was received.
    let at = match ClockState::judge(event.t, event.received_at) {
        ClockState::Believed => event.t,
        ClockState::Wrong => event.received_at,
    };
    // It belongs to where the meter was then, wherever it is now.
    let meter = load_meter(tx, event.meter)?;
    let Some(connection) = meter.connection_at(at).and_then(|id| meter.num_of(id)) else { return Ok(()) };
    let mut finding = Finding {
        meter: event.meter,
        connection,
        cause,
        severity,
        start: at,
        at,
        rate: 0,
        loss: Millilitres::ZERO,
        found: &Found::Events { count: 1, last: at, register: event.register, register_last: event.register },
    };
    let Some(num) = cases::open(tx, event.meter, cause)? else {
        let num = cases::insert(tx, &finding)?;
        shown::publish(tx, num)?;
        return shown::notify(tx, num);
    };
    let before = cases::load(tx, num)?;
    let Found::Events { count, last, register, register_last } = before.found else { return Ok(()) };
    let found = Found::Events {
        count: count.saturating_add(1),
        last: last.max(at),
        register: register.or(event.register),
        register_last: event.register.or(register_last),
    };
    (finding.found, finding.start) = (&found, before.start.min(at));
    cases::update(tx, num, &finding, Some(&found))?;
    if tx.now.since(before.published_at) >= PUBLISH_EVERY_MS { shown::publish(tx, num) } else { Ok(()) }
}
