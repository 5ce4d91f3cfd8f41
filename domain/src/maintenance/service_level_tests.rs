//! Targets: which are kept, from when on hours count, and which repairs did at the first visit.

use super::*;
use crate::maintenance::progress::{DeferReason, LONGEST_WORK_MS, Turn, WorkStep};
use proptest::prelude::*;

const TARGETS: Targets = Targets { response_h: 2, repair_h: 8 };

fn hour(hour: i64) -> UtcMillis {
    UtcMillis(1_790_000_000_000).plus(hour * HOUR_MS)
}

fn announced() -> (UtcMillis, Window) {
    (hour(0), Window { from: hour(-1), until: hour(1) })
}

fn level(progress: &Progress, now: i64) -> ServiceLevel {
    service_level(TARGETS, announced(), progress, hour(now)).expect("a level")
}

fn kept(progress: &Progress, now: i64) -> (Kept, Kept) {
    let level = level(progress, now);
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
fn what_is_open_and_late_becomes_later_and_what_was_done_late_does_not() {
    let begun = Progress::default().turned(Turn::Going, hour(3));
    let open = level(&begun, 10);
    assert!(!open.response.is_open_and_late() && open.repair.is_open_and_late());
    assert_eq!([10, 12].map(|now| level(&begun, now).repair.late_ms(hour(now))), [Some(2 * HOUR_MS), Some(4 * HOUR_MS)]);
    assert_eq!([10, 12].map(|now| level(&begun, now).response.late_ms(hour(now))), [Some(HOUR_MS); 2]);
    assert_eq!((open.took_ms(&open.response), open.took_ms(&open.repair)), (Some(3 * HOUR_MS), None));
    let before = level(&Progress::default().turned(Turn::Going, hour(-3)), 1);
    assert_eq!(
        (before.took_ms(&before.response), before.response.late_ms(hour(9))),
        (Some(0), None),
        "it began before hours counted"
    );
}

#[test]
fn a_repair_did_at_the_first_visit_unless_it_was_put_off_or_another_followed_within_a_month() {
    let day = |day: i64| hour(day * 24);
    let done = Progress::default().turned(Turn::Going, hour(1)).with(WorkStep::Completed, hour(2));
    assert_eq!(is_first_time_fix(&Progress::default(), []), None);
    assert_eq!(is_first_time_fix(&done, []), Some(true));
    assert_eq!(is_first_time_fix(&done, [hour(2), day(31)]), Some(true), "one that was there already, and one a month later");
    assert_eq!(is_first_time_fix(&done, [day(31), day(30)]), Some(false));
    let twice = done.turned(Turn::Deferred(DeferReason::NoPart), hour(0));
    assert_eq!(is_first_time_fix(&twice, []), Some(false), "somebody had to come again");
}

/// What is said of an order: begun, held, put off, completed or cancelled, in hours.
fn said() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0..5_usize, -10..60_i64), 0..8)
}

fn after(said: &[(usize, i64)]) -> Progress {
    said.iter().fold(Progress::default(), |progress, (what, at)| match what {
        0 => progress.turned(Turn::Going, hour(*at)),
        1 => progress.turned(Turn::Held, hour(*at)),
        2 => progress.turned(Turn::Deferred(DeferReason::NobodyHome), hour(*at)),
        3 => progress.with(WorkStep::Completed, hour(*at)),
        _ => progress.with(WorkStep::Cancelled, hour(*at)),
    })
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

    #[test]
    fn how_an_order_stands_does_not_depend_on_the_order_in_which_it_became_known(
        (of, mixed) in said().prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())), now in -10..80_i64,
    ) {
        let (one, other) = (after(&of), after(&mixed));
        let level = |progress: &Progress| service_level(TARGETS, announced(), progress, hour(now));
        prop_assert_eq!(level(&one), level(&other));
        prop_assert_eq!(one.worked_ms(hour(now)), other.worked_ms(hour(now)));
        prop_assert_eq!(is_first_time_fix(&one, []), is_first_time_fix(&other, []));
    }

    #[test]
    fn nothing_took_less_than_no_time_and_nobody_comes_after_it_is_done(of in said(), now in -10..80_i64) {
        let progress = after(&of);
        let Some(level) = service_level(TARGETS, announced(), &progress, hour(now)) else { return Ok(()) };
        let (response, repair) = (level.took_ms(&level.response), level.took_ms(&level.repair));
        prop_assert!(response.is_none_or(|took| took >= 0) && repair.is_none_or(|took| took >= 0));
        prop_assert!(repair.is_none() || response.is_some_and(|response| Some(response) <= repair));
        for target in [level.response, level.repair] {
            prop_assert_eq!(target.late_ms(hour(now)).is_some(), target.kept == Kept::Missed);
            prop_assert!(target.late_ms(hour(now)).is_none_or(|late| late > 0));
        }
    }

    /// Hour by hour, by a machine that goes through what was said: people are at it while it goes on, until it is over.
    #[test]
    fn work_takes_the_hours_in_which_people_were_at_it(of in said(), now in -10..80_i64) {
        let progress = after(&of);
        let ended = progress.completed_at.or(progress.cancelled_at).unwrap_or(hour(now)).min(hour(now));
        let (mut going, mut stretch, mut expected) = (false, 0, 0);
        for at in -10..80_i64 {
            let is = |what: &[usize]| of.iter().any(|(of, hour)| *hour == at && what.contains(of));
            match (is(&[1, 2]), is(&[0])) {
                (true, _) => (going, stretch) = (false, 0),
                (false, true) if !going => (going, stretch) = (true, 0),
                (false, _) => {}
            }
            if going && hour(at) < ended && stretch < LONGEST_WORK_MS / HOUR_MS {
                (stretch, expected) = (stretch + 1, expected + 1);
            }
        }
        prop_assert_eq!(progress.worked_ms(hour(now)), expected * HOUR_MS);
    }
}
