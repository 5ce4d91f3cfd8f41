//! The health of a meter: what is judged anew because something has changed or time has passed, and the case that each aspect has.

use crate::cases::rows::cases::{Finding, StoredCase};
use crate::cases::rows::{answers, cases};
use crate::cases::{shown, zone_loss};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::health::Judged;
use crate::metering::rows::{health, state};
use domain::alerts::case::{Cause, Found};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::metering::health::{Aspect, Evidence, Health, Reason, assess, changes_at, is_over};
use domain::{Millilitres, UtcMillis};

/// Milliseconds between two publications of a case whose evidence alone has changed.
const REFRESH_MS: i64 = HOUR_MS;

/// What is still the same so long after somebody said that it is repaired is not repaired.
const REPAIR_MS: i64 = 2 * DAY_MS;

/// Judges a meter as of now, opens and closes its cases, and says when it is judged next. A silence begins at `listening` at the earliest:
/// while the server did not listen, every meter was silent.
///
/// # Errors
/// The database.
pub fn evaluate(tx: &mut Tx<'_>, meter: i64, listening: UtcMillis) -> Result<(), Error> {
    let Some(mut judged) = health::judged(tx, meter)? else { return Ok(()) };
    if judged.facts.condition != judged.before || judged.judged_at == UtcMillis(0) {
        // Its row says more than before, which is another revision of it.
        state::mark_unpublished(tx, meter)?;
        tx.touch_meter(meter);
    }
    if !judged.was_silent {
        judged.facts.reported_at = judged.facts.reported_at.map(|reported| reported.max(listening.min(tx.now)));
    }
    let found = assess(&judged.facts, tx.now);
    for aspect in Aspect::ALL.iter().copied() {
        if let Some(cause) = Cause::of_aspect(aspect) {
            settle(tx, (meter, &judged), (aspect, cause), found.as_ref())?;
        }
    }
    let is_silent = found.is_some_and(|health| health.reason(Aspect::Silence).is_some());
    if is_silent != judged.was_silent {
        // The writer remembers whether a report ends a silence.
        tx.touch_meter(meter);
        if is_silent && judged.connection.is_none() {
            zone_loss::notify_of_silence(tx, meter, judged.facts.reported_at.unwrap_or(tx.now))?;
        }
    }
    let day = tx.now.plus(DAY_MS);
    let next = changes_at(&judged.facts, tx.now).map_or(day, |at| at.min(day));
    health::write(tx, meter, &judged.facts.condition, is_silent, next)
}

/// Brings the case of an aspect into line with what was found.
fn settle(
    tx: &mut Tx<'_>,
    (meter, judged): (i64, &Judged),
    (aspect, cause): (Aspect, Cause),
    health: Option<&Health>,
) -> Result<(), Error> {
    let mut case = match cases::going_on(tx, meter, cause)? {
        Some(num) => Some(cases::load(tx, num)?),
        None => None,
    };
    // Where the meter was before, it is nobody's affair any more.
    if let Some(old) = case.take_if(|case| Some(case.connection) != judged.connection) {
        clear(tx, &old)?;
    }
    match (case, health.and_then(|health| health.reason(aspect)), judged.connection) {
        (Some(case), Some(reason), _) => update(tx, &case, reason),
        (Some(case), None, _) if is_over(aspect, &judged.facts, tx.now) && is_ours(aspect, &case) => clear(tx, &case),
        // A low voltage is a case by the meter's own report.
        (None, Some(reason), Some(connection)) if aspect != Aspect::Voltage => open(tx, (meter, connection), cause, reason),
        _ => Ok(()),
    }
}

/// Whether a case ends by what is judged here. A valve that the meter itself reports to be stuck is looked at by a person.
const fn is_ours(aspect: Aspect, case: &StoredCase) -> bool {
    matches!(aspect, Aspect::Voltage) || matches!(case.found, Found::Health { .. })
}

/// When what a reason goes by began.
const fn began(evidence: Evidence, now: UtcMillis) -> UtcMillis {
    match evidence {
        Evidence::Silence { for_s, .. } => UtcMillis(now.0.saturating_sub(for_s as i64 * 1_000)),
        Evidence::Voltage { at } => at,
        Evidence::Valve { since } => since,
        Evidence::Battery { .. } | Evidence::Clock { .. } | Evidence::Signal { .. } | Evidence::Age { .. } => now,
    }
}

fn open(tx: &mut Tx<'_>, (meter, connection): (i64, i64), cause: Cause, reason: Reason) -> Result<(), Error> {
    let found = Found::Health { evidence: reason.evidence };
    let finding = Finding {
        meter,
        connection,
        cause,
        severity: reason.severity(),
        start: began(reason.evidence, tx.now),
        at: tx.now,
        rate: 0,
        loss: Millilitres::ZERO,
        found: &found,
    };
    let num = cases::insert(tx, &finding)?;
    shown::publish(tx, num)
}

/// Writes what is now known of a case, and publishes it once it is worth it. One that the meter reported keeps what it was found by.
fn update(tx: &mut Tx<'_>, case: &StoredCase, reason: Reason) -> Result<(), Error> {
    if !matches!(case.found, Found::Health { .. }) {
        return Ok(());
    }
    let found = Found::Health { evidence: reason.evidence };
    let is_refuted = answers::refute_repair(tx, case.num, tx.now.plus(-REPAIR_MS))?;
    let is_old = found != case.found && tx.now.since(case.published_at) >= REFRESH_MS;
    if !is_refuted && !is_old && reason.severity() == case.severity {
        return Ok(());
    }
    let finding = Finding {
        meter: case.meter,
        connection: case.connection,
        cause: case.cause,
        severity: reason.severity(),
        start: case.start,
        at: tx.now,
        rate: 0,
        loss: Millilitres::ZERO,
        found: &found,
    };
    cases::update(tx, case.num, &finding, Some(&found))?;
    shown::publish(tx, case.num)
}

fn clear(tx: &mut Tx<'_>, case: &StoredCase) -> Result<(), Error> {
    cases::clear(tx, case.num, tx.now)?;
    shown::publish(tx, case.num)?;
    shown::notify(tx, case.num)
}

/// The part of `sync-server check` that is about health: what was judged is what follows from what is kept, and each aspect has the case that it
/// should have. Meters of which something has changed since are passed over.
///
/// # Errors
/// The database.
pub fn check(db: &Db, findings: &mut Vec<String>) -> Result<(), Error> {
    for meter in health::all(db)? {
        let Some(judged) = health::judged(db, meter)?.filter(|judged| judged.judge_at > UtcMillis(0)) else { continue };
        if judged.facts.condition != judged.before {
            findings.push(format!("meter {meter}: its condition is not what follows from what is kept of it"));
        }
        let found = assess(&judged.facts, judged.judged_at);
        for aspect in [Aspect::Silence, Aspect::Battery, Aspect::Clock] {
            let Some(cause) = Cause::of_aspect(aspect) else { continue };
            let is_found = match aspect {
                // When the server began to listen is not kept.
                Aspect::Silence => judged.was_silent,
                _ => found.as_ref().is_some_and(|health| health.reason(aspect).is_some()),
            };
            let is_shown = cases::going_on(db, meter, cause)?.is_some();
            let is_wavering = is_shown && !is_over(aspect, &judged.facts, judged.judged_at);
            if is_shown != (is_found && judged.connection.is_some()) && !is_wavering {
                findings.push(format!("meter {meter}: the case of its {} is not as it is judged", aspect.as_str()));
            }
        }
    }
    Ok(())
}
