//! Turns against a model: nothing is lost or twice, a lane keeps its order, nobody waits for more than a share of each other lane, and what
//! waits is counted to the byte.

use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use sync_server::core::turns::{Cost, Full, Lane, Limits, Load, SHARE, Source, Turns};

const LIMITS: Limits = Limits {
    total: Load { count: 60, bytes: 30_000 },
    utility: Load { count: 40, bytes: 20_000 },
    lane: Load { count: 20, bytes: 8_000 },
};

#[derive(Clone, Debug)]
enum Step {
    Push { lane: i64, weight: usize, bytes: usize },
    Round { count: usize, weight: usize, back: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..6_i64, 0..3_000_usize, 0..10_000_usize).prop_map(|(lane, weight, bytes)| Step::Push { lane, weight, bytes }),
        1 => (1..30_usize, 1..10_000_usize, 0..4_usize).prop_map(|(count, weight, back)| Step::Round { count, weight, back }),
    ]
}

fn source(lane: i64) -> Source {
    match lane {
        0 => Source::SERVER,
        1 | 2 => Source { lane: Lane::Meter(lane), utility: Some(lane % 2) },
        _ => Source { lane: Lane::User(lane), utility: Some(lane % 2) },
    }
}

#[derive(Default)]
struct Model {
    lanes: BTreeMap<i64, VecDeque<(usize, Cost)>>,
}

impl Model {
    fn load(&self, of: impl Fn(i64) -> bool) -> Load {
        let mut load = Load::default();
        for (_, cost) in self.lanes.iter().filter(|(lane, _)| of(**lane)).flat_map(|(_, waiting)| waiting) {
            load = Load { count: load.count + 1, bytes: load.bytes + cost.bytes };
        }
        load
    }

    fn full(&self, lane: i64, bytes: usize) -> Option<Full> {
        let fits = |load: Load, limit: Load| load.count < limit.count && (load.count == 0 || load.bytes + bytes <= limit.bytes);
        let utility = source(lane).utility;
        if lane != 0 && !fits(self.load(|_| true), LIMITS.total) {
            return Some(Full::Total);
        }
        if utility.is_some() && !fits(self.load(|other| source(other).utility == utility), LIMITS.utility) {
            return Some(Full::Utility);
        }
        (!fits(self.load(|other| other == lane), LIMITS.lane)).then_some(Full::Lane)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_everything_is_counted(steps in proptest::collection::vec(step(), 1..300)) {
        let (mut turns, mut model, mut taken) = (Turns::new(LIMITS), Model::default(), VecDeque::new());
        let drain = std::iter::repeat_n(Step::Round { count: 7, weight: 4_000, back: 0 }, 300);
        for (number, step) in steps.into_iter().chain(drain).enumerate() {
            match step {
                Step::Push { lane, weight, bytes } => {
                    let cost = Cost { weight, bytes };
                    let said = turns.push(source(lane), cost, (lane, number)).err().map(|(full, _)| full);
                    prop_assert_eq!(said, model.full(lane, bytes));
                    if said.is_none() {
                        model.lanes.entry(lane).or_default().push_back((number, cost));
                    }
                }
                Step::Round { count, weight, back } => {
                    let waited = model.load(|_| true).count;
                    turns.round(count, weight, &mut taken);
                    prop_assert!(taken.len() <= count);
                    prop_assert_eq!(taken.is_empty(), waited == 0, "something is taken wherever something waits");
                    let mut given: BTreeMap<i64, usize> = BTreeMap::new();
                    let mut done = Vec::new();
                    for (lane, number) in taken.drain(..) {
                        let first = model.lanes.get_mut(&lane).and_then(VecDeque::pop_front);
                        let (first, cost) = first.expect("it waits there");
                        prop_assert_eq!(first, number, "a lane keeps its order");
                        *given.entry(lane).or_default() += cost.weight;
                        done.push((lane, number, cost));
                    }
                    // The last of them were not done, and go back in front of their lanes.
                    for (lane, number, cost) in done.into_iter().rev().take(back) {
                        turns.put_back(source(lane), cost, (lane, number), number % 2 == 0);
                        model.lanes.entry(lane).or_default().push_front((number, cost));
                    }
                    // A share, what is over it by the last one, and a share of which a round was broken off.
                    prop_assert!(given.values().all(|given| *given < 2 * SHARE + 3_000), "{:?}", given);
                }
            }
            prop_assert_eq!(turns.load(), model.load(|_| true));
        }
        prop_assert!(turns.is_empty() && turns.load() == Load::default());
    }

    #[test]
    fn nobody_waits_for_more_than_a_share_of_each_other(
        heavy in proptest::collection::vec(proptest::collection::vec(1..2_000_usize, 1..20), 1..5),
        weight in 500..20_000_usize,
    ) {
        let limit = Load { count: 1_000, bytes: 1 << 20 };
        let mut turns = Turns::new(Limits { total: limit, utility: limit, lane: limit });
        let (lanes, mut taken) = (heavy.len(), VecDeque::new());
        for (lane, jobs) in heavy.into_iter().enumerate() {
            for weight in jobs {
                let source = Source { lane: Lane::User(lane as i64), utility: Some(1) };
                let pushed = turns.push(source, Cost { weight, bytes: 10 }, weight);
                prop_assert!(pushed.is_ok());
            }
        }
        // Some rounds later somebody comes with one small thing.
        turns.round(1_000, weight, &mut taken);
        taken.clear();
        let light = Source { lane: Lane::Meter(7), utility: Some(1) };
        let pushed = turns.push(light, Cost { weight: 0, bytes: 10 }, 0);
        prop_assert!(pushed.is_ok());
        let mut before = 0;
        while !taken.contains(&0) {
            taken.clear();
            turns.round(1_000, weight, &mut taken);
            before += taken.iter().sum::<usize>();
        }
        prop_assert!(before <= lanes * 2 * (SHARE + 2_000), "{before} of {lanes}");
    }
}
