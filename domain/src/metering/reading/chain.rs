//! The chain: readings in order of time, each judged against the last one that was believed.

use crate::metering::meter::Capability;
use crate::metering::reading::{ClockState, GAP_MS, Point, Verdict};
use crate::{ConnectionId, Millilitres, UtcMillis};

/// So many refused readings in a row that agree with one another are believed again.
const RESTART_AFTER: usize = 3;

/// After so many refused readings in a row the walk begins anew at the last of them, so that a meter that is mounted backwards, or
/// broken, does not make every later reading be judged together with all before it.
const MOST_REFUSED: usize = 64;

/// A register may be ahead of the overload flow by this much, for its coarse steps and its jitter of time.
const SLACK: Millilitres = Millilitres::litres(20);

/// What was used between two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub connection: ConnectionId,
    pub from: UtcMillis,
    pub to: UtcMillis,
    pub volume: Millilitres,
}

/// The walk's state. After a reading that settles it is that reading and nothing else, so a walk can begin at any such reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    anchor: Option<Point>,
    suspects: Vec<Point>,
    refused: usize,
}

enum Step {
    Forward(Millilitres),
    RolledOver(Millilitres),
    Negative,
    Impossible,
}

impl Chain {
    /// A walk that begins behind a settled reading.
    pub fn behind(anchor: Point) -> Self {
        Self { anchor: Some(anchor), ..Self::default() }
    }

    /// Judges the next reading in order of time; usage that it settles goes to `emit`.
    pub fn step(&mut self, point: Point, capability: &Capability, emit: &mut impl FnMut(Segment)) -> Verdict {
        if point.clock == ClockState::Wrong {
            return Verdict::ClockWrong;
        }
        let Some(connection) = point.connection else { return Verdict::NotInstalled };
        let Some(anchor) = self.anchor.filter(|anchor| anchor.connection == Some(connection)) else {
            self.settle(point);
            return Verdict::First;
        };
        let segment = |from: &Point, to: &Point, volume| Segment { connection, from: from.t, to: to.t, volume };
        match classify(&anchor, &point, capability) {
            Step::Forward(volume) => {
                emit(segment(&anchor, &point, volume));
                self.settle(point);
                if point.t.since(anchor.t) > GAP_MS { Verdict::AfterGap } else { Verdict::Accepted }
            }
            Step::RolledOver(volume) => {
                emit(segment(&anchor, &point, volume));
                self.settle(point);
                Verdict::RolledOver
            }
            refused => {
                if !self.agrees_with_suspects(&point, capability) {
                    self.suspects.clear();
                }
                self.suspects.push(point);
                self.refused += 1;
                if self.refused == MOST_REFUSED {
                    self.settle(point);
                    return Verdict::Restarted;
                }
                if self.suspects.len() == RESTART_AFTER {
                    for pair in self.suspects.windows(2) {
                        emit(segment(&pair[0], &pair[1], pair[1].register - pair[0].register));
                    }
                    self.settle(point);
                    return Verdict::Restarted;
                }
                if matches!(refused, Step::Negative) { Verdict::Negative } else { Verdict::Impossible }
            }
        }
    }

    fn settle(&mut self, point: Point) {
        self.anchor = Some(point);
        self.suspects.clear();
        self.refused = 0;
    }

    fn agrees_with_suspects(&self, point: &Point, capability: &Capability) -> bool {
        self.suspects.last().is_some_and(|last| {
            last.connection == point.connection && matches!(classify(last, point, capability), Step::Forward(_))
        })
    }
}

fn classify(from: &Point, to: &Point, capability: &Capability) -> Step {
    let possible = capability.q4().volume_in(to.t.since(from.t)) + SLACK;
    let volume = to.register - from.register;
    if volume >= Millilitres::ZERO {
        return if volume <= possible { Step::Forward(volume) } else { Step::Impossible };
    }
    let wrapped = volume + capability.register_modulus;
    if wrapped >= Millilitres::ZERO && wrapped <= possible { Step::RolledOver(wrapped) } else { Step::Negative }
}
