//! How soon somebody came and work was done, by priority, beside the targets: of everybody and of each technician.

use super::work_done::WorkDone;
use crate::UtcMillis;
use crate::core::local_time::MINUTE_MS;
use crate::maintenance::priority::{Priority, ServiceLevels, Targets};
use crate::maintenance::service_level::{Kept, Target};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What became of a target in several orders: each is one of met, missed and running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// Orders that kept it.
    pub met: u32,
    /// Orders that did not: they reached it later, or have not reached it and its time is over.
    pub missed: u32,
    /// What of these has not reached it.
    pub open: u32,
    /// Orders that have not reached it, and its time is not over.
    pub running: u32,
}

impl Waits {
    /// One order more.
    pub fn add(&mut self, target: &Target) {
        match target.kept {
            Kept::Met => self.met += 1,
            Kept::Missed => self.missed += 1,
            Kept::Running => self.running += 1,
        }
        self.open += u32::from(target.is_open_and_late());
    }

    /// Orders of which it is decided whether they kept it.
    pub const fn decided(&self) -> u32 {
        self.met.saturating_add(self.missed)
    }
}

/// Work of a priority beside its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelLine {
    /// Whose: a name, empty of nobody, and of everybody together.
    pub name: String,
    /// The priority.
    pub priority: Priority,
    /// Its targets.
    pub targets: Targets,
    /// Orders that were not cancelled.
    pub orders: u32,
    /// Until somebody was there.
    pub response: Waits,
    /// Minutes until somebody was there, the middle one of those orders where somebody was.
    pub response_median: Option<u32>,
    /// Until it was done.
    pub repair: Waits,
    /// Minutes until it was done, the middle one of those orders that are done.
    pub repair_median: Option<u32>,
}

/// What is counted of a line.
#[derive(Default)]
struct Counted {
    orders: u32,
    response: (Waits, Vec<i64>),
    repair: (Waits, Vec<i64>),
}

/// Orders by whatever name each has, and by priority, the most pressing first; those of nobody come last. Priorities without an order have no line.
pub fn levels_of<'w>(
    orders: impl IntoIterator<Item = (&'w str, &'w WorkDone)>,
    levels: &ServiceLevels,
    as_of: UtcMillis,
) -> Vec<LevelLine> {
    let mut found: BTreeMap<(bool, &str, Reverse<Priority>), Counted> = BTreeMap::new();
    for (name, order) in orders {
        let Some(level) = order.level(levels, as_of) else { continue };
        let counted = found.entry((name.is_empty(), name, Reverse(order.priority))).or_default();
        counted.orders += 1;
        for (target, (waits, took)) in [(level.response, &mut counted.response), (level.repair, &mut counted.repair)] {
            waits.add(&target);
            took.extend(level.took_ms(&target));
        }
    }
    let line = |((_, name, Reverse(priority)), counted): ((bool, &str, Reverse<Priority>), Counted)| LevelLine {
        name: name.to_owned(),
        priority,
        targets: levels.of(priority),
        orders: counted.orders,
        response: counted.response.0,
        response_median: median(counted.response.1),
        repair: counted.repair.0,
        repair_median: median(counted.repair.1),
    };
    found.into_iter().map(line).collect()
}

/// The middle one of times in milliseconds, in whole minutes: of an even number of them the mean of both in the middle.
fn median(mut took: Vec<i64>) -> Option<u32> {
    took.sort_unstable();
    let last = took.len().checked_sub(1)?;
    let middle = i64::midpoint(*took.get(last / 2)?, *took.get(took.len() / 2)?);
    u32::try_from(middle / MINUTE_MS).ok()
}

#[cfg(test)]
mod tests {
    use super::median;
    use crate::core::local_time::MINUTE_MS;
    use proptest::prelude::*;

    #[test]
    fn of_nothing_there_is_no_middle_and_of_two_it_is_between_them() {
        let of = |minutes: &[i64]| median(minutes.iter().map(|minutes| minutes * MINUTE_MS).collect());
        assert_eq!((of(&[]), of(&[7]), of(&[30, 10]), of(&[1, 90, 3])), (None, Some(7), Some(20), Some(3)));
    }

    proptest! {
        /// By counting: no more than half are below it, and no more than half above.
        #[test]
        fn half_take_less_than_the_middle_and_half_take_more(minutes in prop::collection::vec(0..10_000_i64, 1..40)) {
            let middle = i64::from(median(minutes.iter().map(|minutes| minutes * MINUTE_MS).collect()).unwrap());
            let count = |is: &dyn Fn(i64) -> bool| minutes.iter().filter(|minutes| is(**minutes)).count();
            prop_assert!(count(&|minutes| minutes < middle) * 2 <= minutes.len());
            prop_assert!(count(&|minutes| minutes > middle + 1) * 2 <= minutes.len());
        }
    }
}
