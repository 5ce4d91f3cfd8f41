//! Targets: which are kept, and from when on hours count.

use super::*;
use crate::maintenance::progress::{DeferReason, Turn, WorkStep};
use proptest::prelude::*;

const TARGETS: Targets = Targets { response_h: 2, repair_h: 8 };

fn hour(hour: i64) -> UtcMillis {
    UtcMillis(1_790_000_000_000).plus(hour * HOUR_MS)
}

fn announced() -> (UtcMillis, Window) {
    (hour(0), Window { from: hour(-1), until: hour(1) })
}

fn kept(progress: &Progress, now: i64) -> (Kept, Kept) {
    let level = service_level(TARGETS, announced(), progress, hour(now)).expect("a level");
    (level.response.kept, level.repair.kept)
}

#[test]
fn a_target_runs_until_it_is_kept_or_its_time_is_over() {
    let nothing = Progress::default();
    assert_eq!(
        [2, 3, 9].map(|now| kept(&nothing, now)),
        [(Kept::Running, Kept::Running), (Kept::Missed, Kept::Running), (Kept::Missed, Kept::Missed)]
    );
    let begun = nothing.turned(Turn::Going, hour(2));
    assert_eq!(kept(&begun, 7), (Kept::Met, Kept::Running));
    assert_eq!(kept(&begun.clone().with(WorkStep::Completed, hour(8)), 100), (Kept::Met, Kept::Met));
    assert_eq!(kept(&begun.with(WorkStep::Completed, hour(9)), 100), (Kept::Met, Kept::Missed));
}

#[test]
fn whoever_found_nobody_at_home_was_there_and_what_was_cancelled_has_no_target() {
    let put_off = Progress::default().turned(Turn::Deferred(DeferReason::NobodyHome), hour(1));
    assert_eq!(kept(&put_off, 5), (Kept::Met, Kept::Running), "the customer still waits");
    let held = Progress::default().turned(Turn::Held, hour(1));
    assert_eq!(kept(&held, 5).0, Kept::Missed, "nobody was there");
    let cancelled = put_off.with(WorkStep::Cancelled, hour(3));
    assert_eq!(service_level(TARGETS, announced(), &cancelled, hour(4)), None);
}

#[test]
fn what_is_announced_for_next_month_is_not_late_this_month() {
    let window = Window { from: hour(30 * 24), until: hour(30 * 24 + 2) };
    let level = service_level(TARGETS, (hour(0), window), &Progress::default(), hour(20 * 24)).expect("a level");
    assert_eq!((level.response.due, level.response.kept), (hour(30 * 24 + 2), Kept::Running));
}

#[test]
fn the_targets_of_every_priority_can_be_kept_and_are_shorter_the_more_it_presses() {
    let levels = ServiceLevels::default();
    let all: Vec<Targets> = Priority::ALL.iter().map(|priority| levels.of(*priority)).collect();
    assert!(all.iter().all(|targets| targets.is_possible()));
    assert!(all.windows(2).all(|pair| pair[1].response_h < pair[0].response_h && pair[1].repair_h < pair[0].repair_h));
    for bad in [(0, 1), (3, 2), (1, LONGEST_TARGET_H + 1)] {
        assert!(!Targets { response_h: bad.0, repair_h: bad.1 }.is_possible(), "{bad:?}");
    }
    assert!(Priority::ALL.iter().all(|priority| serde_json::to_value(priority).unwrap() == priority.as_str()));
}

proptest! {
    /// What is met or missed stays so, however late it is looked at.
    #[test]
    fn a_target_that_is_decided_stays_decided(begun in 0..20_i64, done in 0..20_i64, now in 0..40_i64, later in 0..40_i64) {
        let progress = Progress::default().turned(Turn::Going, hour(begun)).with(WorkStep::Completed, hour(begun.max(done)));
        let (one, other) = (kept(&progress, now), kept(&progress, now + later));
        prop_assert_eq!(one, other);
        prop_assert!(one.0 != Kept::Running && one.1 != Kept::Running);
    }
}
