//! How far work is: what authorises and what does not, in whichever order it becomes known.

use super::*;
use crate::core::local_time::MINUTE_MS;
use proptest::prelude::*;

const STEPS: [WorkStep; 3] = [WorkStep::Begun, WorkStep::Completed, WorkStep::Cancelled];
const TURNS: [Turn; 4] = [Turn::Going, Turn::Held, Turn::Deferred(DeferReason::NobodyHome), Turn::Deferred(DeferReason::Other)];

fn minute(minute: i64) -> UtcMillis {
    UtcMillis(1_790_000_000_000).plus(minute * MINUTE_MS)
}

/// What is said: a step, from 0 on, or behind those a turn.
fn after(said: &[(usize, i64)]) -> Progress {
    said.iter().fold(Progress::default(), |progress, (what, at)| match STEPS.get(*what) {
        Some(step) => progress.with(*step, minute(*at)),
        None => progress.turned(TURNS[*what - STEPS.len()], minute(*at)),
    })
}

/// What happens to orders: which step, and in which minute.
fn steps() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0..3_usize, 0..120_i64), 0..6)
}

/// The same, and which turn.
fn anything() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0..7_usize, 0..120_i64), 0..9)
}

/// Minute by minute, by a machine that goes through what was said: whether people are at it.
fn is_going(said: &[(usize, i64)], at: i64) -> bool {
    // Of words that it began the first counts; that it goes on counts each time.
    let first = said.iter().filter(|(of, _)| [0, 3].contains(of)).map(|(_, minute)| *minute).min();
    let mut since = None;
    for now in 0..=at {
        let is = |what: &[usize]| said.iter().any(|(of, minute)| *minute == now && what.contains(of));
        if is(&[1, 2]) {
            return false;
        }
        if is(&[3]) || first == Some(now) {
            since = since.or(Some(now));
        }
        if is(&[4, 5, 6]) {
            since = None;
        }
    }
    since.is_some_and(|since| at - since < LONGEST_WORK_MS / MINUTE_MS)
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
    let late = forgotten.clone().with(WorkStep::Completed, minute(4_000));
    assert!(late.authorises(minute(719)) && !late.authorises(minute(720)) && !late.is_overlong(minute(5_000)));
    assert_eq!(judged_otherwise_from(&forgotten, &late), None, "nothing is judged otherwise by that");
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
fn nothing_is_authorised_while_work_is_held() {
    let work = after(&[(3, 0), (4, 20), (3, 50), (1, 80)]);
    let authorised: Vec<i64> = [0, 19, 20, 49, 50, 79, 80].into_iter().filter(|at| work.authorises(minute(*at))).collect();
    assert_eq!(authorised, [0, 19, 50, 79]);
    assert_eq!((work.begun_at, work.state()), (Some(minute(0)), WorkState::Completed));
}

#[test]
fn the_stage_follows_from_the_last_turn_and_old_words_say_it_roughly() {
    let stages = |said: &[(usize, i64)]| (after(said).stage(false), after(said).state());
    assert_eq!(stages(&[]), (WorkStage::Scheduled, WorkState::Scheduled));
    assert_eq!(Progress::default().stage(true), WorkStage::Assigned);
    assert_eq!(stages(&[(0, 1)]), (WorkStage::InProgress, WorkState::InProgress), "an older release writes no turn");
    assert_eq!(stages(&[(0, 1), (4, 5)]), (WorkStage::OnHold, WorkState::InProgress));
    assert_eq!(stages(&[(4, 5)]), (WorkStage::OnHold, WorkState::Scheduled), "before anybody began");
    assert_eq!(stages(&[(3, 1), (5, 5)]), (WorkStage::Deferred, WorkState::Scheduled));
    assert_eq!(stages(&[(3, 1), (5, 5), (3, 9)]), (WorkStage::InProgress, WorkState::InProgress), "begun again");
    assert_eq!(stages(&[(4, 5), (2, 6)]), (WorkStage::Cancelled, WorkState::Cancelled));
    assert_eq!(stages(&[(5, 5), (2, 6), (1, 7)]), (WorkStage::Completed, WorkState::Completed));
}

#[test]
fn why_work_was_put_off_is_known_while_it_is() {
    let put_off = after(&[(3, 1), (5, 5)]);
    assert_eq!((put_off.deferred(), put_off.is_one_visit()), (Some(DeferReason::NobodyHome), None));
    let done = put_off.turned(Turn::Going, minute(9)).with(WorkStep::Completed, minute(12));
    assert_eq!((done.deferred(), done.is_one_visit()), (None, Some(false)));
    assert_eq!(after(&[(3, 1), (4, 5), (3, 6), (1, 9)]).is_one_visit(), Some(true), "it was only held");
}

#[test]
fn work_that_goes_on_the_next_day_is_authorised_then_too() {
    let next_day = after(&[(3, 0), (4, 60), (3, 1_440)]);
    assert!(next_day.authorises(minute(1_440 + 719)) && !next_day.authorises(minute(1_440 + 720)));
    assert!(
        next_day.is_overlong(minute(1_440 + 720)) && !next_day.is_overlong(minute(1_000)) && !next_day.authorises(minute(600))
    );
    assert!(!after(&[(3, 0), (4, 60)]).is_overlong(minute(5_000)), "nobody is at it");
}

#[test]
fn the_turns_of_an_order_are_bounded_whichever_come_first() {
    let many: Vec<(usize, i64)> = (0..200).map(|at| (3 + at as usize % 2, at)).collect();
    let reversed: Vec<_> = many.iter().rev().copied().collect();
    assert_eq!(after(&many), after(&reversed));
    assert_eq!(after(&many).turns.len(), MOST_TURNS);
}

proptest! {
    /// The same words in any order, and any of them twice, come to the same.
    #[test]
    fn the_order_in_which_steps_become_known_makes_no_difference(
        (of, mixed) in anything().prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())),
        again in 0..9_usize,
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

    /// The same by a machine that goes through it minute by minute: in whichever order it was said, while people are at it and at no other time.
    #[test]
    fn what_is_authorised_is_when_people_are_at_it(of in anything(), at in 0..130_i64) {
        prop_assert_eq!(after(&of).authorises(minute(at)), is_going(&of, at));
    }

    /// Two devices that each know a part come to the same as one that knows all of it.
    #[test]
    fn parts_that_are_known_apart_come_to_the_whole(of in anything(), cut in 0..9_usize) {
        let (one, other) = of.split_at(cut.min(of.len()));
        let swapped: Vec<_> = other.iter().chain(one).copied().collect();
        prop_assert_eq!(after(&swapped), after(&of));
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
    fn nothing_before_what_is_judged_anew_is_judged_otherwise(of in anything(), what in 0..7_usize, then in 0..120_i64) {
        let before = after(&of);
        let now = after(&[&of[..], &[(what, then)]].concat());
        let from = judged_otherwise_from(&before, &now);
        for at in -1..125 {
            let is_other = before.authorises(minute(at)) != now.authorises(minute(at));
            prop_assert!(!is_other || from.is_some_and(|from| from <= minute(at)), "{at}: {before:?} {now:?} {from:?}");
        }
    }

    /// Of several orders one authorises if any does, the one begun first, whatever the order in which they are given.
    #[test]
    fn one_of_several_orders_authorises_whichever_is_given_first(
        of in prop::collection::vec(anything(), 1..4), turn in 0..4_usize, at in 0..120_i64,
    ) {
        let orders: Vec<(usize, Progress)> = of.iter().map(|of| after(of)).enumerate().collect();
        let mut turned = orders.clone();
        turned.rotate_left(turn % orders.len());
        let of_all = |orders: &[(usize, Progress)]| authorising(orders.iter().map(|(key, of)| (*key, of)), minute(at));
        let found = of_all(&orders);
        prop_assert_eq!(found, of_all(&turned));
        prop_assert_eq!(found.is_some(), orders.iter().any(|(_, progress)| progress.authorises(minute(at))));
        if let Some(found) = found {
            let since = |of: &Progress| of.authorised().into_iter().find(|(from, until)| (*from..*until).contains(&minute(at)));
            prop_assert!(orders.iter().filter_map(|(_, of)| since(of)).all(|other| Some(other.0) >= since(&orders[found].1).map(|of| of.0)));
        }
    }
}

#[test]
fn work_is_late_where_it_was_cancelled_or_done_before() {
    let is_late = |said: &[(usize, i64)]| after(said).has_late_work();
    assert!(!is_late(&[(3, 5), (4, 10), (1, 30)]) && !is_late(&[(3, 5), (2, 30)]), "nothing came behind its end");
    assert!(is_late(&[(2, 10), (1, 30)]), "it was done after it was cancelled");
    assert!(is_late(&[(1, 30), (3, 40)]) && is_late(&[(3, 40), (1, 30)]), "it went on after it was done");
    assert!(!is_late(&[(1, 40), (1, 30)]), "of two ends the earlier one counts");
}
