//! The story of a register: which of its readings are kept, and how each follows the one before.
//!
//! Readings may contradict one another: a register that goes backwards, or further than the meter can pass. Any choice of readings
//! that are kept is a story; it costs the weight of each reading that it leaves out, and [`EXCEPTION`] for each restart and return
//! that it needs. The story that costs least stands; of several, the one by which less flowed; of those, the one that keeps the
//! earlier reading. `tests/stories.rs` holds this against every possible choice.
//!
//! The search is Viterbi's: for each reading the cheapest story that keeps it as its last. A story that costs more than the cheapest
//! by over an exception can never become the cheapest, since that one could restart; so few are open at a time, mostly one.

use crate::metering::meter::Capability;
use crate::metering::reading::link::{EXCEPTION, Leg, Link};
use crate::metering::reading::{Point, Trust};
use crate::{Millilitres, UtcMillis};

/// A run of this weight without contradiction decides whatever was open before it.
pub(super) const DECIDES: i64 = 2 * EXCEPTION;

/// After so many readings that decide nothing, the story begins anew at the next reading whose time falls on a cut.
const UNDECIDED: u32 = 64;

/// After so many it begins anew in any case.
const UNDECIDED_AT_MOST: u32 = 1_024;

/// One reading in this many falls on a cut.
const CUT_EVERY: u64 = 32;

/// What walking a meter's readings depends on besides them.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// What the meter can pass.
    pub capability: &'a Capability,
    /// Different for each meter, so that nobody can choose times that never fall on a cut.
    pub salt: u64,
}

impl Rules<'_> {
    /// The mixing function of SplitMix64, over the time.
    fn falls_on_a_cut(&self, t: UtcMillis) -> bool {
        let mut mixed = (t.0 as u64 ^ self.salt).wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).is_multiple_of(CUT_EVERY)
    }
}

pub(super) fn weight(trust: Trust) -> i64 {
    match trust {
        Trust::ByEye => 1,
        Trust::Meter => 2,
        // More than a day of readings each second: a person's word is outweighed by no meter.
        Trust::DeclaredRight => 1_000_000,
        Trust::DeclaredWrong => 0,
    }
}

/// The cheapest story that keeps one reading as its last.
#[derive(Clone, Copy, Debug)]
struct Node {
    before: Option<usize>,
    link: Link,
    cost: i64,
    flowed: Millilitres,
    /// Weight of the readings up to this one that follow one another with none left out and no exception.
    run: i64,
}

/// What a story costs: contradictions, then what flowed. Stories are compared in this order.
type Cost = (i64, Millilitres);

/// What the rest of a walk depends on, besides the last [`HORIZON`](super::link::HORIZON) readings: two walks of equal state go on alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// For each open story: its last reading, what it costs and what flowed more than in the first of them, and its run.
    open: Vec<(UtcMillis, i64, Millilitres, i64)>,
    undecided: u32,
}

/// The search over the readings of one connection.
#[derive(Debug, Default)]
pub(super) struct Search {
    leg: Leg,
    nodes: Vec<Node>,
    /// Sum of the weights up to each reading.
    weights: Vec<i64>,
    /// Last readings of the stories that may still become the cheapest, in order of time.
    open: Vec<usize>,
    /// How many readings only give context.
    begin: usize,
    undecided: u32,
}

impl Search {
    /// A search that begins at a reading which is kept in any case, as the first at a connection is; behind readings that only give
    /// context.
    pub fn at_kept(context: &[Point], kept: Point, link: Link, rules: &Rules<'_>) -> Self {
        let mut search = Self { begin: context.len(), ..Self::default() };
        for point in context {
            search.add(*point, 0, Node { before: None, link: Link::First, cost: 0, flowed: Millilitres::ZERO, run: 0 }, rules);
        }
        search.settle_on(kept, None, link, rules);
        search
    }

