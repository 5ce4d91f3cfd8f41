//! The walk: a meter's readings in order of time, connection by connection, each with its verdict, and what was used between them.

use crate::metering::reading::absorb::Stored;
use crate::metering::reading::link::{Link, Step, step};
use crate::metering::reading::story::{Kept, Rules, Search, State};
use crate::metering::reading::{ClockState, GAP_MS, Point, Trust, Verdict};
use crate::{ConnectionId, Millilitres, UtcMillis};

/// What was used between two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub connection: ConnectionId,
    pub from: UtcMillis,
    pub to: UtcMillis,
    pub volume: Millilitres,
}

/// Where a walk begins: all before it is as it was.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start<'a> {
    /// At the first reading of a connection.
    First,
    /// At a reading that is kept whatever comes later, behind some that give context.
    Kept { context: &'a [Point], cut: bool },
}

/// The state of a walk after a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub t: UtcMillis,
    pub state: State,
    /// Whether nothing before this reading matters to what comes after it.
    pub is_fresh: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub verdicts: Vec<Stored>,
    pub segments: Vec<Segment>,
    /// After each reading from the instant on that was asked for.
    pub marks: Vec<Mark>,
}

/// The verdict on a reading that no story judges.
pub(super) fn left_out(point: &Point) -> Option<Verdict> {
    if point.clock == ClockState::Wrong {
        return Some(Verdict::ClockWrong);
    }
    if point.connection.is_none() {
        return Some(Verdict::NotInstalled);
    }
    (point.trust == Trust::DeclaredWrong).then_some(Verdict::DeclaredWrong)
}

/// Walks readings that a story judges, in order of time.
pub(super) fn walk(points: &[Point], start: Start<'_>, marks_from: Option<UtcMillis>, rules: &Rules<'_>) -> Walked {
    let mut out = Walked::default();
    let mut search: Option<(Option<ConnectionId>, Search)> = None;
    for point in points {
        let is_fresh;
        match &mut search {
            Some((connection, search)) if *connection == point.connection => is_fresh = search.push(*point, rules),
            _ => {
                is_fresh = search.is_some();
                if let Some((_, done)) = search.take() {
                    finish(&done, rules, &mut out);
                }
                let (context, link) = match start {
                    Start::Kept { context, cut } if !is_fresh => (context, if cut { Link::Cut } else { Link::First }),
                    _ => (&[][..], Link::First),
                };
                let begun = Search::at_kept(context, *point, link, rules);
                search = Some((point.connection, begun));
            }
        }
        if let Some((_, search)) = search.as_ref().filter(|_| marks_from.is_some_and(|from| point.t > from)) {
            out.marks.push(Mark { t: point.t, state: search.state(), is_fresh });
        }
    }
    if let Some((_, search)) = search {
        finish(&search, rules, &mut out);
    }
    out
}

fn finish(search: &Search, rules: &Rules<'_>, out: &mut Walked) {
    let mut last: Option<Point> = None;
    for (point, kept) in search.story() {
        let verdict = match (kept, last) {
            (Some(kept), _) => {
                out.segments.extend(segment(&point, &kept));
                last = Some(point);
                of_kept(&point, &kept)
            }
            (None, None) => Verdict::Contradicted,
            (None, Some(last)) => match step(&last, &point, rules.capability) {
                Step::Negative => Verdict::Negative,
                Step::Impossible => Verdict::Impossible,
                Step::Forward(_) | Step::RolledOver(_) => Verdict::Contradicted,
            },
        };
        out.verdicts.push(Stored { point, verdict });
    }
}

fn of_kept(point: &Point, kept: &Kept) -> Verdict {
    match (kept.link, kept.before) {
        (Link::Forward(_), Some(before)) if point.t.since(before.t) > GAP_MS => Verdict::AfterGap,
        (Link::Forward(_) | Link::Return(..), _) => Verdict::Accepted,
        (Link::RolledOver(_), _) => Verdict::RolledOver,
        (Link::Restart, _) => Verdict::Restarted,
        (Link::First, _) => Verdict::First,
        (Link::Cut, _) => Verdict::BegunAnew,
    }
}

fn segment(point: &Point, kept: &Kept) -> Option<Segment> {
    let before = kept.before?;
    let (Link::Forward(volume) | Link::RolledOver(volume)) = kept.link else { return None };
    Some(Segment { connection: point.connection?, from: before.t, to: point.t, volume })
}

/// How a reading simply follows the one before it, with no exception.
pub(super) fn follows(before: &Point, point: &Point, rules: &Rules<'_>) -> Option<(Verdict, Segment)> {
    if before.connection != point.connection {
        return None;
    }
    let link = match step(before, point, rules.capability) {
        Step::Forward(volume) => Link::Forward(volume),
        Step::RolledOver(volume) => Link::RolledOver(volume),
        Step::Negative | Step::Impossible => return None,
    };
    let kept = Kept { link, before: Some(*before) };
    Some((of_kept(point, &kept), segment(point, &kept)?))
}
