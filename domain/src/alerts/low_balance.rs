//! When the server notifies of a low balance: once for each level of a connection, until a top-up begins anew.
//!
//! The device's own rule (`notice`) stands beside it: a device knows less and reminds after a day; the server's message is sent once.

use crate::Rupiah;
use crate::alerts::kinds::Severity;
use crate::billing::balance::Level;

/// How urgent a level is, whoever notifies of it.
pub const fn severity(level: Level) -> Severity {
    match level {
        Level::Critical | Level::Empty => Severity::Critical,
        Level::Ok | Level::Warning => Severity::Warning,
    }
}

/// What the server has notified of a connection's balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notified {
    /// Counts what begins anew: a notification of a level is one of its round.
    pub round: i64,
    /// The worst level of the round of which was notified, or at which the round began.
    pub level: Level,
    /// What the balance was after the last purchase.
    pub full: Rupiah,
}

/// What follows from a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// To be kept.
    pub notified: Notified,
    /// Whether what was notified before has passed.
    pub clears: bool,
    /// Whether to notify of the level.
    pub notify: bool,
}

/// What to do about the level that a balance is at now; `full` is what it was after the last purchase. Whoever has just paid knows where
/// that has left them, so a top-up is followed by no notification until the level is worse than then. A level that is better without a
/// top-up, by a late reading, clears only if it is well: at a threshold it could be worse again by the next reading. Where nothing was ever
/// bought nothing runs out: a utility that takes over thousands of connections does not write to all of them.
pub fn step(before: Notified, level: Level, full: Rupiah) -> Step {
    let is_top_up = full != before.full;
    let begins_anew = before.level != Level::Ok && (level == Level::Ok || (is_top_up && level < before.level));
    let from = if begins_anew { level } else { before.level };
    let notify = level > from && full != Rupiah(0);
    let notified = Notified { round: before.round + i64::from(begins_anew), level: from.max(level), full };
    Step { notified, clears: begins_anew, notify }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEVELS: [Level; 4] = [Level::Ok, Level::Warning, Level::Critical, Level::Empty];

    /// Goes through levels; returns of which was notified, as (round, level).
    fn walk(levels: &[(Level, i64)]) -> Vec<(i64, Level)> {
        let mut notified = Notified::default();
        let mut out = Vec::new();
        for (level, full) in levels {
            let step = step(notified, *level, Rupiah(*full));
            notified = step.notified;
            out.extend(step.notify.then_some((notified.round, *level)));
        }
        out
    }

    #[test]
    fn each_level_is_notified_once_and_a_top_up_begins_anew() {
        use Level::{Critical, Empty, Ok, Warning};
        assert_eq!(walk(&[(Warning, 1), (Critical, 1), (Empty, 1)]), [(0, Warning), (0, Critical), (0, Empty)]);
        assert_eq!(walk(&[(Empty, 1), (Ok, 9), (Warning, 9)]), [(0, Empty), (1, Warning)]);
        assert_eq!(walk(&[(Critical, 1), (Warning, 1), (Critical, 1)]), [(0, Critical)], "a late reading moved it to and fro");
        assert_eq!(walk(&[(Critical, 1), (Warning, 5), (Critical, 5)]), [(0, Critical), (1, Critical)], "a small top-up");
        assert_eq!(walk(&[(Critical, 1), (Warning, 5), (Warning, 5)]), [(0, Critical)], "who has just paid knows");
        assert_eq!(walk(&[(Critical, 1), (Critical, 5), (Empty, 5)]), [(0, Critical), (0, Empty)]);
        assert_eq!(walk(&[(Empty, 0), (Ok, 9), (Empty, 9)]), [(1, Empty)], "before the first purchase nothing runs out");
    }

    proptest! {
        #[test]
        fn no_level_is_notified_twice_in_a_round_and_none_that_is_worse_is_left_out(
            steps in proptest::collection::vec((0_usize..4, 0_i64..3), 1..40),
        ) {
            let (mut notified, mut seen) = (Notified::default(), std::collections::BTreeSet::new());
            for (level, full) in steps {
                let level = LEVELS[level];
                let step = step(notified, level, Rupiah(full));
                if step.notify {
                    prop_assert!(level != Level::Ok);
                    prop_assert!(seen.insert((step.notified.round, level.as_str())), "twice");
                }
                prop_assert_eq!(step.notify, full != 0 && level > if step.clears { level } else { notified.level });
                prop_assert!(step.notified.level >= level);
                prop_assert_eq!(super::step(step.notified, level, Rupiah(full)).notify, false, "looking again");
                notified = step.notified;
            }
        }
    }
}
