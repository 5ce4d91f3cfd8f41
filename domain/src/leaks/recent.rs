//! The flows of the last half hour, and whether beneath them something runs evenly.
//!
//! What a burst gives hardly changes, whatever people use on top of it: as soon as nobody does, the flow is back at the same floor. Of busy
//! hours with one shower after the other nothing is the same for long. So it is counted how often a flow came back to about its least.

use super::packed::packed;

/// So many flows are kept: of half an hour where each is of a minute.
pub(super) const KEPT: usize = 30;

/// So many flows say whether something runs evenly: half of those that are kept.
const ENOUGH: u32 = KEPT as u32 / 2;

/// A limit in the units in which flows are kept: up to sixteen times the limit, which is more than Q4 (ISO 4064-1: 1.25 Q3) for 10 % of Q3.
const UNITS: u64 = 16;

/// As much as this above the least is at the floor: pressure changes by some per cent.
const AT_FLOOR: (u32, u32) = (9, 8);

/// The last flows, each in sixteenths of a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Recent {
    /// The newest comes last.
    flows: [u8; KEPT],
}
packed!(Recent { flows });

/// What the last flows have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beneath {
    /// The least flow, mL/h.
    pub floor: u32,
    /// The mean of those at the floor, mL/h: better known than the least, which a step of the register may have made smaller.
    pub level: u32,
    /// Of how many flows …
    pub of: u32,
    /// … so many were at the floor.
    pub at_floor: u32,
}

impl Beneath {
    /// Whether so many in so many flows were at the floor; of a few nobody can say.
    pub const fn is_even(&self, part: (u32, u32)) -> bool {
        self.of >= ENOUGH && self.at_floor * part.1 >= self.of * part.0
    }
}

impl Recent {
    /// Adds a flow; it and the limit in mL/h.
    pub fn add(&mut self, flow: u32, limit: u32) {
        self.flows.rotate_left(1);
        let units = u64::from(flow) * UNITS / u64::from(limit.max(1));
        self.flows[KEPT - 1] = u8::try_from(units).unwrap_or(u8::MAX);
    }

    /// What the last `count` flows have in common, without the newest and the one before all of them, in which a use may have begun or
    /// ended. `step`: by how much a register blurs a flow, in mL/h. `None` if these are too few.
    pub fn beneath(&self, count: usize, limit: u32, step: u32) -> Option<Beneath> {
        let kept = self.flows.get(KEPT - count.min(KEPT) + 1..KEPT - 1)?;
        let least = *kept.iter().min()?;
        let blur = u64::from(step) * UNITS / u64::from(limit.max(1));
        let most = (u32::from(least) * AT_FLOOR.0 / AT_FLOOR.1).saturating_add(u32::try_from(blur).unwrap_or(u32::MAX));
        let (at_floor, sum) = kept
            .iter()
            .map(|flow| u32::from(*flow))
            .filter(|flow| *flow <= most)
            .fold((0, 0), |(count, sum), flow| (count + 1, sum + flow));
        let flow = |units: u32| u32::try_from(u64::from(units) * u64::from(limit) / UNITS).unwrap_or(u32::MAX);
        Some(Beneath { floor: flow(least.into()), level: flow(sum) / at_floor, of: kept.len() as u32, at_floor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 10 % of a Q3 of 2.5 m³/h.
    const LIMIT: u32 = 250_000;

    fn beneath(flows: &[u32]) -> Option<Beneath> {
        let mut recent = Recent::default();
        flows.iter().for_each(|flow| recent.add(*flow, LIMIT));
        recent.beneath(flows.len(), LIMIT, 0)
    }

    #[test]
    fn a_few_flows_say_nothing() {
        assert_eq!(beneath(&[300_000; 2]), None);
        assert!(!beneath(&[300_000; 16]).expect("some").is_even((1, 2)));
        assert!(beneath(&[300_000; 17]).expect("some").is_even((1, 1)));
    }

    proptest! {
        #[test]
        fn what_runs_evenly_is_seen_beneath_uses_that_leave_it_alone_half_of_the_time(
            rate in 250_000_u32..2_000_000,
            uses in proptest::collection::vec(0_u32..1_500_000, 30),
        ) {
            let flows: Vec<u32> = (0..30).map(|at| rate + if at % 2 == 0 { 0 } else { uses[at] }).collect();
            let found = beneath(&flows).expect("enough");
            prop_assert!(found.is_even((1, 2)), "{:?}", found);
            prop_assert!(found.floor <= rate && found.floor + LIMIT / 16 > rate, "{:?} of {}", found, rate);
            prop_assert!(found.level >= found.floor && found.level <= rate / 8 * 9 + LIMIT / 16, "{:?} of {}", found, rate);
        }
    }
}
