//! What went into a zone on a day, and whether all of it is known.

use super::{BalanceParts, BalancePeriod, DayBalance, DayState, Inflow, NIGHT_FROM, NIGHT_UNTIL, Night, of_day, overlap};
use crate::core::local_time::HOUR_MS;
use crate::metering::reading::GAP_MS;
use crate::{LocalDay, Millilitres, UtcMillis};

/// Of a night that counts so much was measured at each bulk meter, per mille: a report may be missing.
const NIGHT_COVERED: i64 = 900;

/// A day with what went in.
pub(super) fn day(period: &BalancePeriod, inflows: &[Inflow], day: LocalDay) -> DayBalance {
    let time = period.bounds(day);
    let volume: Millilitres = inflows.iter().map(|inflow| of_day(&inflow.days, day).volume).sum();
    let state = state(inflows, time);
    DayBalance {
        day,
        state,
        parts: BalanceParts { inflow: volume, ..BalanceParts::default() },
        coverage: 0,
        night: night(inflows, (day, time.0)).filter(|_| state == DayState::Counted),
    }
}

fn state(inflows: &[Inflow], (start, end): (UtcMillis, UtcMillis)) -> DayState {
    let mut there: Vec<_> =
        inflows.iter().filter_map(|inflow| overlap(&inflow.span, (start, end)).map(|time| (time, inflow))).collect();
    there.sort_by_key(|((from, _), _)| *from);
    let mut reached = start;
    for ((from, to), _) in &there {
        if *from > reached {
            return DayState::NoInflow;
        }
        reached = reached.max(*to);
    }
    if reached < end {
        return DayState::NoInflow;
    }
    if there.iter().all(|((_, to), inflow)| is_known(inflow, *to)) { DayState::Counted } else { DayState::InflowUnknown }
}

/// Whether a bulk meter's water is known up to an instant. One that was taken away reported last some time before, as long as a gap may be.
fn is_known(inflow: &Inflow, to: UtcMillis) -> bool {
    let slack = if inflow.span.until == Some(to) { GAP_MS } else { 0 };
    inflow.span.known_until.is_some_and(|known| known.plus(slack) >= to)
}

/// What went in during the night, if the hours of each bulk meter were measured.
fn night(inflows: &[Inflow], (day, start): (LocalDay, UtcMillis)) -> Option<Night> {
    let time = (start.plus(NIGHT_FROM as i64 * HOUR_MS), start.plus(NIGHT_UNTIL as i64 * HOUR_MS));
    let mut volume = Millilitres::ZERO;
    for inflow in inflows {
        let Some((from, to)) = overlap(&inflow.span, time) else { continue };
        let used = of_day(&inflow.days, day).night;
        if used.covered_ms * 1_000 < to.since(from) * NIGHT_COVERED {
            return None;
        }
        volume += used.volume;
    }
    Some(Night { day, inflow: volume, measured: Millilitres::ZERO, coverage: 0 })
}
