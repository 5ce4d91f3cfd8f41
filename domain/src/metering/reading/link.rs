//! Links: how a reading can follow an earlier one, and what that costs a story.

use crate::Millilitres;
use crate::metering::meter::Capability;
use crate::metering::reading::{Point, Trust};

/// What a link costs that an ordinary one does not need: a restart, or a return to where the register was. Between two and three of
/// the meter's own readings, so that the third that agrees outweighs it.
pub(super) const EXCEPTION: i64 = 5;

/// So many readings back, at most, a register can return to where it was.
pub(super) const HORIZON: usize = 32;

/// A register may be ahead of the overload flow by this much: by a step of 0.1 m³, and by jitter of time. With less than its step a meter that
/// reports every few seconds would seem to restart with each step, and nothing that flows would be charged.
const SLACK: Millilitres = Millilitres::litres(120);

/// How two registers stand to each other, by what the meter can physically pass (ISO 4064-1, Q4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Forward(Millilitres),
    RolledOver(Millilitres),
    Negative,
    Impossible,
}

/// How one kept reading follows the kept one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The first that is kept at its connection.
    First,
    /// Ordinary flow.
    Forward(Millilitres),
    /// Ordinary flow across the register's return to zero.
    RolledOver(Millilitres),
    /// The register was set anew: the jump is no flow.
    Restart,
    /// Back to where the register was at the reading with this index: the flow is measured from there.
    Return(usize, Millilitres),
    /// The story was undecided for too long and begins anew here: nothing flowed.
    Cut,
}

impl Link {
    /// What it costs a story, in the unit of the weights of readings.
    pub fn cost(self) -> i64 {
        match self {
            Self::First | Self::Forward(_) | Self::RolledOver(_) | Self::Cut => 0,
            Self::Restart | Self::Return(..) => EXCEPTION,
        }
    }

    /// What flowed since the reading before, or since the one that it returns to.
    pub fn volume(self) -> Millilitres {
        match self {
            Self::Forward(volume) | Self::RolledOver(volume) | Self::Return(_, volume) => volume,
            Self::First | Self::Restart | Self::Cut => Millilitres::ZERO,
        }
    }

    /// Whether it needs no exception.
    pub fn is_ordinary(self) -> bool {
        matches!(self, Self::Forward(_) | Self::RolledOver(_))
    }
}

pub(super) fn step(from: &Point, to: &Point, capability: &Capability) -> Step {
    let possible = capability.q4().volume_in(to.t.since(from.t)) + SLACK;
    let volume = to.register - from.register;
    if volume >= Millilitres::ZERO {
        return if volume <= possible { Step::Forward(volume) } else { Step::Impossible };
    }
    let wrapped = volume + capability.register_modulus;
    if wrapped >= Millilitres::ZERO && wrapped <= possible { Step::RolledOver(wrapped) } else { Step::Negative }
}

/// The readings of one connection as links see them, from its first or from the last cut on.
#[derive(Debug, Default)]
pub(super) struct Leg {
    pub points: Vec<Point>,
    /// Readings that the very next one contradicts: the only ones to which a register can return.
    left: Vec<usize>,
}

impl Leg {
    /// Adds the next reading in order of time.
    pub fn push(&mut self, point: Point, capability: &Capability) {
        if let Some(last) = self.points.last()
            && matches!(step(last, &point, capability), Step::Negative | Step::Impossible)
        {
            self.left.push(self.points.len() - 1);
        }
        self.points.push(point);
    }

    /// No register returns to a reading before the last one.
    pub fn forget(&mut self) {
        self.left.clear();
    }

    /// How the reading `to` follows the reading `from`.
    pub fn link(&self, from: usize, to: usize, capability: &Capability) -> Link {
        let way = step(&self.points[from], &self.points[to], capability);
        let back = || self.where_it_was(from, to, way, capability);
        match way {
            Step::RolledOver(volume) => Link::RolledOver(volume),
            Step::Forward(volume) => back().map_or(Link::Forward(volume), |(at, volume)| Link::Return(at, volume)),
            Step::Negative | Step::Impossible => back().map_or(Link::Restart, |(at, volume)| Link::Return(at, volume)),
        }
    }

    /// The latest reading before `from` to whose register `to` returns, and what flowed since it.
    ///
    /// It is one that the reading after it contradicts, as `from` does, and that `to` follows. A step that is possible in itself is
    /// a return only where most of it leads back up to a register that the meter had fallen far below: a meter that was really set
    /// back passes its old register some day as well, but in an ordinary step.
    fn where_it_was(&self, from: usize, to: usize, way: Step, capability: &Capability) -> Option<(usize, Millilitres)> {
        let earliest = to.saturating_sub(HORIZON);
        let candidates = self.left.iter().rev().copied().skip_while(|at| *at >= from).take_while(|at| *at >= earliest);
        candidates.filter_map(|at| Some((at, self.returned(at, from, to, way, capability)?))).next()
    }

    fn returned(&self, at: usize, from: usize, to: usize, way: Step, capability: &Capability) -> Option<Millilitres> {
        let (then, low, now) = (&self.points[at], &self.points[from], &self.points[to]);
        let Step::Forward(volume) = step(then, now, capability) else { return None };
        if self.points[at + 1..to].iter().any(|point| point.trust == Trust::DeclaredRight) {
            return None;
        }
        if !matches!(step(then, low, capability), Step::Negative | Step::Impossible) {
            return None;
        }
        if matches!(way, Step::Forward(_)) {
            let lowest = self.points[at + 1..=from].iter().map(|point| point.register).min()?;
            let (gap, fall) = (then.register - low.register, then.register - lowest);
            if gap.0 * 2 < (now.register - low.register).0 || gap.0 * 2 < fall.0 {
                return None;
            }
        }
        Some(volume)
    }
}
