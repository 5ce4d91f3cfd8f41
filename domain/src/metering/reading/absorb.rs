//! Absorbing: brings new readings into a meter's stored ones and says what changes.
//!
//! Only a window around the new readings is walked. It begins at a reading that is kept whatever comes later, and may end where the
//! walk with the new readings and the one without them have come to the same state, because from there on nothing can differ.

use crate::metering::reading::link::{EXCEPTION, HORIZON};
use crate::metering::reading::rollup::{DayUse, spread};
use crate::metering::reading::story::weight;
use crate::metering::reading::walk::{Mark, Segment, Start, Walked, left_out, walk};
use crate::metering::reading::{ClockState, Point, Rules, Verdict};
use crate::{ConnectionId, LocalDay, Millilitres, TimeZone, UtcMillis};
use std::collections::{BTreeMap, BTreeSet};

/// Readings that one another follow with more weight than this are kept whatever comes before and after them: enough to decide every
/// story that was open, to be out of reach of a cut, and to outweigh every story that opens.
const STEADY: i64 = 3 * EXCEPTION;

/// Readings before the earliest new one that a window should hold; with fewer it may be too short.
pub const BEFORE: usize = 3 * HORIZON;

/// So many readings that simply follow one another at a meter's end let a later one be appended.
pub const APPEND_BEHIND: usize = HORIZON + 1;

/// Readings behind the latest new one that a window should hold; with fewer it may be too short.
pub const BEHIND: usize = 3 * HORIZON;

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
    /// What to add to the stored rollups; parts may be negative. A day of which it is known now that nothing was used is among them, with nothing:
    /// it has a rollup, and one of which nothing is known has none.
    pub usage: BTreeMap<(ConnectionId, LocalDay), DayUse>,
}

/// Whether a meter has readings beyond a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowEnd {
    /// It has none.
    History,
    /// It may have some.
    More,
}

/// The window was too short to tell what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowTooShort;

/// Absorbs `new` readings (any order, repeats allowed) into `window`: what is stored around them, in order of time. `begin` and `end` say
/// whether there is more before and behind it. `zone` gives the time zone of a connection the readings name.
///
/// # Errors
/// [`WindowTooShort`] if there is more, and the walk cannot begin or does not settle within the window.
pub fn absorb(
    (begin, end): (WindowEnd, WindowEnd),
    window: &[Stored],
    new: &[Point],
    rules: &Rules<'_>,
    zone: &dyn Fn(ConnectionId) -> TimeZone,
) -> Result<Absorbed, WindowTooShort> {
    debug_assert!(window.windows(2).all(|pair| pair[0].point.t < pair[1].point.t), "a window is in order of time");
    let mut out = Absorbed { arrivals: Vec::with_capacity(new.len()), ..Absorbed::default() };
    let mut merged: BTreeMap<UtcMillis, Point> = window.iter().map(|stored| (stored.point.t, stored.point)).collect();
    for point in new {
        out.arrivals.push(merge(&mut merged, *point));
    }
    let Some(first) = new.iter().map(|point| point.t).min() else { return Ok(out) };
    let last = new.iter().map(|point| point.t).max().unwrap_or(first);

    let judged: Vec<Stored> = window.iter().filter(|stored| left_out(&stored.point).is_none()).copied().collect();
    let start = begins(&judged, first, begin)?;
    let context: Vec<Point> = judged[start.context..start.at].iter().map(|stored| stored.point).collect();
    let from = judged.get(start.at).map(|stored| stored.point.t);
    let way = start.way(&context);
    let old: Vec<Point> = judged[start.at..].iter().map(|stored| stored.point).collect();
    let is_walked = |point: &&Point| left_out(point).is_none() && from.is_none_or(|from| point.t >= from.min(first));
    let now: Vec<Point> = merged.values().filter(is_walked).copied().collect();
    let marks = (end == WindowEnd::More).then_some(last);
    let (before, after) = (walk(&old, way, marks, rules), walk(&now, way, marks, rules));
    let until = match end {
        WindowEnd::History => UtcMillis(i64::MAX),
        WindowEnd::More => settled(&before, &after).ok_or(WindowTooShort)?,
    };

    let mut usage = Usage { zone, days: BTreeMap::new() };
    before.segments.iter().for_each(|segment| usage.put(segment, -1));
    let known: BTreeSet<(ConnectionId, LocalDay)> = usage.days.keys().copied().collect();
    after.segments.iter().for_each(|segment| usage.put(segment, 1));
    usage.days.retain(|key, day| !day.is_zero() || !known.contains(key));
    out.usage = usage.days;
    out.changed = changes(window, &merged, &after, (start.kept.then_some(from).flatten(), until));
    Ok(out)
}

