//! Absorbing: brings new readings into a meter's stored ones and says what changes.
//!
//! Only a window around the new readings is walked: it begins at a reading that settles, because behind one the chain has no other
//! memory, and may end at the first later reading that settles both before and after, because from there on nothing can differ.

use crate::metering::meter::Capability;
use crate::metering::reading::chain::{Chain, Segment};
use crate::metering::reading::rollup::{DayUse, spread};
use crate::metering::reading::{ClockState, Point, Verdict};
use crate::{ConnectionId, LocalDay, Millilitres, TimeZone, UtcMillis};
use std::collections::BTreeMap;

/// A reading with the verdict it has so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The reading.
    pub point: Point,
    /// What became of it.
    pub verdict: Verdict,
}

/// How a new reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// In order of time.
    InOrder,
    /// Older than one that was there already.
    Late,
    /// The same as one that was there already: nothing changes.
    Duplicate,
    /// Another register at a time that has one. The lower stands, whichever came first; the other is kept as an anomaly.
    Conflict {
        /// The register that does not stand.
        refused: Millilitres,
    },
}

/// What absorbing readings changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absorbed {
    /// For each new reading, in the order given, how it came.
    pub arrivals: Vec<Arrival>,
    /// Readings to write: new ones, and old ones whose register, clock or verdict is now another.
    pub changed: Vec<Stored>,
    /// What to add to the stored rollups; parts may be negative.
    pub usage: BTreeMap<(ConnectionId, LocalDay), DayUse>,
}

/// What the caller knows of readings behind the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowEnd {
    /// There are none.
    History,
    /// There are more; if the walk has not settled by the window's end, a longer window is needed.
    More,
}

/// The window was too short: the walk had not come back to what is stored by its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowTooShort;

/// Absorbs `new` readings (any order, repeats allowed) into `window`.
///
/// `anchor` is the last stored reading that settles before the earliest new one, `None` if there is none. `window` is what is stored
/// behind the anchor, in order of time, reaching past the latest new reading as far as the caller liked to load. `zone` gives the time
/// zone of a connection the readings name.
///
/// # Errors
/// [`WindowTooShort`] if `end` is [`WindowEnd::More`] and the walk does not settle within the window.
pub fn absorb(
    anchor: Option<Point>,
    window: &[Stored],
    end: WindowEnd,
    new: &[Point],
    capability: &Capability,
    zone: &dyn Fn(ConnectionId) -> TimeZone,
) -> Result<Absorbed, WindowTooShort> {
    debug_assert!(
        new.iter().all(|point| anchor.is_none_or(|anchor| anchor.t < point.t)),
        "the anchor is before all new readings"
    );
    debug_assert!(window.windows(2).all(|pair| pair[0].point.t < pair[1].point.t), "a window is in order of time");
    let mut out = Absorbed { arrivals: Vec::with_capacity(new.len()), ..Absorbed::default() };
    let mut merged: BTreeMap<UtcMillis, Point> = window.iter().map(|stored| (stored.point.t, stored.point)).collect();
    for point in new {
        out.arrivals.push(merge(&mut merged, *point));
    }

    let mut usage = Usage { zone, days: BTreeMap::new() };
    walk(anchor, window.iter().map(|stored| stored.point), capability, |segment| usage.put(&segment, -1));
    let verdicts = walk(anchor, merged.values().copied(), capability, |segment| usage.put(&segment, 1));

    let before: BTreeMap<UtcMillis, Stored> = window.iter().map(|stored| (stored.point.t, *stored)).collect();
    if end == WindowEnd::More && !converged(window, new, &verdicts) {
        return Err(WindowTooShort);
    }
    out.changed = verdicts.into_iter().filter(|now| before.get(&now.point.t) != Some(now)).collect();
    usage.days.retain(|_, day| !day.is_zero());
    out.usage = usage.days;
    Ok(out)
}

fn merge(merged: &mut BTreeMap<UtcMillis, Point>, point: Point) -> Arrival {
    let latest = merged.values().rev().find(|there| there.clock == ClockState::Believed).map(|there| there.t);
    let Some(there) = merged.get_mut(&point.t) else {
        merged.insert(point.t, point);
        return if latest.is_some_and(|latest| point.t < latest) { Arrival::Late } else { Arrival::InOrder };
    };
    // A copy that came when its time could be believed makes the reading believed, whichever copy came first.
    if point.clock == ClockState::Believed {
        there.clock = ClockState::Believed;
    }
    if there.register == point.register {
        return Arrival::Duplicate;
    }
    let refused = there.register.max(point.register);
    there.register = there.register.min(point.register);
    Arrival::Conflict { refused }
}

fn walk(
    anchor: Option<Point>,
    points: impl Iterator<Item = Point>,
    capability: &Capability,
    mut emit: impl FnMut(Segment),
) -> Vec<Stored> {
    let mut chain = anchor.map_or_else(Chain::default, Chain::behind);
    points.map(|point| Stored { point, verdict: chain.step(point, capability, &mut emit) }).collect()
}

/// Whether some reading behind all new ones settles in both walks, so that all behind it stays as it is.
fn converged(window: &[Stored], new: &[Point], now: &[Stored]) -> bool {
    let Some(last_new) = new.iter().map(|point| point.t).max() else { return true };
    let settled_before = |t| window.iter().any(|stored| stored.point.t == t && stored.verdict.settles());
    now.iter().any(|stored| stored.point.t > last_new && stored.verdict.settles() && settled_before(stored.point.t))
}

struct Usage<'a> {
    zone: &'a dyn Fn(ConnectionId) -> TimeZone,
    days: BTreeMap<(ConnectionId, LocalDay), DayUse>,
}

impl Usage<'_> {
    fn put(&mut self, segment: &Segment, sign: i64) {
        spread(segment, (self.zone)(segment.connection), |day, part| {
            self.days.entry((segment.connection, day)).or_default().combine(&part, sign);
        });
    }
}

#[cfg(test)]
#[path = "absorb_tests.rs"]
mod tests;