    /// Takes the next reading in order of time; returns whether the story begins anew at it.
    pub fn push(&mut self, point: Point, rules: &Rules<'_>) -> bool {
        if self.undecided >= UNDECIDED && (self.undecided >= UNDECIDED_AT_MOST || rules.falls_on_a_cut(point.t)) {
            self.settle_on(point, self.best(), Link::Cut, rules);
            self.leg.forget();
            return true;
        }
        let at = self.nodes.len();
        let node = Node { before: None, link: Link::First, cost: 0, flowed: Millilitres::ZERO, run: 0 };
        self.add(point, weight(point.trust), node, rules);
        self.nodes[at] = self.cheapest_before(at, rules);
        self.open.push(at);
        let most = self.open.iter().map(|last| self.cost(*last).0).min().unwrap_or(0) + EXCEPTION;
        let mut open = std::mem::take(&mut self.open);
        open.retain(|last| self.cost(*last).0 <= most);
        self.open = open;
        let decided = self.best().is_some_and(|best| self.nodes[best].run > DECIDES);
        self.undecided = if decided { 0 } else { self.undecided + 1 };
        false
    }

    fn add(&mut self, point: Point, weight: i64, node: Node, rules: &Rules<'_>) {
        self.leg.push(point, rules.capability);
        self.weights.push(self.weights.last().copied().unwrap_or(0) + weight);
        self.nodes.push(node);
    }

    fn settle_on(&mut self, point: Point, before: Option<usize>, link: Link, rules: &Rules<'_>) {
        let run = weight(point.trust);
        self.add(point, run, Node { before, link, cost: 0, flowed: Millilitres::ZERO, run }, rules);
        self.open = vec![self.nodes.len() - 1];
        self.undecided = 0;
    }

    fn cheapest_before(&self, at: usize, rules: &Rules<'_>) -> Node {
        let left_out = self.weights[at - 1];
        let own = self.weights[at] - left_out;
        let mut cheapest: Option<Node> = None;
        for before in self.open.iter().copied() {
            let link = self.leg.link(before, at, rules.capability);
            let from = &self.nodes[before];
            let cost = from.cost + left_out - self.weights[before] + link.cost();
            let flowed = from.flowed + link.volume();
            if cheapest.is_some_and(|best| (cost, flowed) >= (best.cost, best.flowed)) {
                continue;
            }
            let run = if link.is_ordinary() && before + 1 == at { from.run + own } else { own };
            cheapest = Some(Node { before: Some(before), link, cost, flowed, run });
        }
        cheapest.unwrap_or(Node { before: None, link: Link::First, cost: 0, flowed: Millilitres::ZERO, run: own })
    }

    /// What a story costs that keeps none after `last`.
    fn cost(&self, last: usize) -> Cost {
        let all = self.weights.last().copied().unwrap_or(0);
        (self.nodes[last].cost + all - self.weights[last], self.nodes[last].flowed)
    }

    fn best(&self) -> Option<usize> {
        self.open.iter().copied().min_by_key(|last| self.cost(*last))
    }

    pub fn state(&self) -> State {
        let (cost, flowed) = self.open.first().map_or((0, Millilitres::ZERO), |first| self.cost(*first));
        let open = self.open.iter().map(|last| {
            let (own_cost, own_flowed) = self.cost(*last);
            let run = self.nodes[*last].run.min(DECIDES + 1);
            (self.leg.points[*last].t, own_cost - cost, own_flowed - flowed, run)
        });
        State { open: open.collect(), undecided: self.undecided }
    }

    /// The cheapest story: each reading that was judged, with how it follows the kept one before it, `None` if it is left out.
    ///
    /// Where a register returned to where it was, all between was wrong and is left out.
    pub fn story(&self) -> Vec<(Point, Option<Kept>)> {
        let mut path = Vec::new();
        let mut last = self.best();
        while let Some(at) = last {
            path.push((at, self.nodes[at].link));
            last = self.nodes[at].before;
        }
        let mut kept: Vec<(usize, Link)> = Vec::with_capacity(path.len());
        for (at, link) in path.into_iter().rev() {
            let link = match link {
                Link::Return(to, volume) => match kept.iter().rposition(|(at, _)| *at == to) {
                    Some(position) => {
                        kept.truncate(position + 1);
                        Link::Forward(volume)
                    }
                    None => Link::Restart,
                },
                other => other,
            };
            kept.push((at, link));
        }
        let mut story: Vec<(Point, Option<Kept>)> = self.leg.points[self.begin..].iter().map(|point| (*point, None)).collect();
        let mut before = None;
        for (at, link) in kept {
            story[at - self.begin].1 = Some(Kept { link, before });
            before = Some(self.leg.points[at]);
        }
        story
    }
}

/// How a kept reading follows the one before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub link: Link,
    pub before: Option<Point>,
}