/// Judges readings that are later than all stored ones, behind a meter's last reading. It and those before it, [`APPEND_BEHIND`] of
/// them or all since its first at the connection, must simply follow one another. `None` if one of them does not simply follow, so that all must be walked.
pub fn append(last: &Point, new: &[Point], rules: &Rules<'_>, zone: &dyn Fn(ConnectionId) -> TimeZone) -> Option<Absorbed> {
    let mut out = Absorbed { arrivals: vec![Arrival::InOrder; new.len()], ..Absorbed::default() };
    let mut usage = Usage { zone, days: BTreeMap::new() };
    let mut last = *last;
    for point in new {
        if point.t <= last.t || left_out(point).is_some() {
            return None;
        }
        let (verdict, segment) = crate::metering::reading::walk::follows(&last, point, rules)?;
        usage.put(&segment, 1);
        out.changed.push(Stored { point: *point, verdict });
        last = *point;
    }
    out.usage = usage.days;
    Some(out)
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
        there.trust = there.trust.max(point.trust);
        return Arrival::Duplicate;
    }
    let (stands, refused) = if there.outweighs(&point) { (*there, point) } else { (point, *there) };
    there.register = stands.register;
    there.trust = stands.trust;
    Arrival::Conflict { refused: refused.register }
}

/// Where in the judged readings of a window a walk begins.
struct Beginning {
    context: usize,
    at: usize,
    kept: bool,
    cut: bool,
}

impl Beginning {
    fn way<'a>(&self, context: &'a [Point]) -> Start<'a> {
        if self.kept { Start::Kept { context, cut: self.cut } } else { Start::First }
    }
}

/// The latest reading before the new ones at which a walk can begin.
fn begins(judged: &[Stored], first: UtcMillis, begin: WindowEnd) -> Result<Beginning, WindowTooShort> {
    let ahead = judged.partition_point(|stored| stored.point.t < first);
    // How far back the readings reach that decide how one follows another.
    let mut context = (begin == WindowEnd::History).then_some(0);
    let mut found = context.map(|at| Beginning { context: at, at, kept: false, cut: false });
    let mut run = 0_usize;
    let mut run_weight = 0;
    for at in 0..ahead {
        let stored = &judged[at];
        if at > 0 && judged[at - 1].point.connection != stored.point.connection {
            context = Some(at);
            found = Some(Beginning { context: at, at, kept: false, cut: false });
            run = at;
            run_weight = 0;
        }
        if stored.verdict == Verdict::BegunAnew {
            context = Some(at);
            found = Some(Beginning { context: at, at, kept: true, cut: true });
        }
        if !stored.verdict.is_ordinary() {
            run = at;
            run_weight = 0;
        }
        if !stored.verdict.settles() {
            run = at + 1;
            continue;
        }
        run_weight += weight(stored.point.trust);
        if run_weight <= STEADY {
            continue;
        }
        // The latest reading whose run up to here is steady.
        while run < at && run_weight - weight(judged[run].point.trust) > STEADY {
            run_weight -= weight(judged[run].point.trust);
            run += 1;
        }
        let is_far = ahead - run >= HORIZON;
        let reaches = context.or_else(|| run.checked_sub(HORIZON));
        if let Some(reaches) = reaches.filter(|_| is_far) {
            let reaches = reaches.max(run.saturating_sub(HORIZON));
            found = Some(Beginning { context: reaches, at: run, kept: true, cut: false });
        }
    }
    found.ok_or(WindowTooShort)
}

/// Up to which reading what two walks found stands, whatever comes behind the window.
fn settled(before: &Walked, after: &Walked) -> Option<UtcMillis> {
    let old: BTreeMap<UtcMillis, &Mark> = before.marks.iter().map(|mark| (mark.t, mark)).collect();
    let same = |mark: &Mark| old.get(&mark.t).is_some_and(|other| **other == *mark);
    let alike = after.marks.iter().enumerate().skip(HORIZON).find(|(_, mark)| same(mark)).map(|(at, _)| at);
    let fresh = after.marks.iter().find(|mark| mark.is_fresh && same(mark)).map(|mark| mark.t);
    let steady = alike.and_then(|alike| {
        let from = after.marks.get(alike + HORIZON)?.t;
        steady_from(&after.verdicts, from)
    });
    fresh.into_iter().chain(steady).min()
}

/// The first reading of a steady run that begins at an instant or later.
fn steady_from(verdicts: &[Stored], from: UtcMillis) -> Option<UtcMillis> {
    let (mut run, mut begun) = (0, None);
    for stored in verdicts.iter().filter(|stored| stored.point.t >= from) {
        if begun.is_none() || !stored.verdict.is_ordinary() {
            (run, begun) = (0, stored.verdict.settles().then_some(stored.point.t));
        }
        run += weight(stored.point.trust);
        if run > STEADY && begun.is_some() {
            return begun;
        }
    }
    None
}

fn changes(
    window: &[Stored],
    merged: &BTreeMap<UtcMillis, Point>,
    after: &Walked,
    (kept, until): (Option<UtcMillis>, UtcMillis),
) -> Vec<Stored> {
    let stored: BTreeMap<UtcMillis, Stored> = window.iter().map(|stored| (stored.point.t, *stored)).collect();
    let aside = merged.values().filter_map(|point| left_out(point).map(|verdict| Stored { point: *point, verdict }));
    let judged = after.verdicts.iter().copied().filter(|now| now.point.t <= until && Some(now.point.t) != kept);
    let mut changed: Vec<Stored> = aside.chain(judged).filter(|now| stored.get(&now.point.t) != Some(now)).collect();
    changed.sort_by_key(|stored| stored.point.t);
    changed
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
