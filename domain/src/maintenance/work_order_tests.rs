//! Work orders: what authorises and what does not, in whichever order it becomes known.

use super::*;
use crate::core::local_time::MINUTE_MS;
use proptest::prelude::*;

const STEPS: [WorkStep; 3] = [WorkStep::Begun, WorkStep::Completed, WorkStep::Cancelled];

fn minute(minute: i64) -> UtcMillis {
    UtcMillis(1_790_000_000_000).plus(minute * MINUTE_MS)
}

fn after(steps: &[(usize, i64)]) -> Progress {
    steps.iter().fold(Progress::default(), |progress, (step, at)| progress.with(STEPS[*step], minute(*at)))
}

/// What happens to orders: which step, and in which minute.
fn steps() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0..3_usize, 0..120_i64), 0..6)
}

#[test]
fn ten_minutes_after_the_work_nothing_is_authorised_any_more() {
    let work = after(&[(0, 0), (1, 60)]);
    let authorised: Vec<i64> = [-1, 0, 30, 59, 60, 70].into_iter().filter(|at| work.authorises(minute(*at))).collect();
    assert_eq!(authorised, [0, 30, 59]);
    assert_eq!(work.state(), WorkState::Completed);
}

#[test]
fn work_that_nobody_has_ended_authorises_for_twelve_hours() {
    let forgotten = after(&[(0, 0)]);
    let authorised: Vec<i64> = [0, 719, 720, 10_000].into_iter().filter(|at| forgotten.authorises(minute(*at))).collect();
    assert_eq!(authorised, [0, 719]);
    assert!(!forgotten.is_overlong(minute(719)) && forgotten.is_overlong(minute(720)));
    assert_eq!(forgotten.state(), WorkState::InProgress, "its technician still has to say that it is done");
    // That it was done days later does not excuse what happened meanwhile.
    let late = forgotten.with(WorkStep::Completed, minute(4_000));
    assert!(late.authorises(minute(719)) && !late.authorises(minute(720)) && !late.is_overlong(minute(5_000)));
    assert_eq!(judged_otherwise_from(forgotten, late), None, "nothing is judged otherwise by that");
}

#[test]
fn announced_and_cancelled_work_authorises_nothing() {
    assert!(!Progress::default().authorises(minute(5)));
    let cancelled = after(&[(2, 10), (0, 20)]);
    assert_eq!(cancelled.state(), WorkState::Cancelled, "whoever began did not know it");
    assert!((0..100).all(|at| !cancelled.authorises(minute(at))));
    let done = cancelled.with(WorkStep::Completed, minute(40));
    assert_eq!(done.state(), WorkState::Completed);
    assert!(!done.authorises(minute(30)), "what was cancelled is not authorised by being done");
}

#[test]
fn a_window_ends_behind_its_beginning_and_lies_within_a_year() {
    let now = minute(0);
    let window = |from: i64, until: i64| Window { from: minute(from), until: minute(until) };
    let day = 24 * 60;
    assert!(window(60, 120).is_possible(now) && window(-3 * day, -2 * day).is_possible(now));
    for wrong in [window(60, 60), window(120, 60), window(0, 32 * day), window(367 * day, 367 * day + 60)] {
        assert!(!wrong.is_possible(now), "{wrong:?}");
    }
}

#[test]
fn a_text_may_be_nothing_and_not_too_long() {
    assert_eq!(clean_text("  Bawa segel \n").as_deref(), Ok("Bawa segel"));
    assert_eq!(clean_text(" ").as_deref(), Ok(""));
    assert_eq!(clean_text(&"x".repeat(LONGEST_TEXT + 1)), Err(Invalid::TooLong));
    assert_eq!(clean_text("a\u{7}b"), Err(Invalid::Malformed));
}

#[test]
fn words_of_the_wire_are_those_that_are_stored() {
    assert!(WorkKind::ALL.iter().all(|kind| serde_json::to_value(kind).unwrap() == kind.as_str()));
    assert!(WorkState::ALL.iter().all(|state| serde_json::to_value(state).unwrap() == state.as_str()));
}

proptest! {
    /// The same words in any order, and any of them twice, come to the same.
    #[test]
    fn the_order_in_which_steps_become_known_makes_no_difference(
        (of, mixed) in steps().prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())),
        again in 0..6_usize,
    ) {
        let twice: Vec<_> = mixed.iter().chain(mixed.get(again)).copied().collect();
        prop_assert_eq!(after(&of), after(&twice));
    }

    /// Minute by minute: between the first beginning and the first end, and nowhere else.
    #[test]
    fn what_is_authorised_lies_between_beginning_and_end(of in steps(), at in -10..130_i64) {
        let first = |wanted: &[usize]| of.iter().filter(|(step, _)| wanted.contains(step)).map(|(_, at)| *at).min();
        let expected = first(&[0]).is_some_and(|begun| begun <= at) && first(&[1, 2]).is_none_or(|ended| at < ended);
        prop_assert_eq!(after(&of).authorises(minute(at)), expected);
    }

    /// However long it takes, and whatever is said of it, an order authorises for twelve hours on end at most.
    #[test]
    fn nothing_is_authorised_for_longer_than_twelve_hours(
        of in prop::collection::vec((0..3_usize, 0..3_000_i64), 0..6), at in -10..4_000_i64,
    ) {
        let progress = after(&of);
        let expected = progress.begun_at.is_some_and(|begun| {
            let since = minute(at).since(begun);
            (0..12 * 60 * MINUTE_MS).contains(&since) && progress.ended_at().is_none_or(|ended| minute(at) < ended)
        });
        prop_assert_eq!(progress.authorises(minute(at)), expected);
        prop_assert!(!progress.is_overlong(minute(at)) || !progress.authorises(minute(at)));
    }

    /// What is judged anew is all that is judged otherwise: before the instant that is given nothing changes.
    #[test]
    fn nothing_before_what_is_judged_anew_is_judged_otherwise(of in steps(), step in 0..3_usize, then in 0..120_i64) {
        let before = after(&of);
        let now = before.with(STEPS[step], minute(then));
        let from = judged_otherwise_from(before, now);
        for at in -1..125 {
            let is_other = before.authorises(minute(at)) != now.authorises(minute(at));
            prop_assert!(!is_other || from.is_some_and(|from| from <= minute(at)), "{at}: {before:?} {now:?} {from:?}");
        }
    }

    /// Of several orders one authorises if any does, the one begun first, whatever the order in which they are given.
    #[test]
    fn one_of_several_orders_authorises_whichever_is_given_first(
        of in prop::collection::vec(steps(), 1..4), turn in 0..4_usize, at in 0..120_i64,
    ) {
        let orders: Vec<(usize, Progress)> = of.iter().map(|of| after(of)).enumerate().collect();
        let mut turned = orders.clone();
        turned.rotate_left(turn % orders.len());
        let found = authorising(orders.iter().copied(), minute(at));
        prop_assert_eq!(found, authorising(turned, minute(at)));
        prop_assert_eq!(found.is_some(), orders.iter().any(|(_, progress)| progress.authorises(minute(at))));
        if let Some(found) = found {
            let begun = |of: &Progress| of.begun_at;
            prop_assert!(orders.iter().filter(|(_, of)| of.authorises(minute(at))).all(|(_, of)| begun(of) >= begun(&orders[found].1)));
        }
    }
}
