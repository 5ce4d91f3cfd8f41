//! What is measured by each shower, and when it is not.

use super::*;
use crate::tips::{CATALOGUE, Category, Sureness, find};
use proptest::prelude::*;

const DAY: LocalDay = LocalDay(20_500);

/// Today, when two stretches of six weeks are over.
const TODAY: LocalDay = LocalDay(20_500 + SHOWER_DAYS + 1);

/// So many showers on a day, of so much each, L.
fn showers(count: u16, each: i64) -> Use {
    Use { count, volume: Millilitres::litres(each * i64::from(count)), minutes: 8 * count }
}

/// So many showers on each of the days around the one on which the advice was applied, each of so much before and after it.
fn course(counts: &[u16], (before, after): (i64, i64)) -> Option<Measured> {
    let of = |day: LocalDay| {
        let count = counts.get(usize::try_from(day.0 - DAY.0 + SHOWER_DAYS).ok()?)?;
        Some(showers(*count, if day < DAY { before } else { after }))
    };
    shower_effect(DAY, TODAY, of)
}

#[test]
fn half_as_long_showers_save_half_of_what_they_used_however_often_somebody_showers() {
    let on = |often: u16| move |day: LocalDay| Some(if day < DAY { showers(2, 60) } else { showers(often, 30) });
    for often in [1, 2, 5] {
        let found = shower_effect(DAY, TODAY, on(often)).expect("enough of them");
        assert_eq!((found.window, found.days), (42, (42, 42)));
        assert_eq!(
            (found.before, found.after, found.margin),
            (Millilitres::litres(120), Millilitres::litres(60), Millilitres::ZERO)
        );
        assert_eq!(found.sureness(), Sureness::Saved);
    }
}

#[test]
fn of_too_few_days_or_showers_nothing_is_said() {
    let each_day = |day: LocalDay| Some(if day < DAY { showers(1, 60) } else { showers(1, 30) });
    let on = |passed: i32| shower_effect(DAY, DAY.plus(passed), each_day).map(|found| found.window);
    assert_eq!([14, 15, 22, 43, 90].map(on), [None, Some(14), Some(21), Some(42), Some(42)]);
    let known = |day: LocalDay| each_day(day).filter(|_| day.0 % 4 == 0);
    assert_eq!(shower_effect(DAY, TODAY, known), None, "ten days of 42");
    let none_since = |day: LocalDay| Some(if day < DAY { showers(1, 60) } else { Use::default() });
    assert_eq!(shower_effect(DAY, TODAY, none_since), None, "what is a tap's now says nothing of showers");
    let seven = |day: LocalDay| Some(if day < DAY || day.0 % 6 == 0 { showers(1, 60) } else { Use::default() });
    assert_eq!(shower_effect(DAY, TODAY, seven), None, "seven of them since");
}

#[test]
fn what_showers_differ_by_themselves_is_not_called_saved() {
    let uneven = |day: LocalDay| Some(showers(1, if day.0 % 2 == 0 { 20 } else { 80 } - i64::from(day > DAY) * 3));
    let found = shower_effect(DAY, TODAY, uneven).expect("enough of them");
    assert_eq!((found.saved(), found.sureness()), (Millilitres::litres(3), Sureness::Unclear));
    // Each is 30 L beside the mean: the means of 42 differ by 6.6 L by chance, and the margin is twice that.
    assert!((13_000..13_400).contains(&found.margin.0), "{found:?}");
}

#[test]
fn advice_after_which_a_shower_is_several_draws_is_measured_by_the_day() {
    let by_shower: Vec<&str> = CATALOGUE.iter().filter(|tip| is_by_shower(tip)).map(|tip| tip.name).collect();
    assert_eq!(by_shower.len(), IN_ONE_DRAW.len());
    assert!(by_shower.iter().all(|name| find(name).is_some_and(|tip| tip.category == Category::Shower)));
    assert!(["shower-off-while-soaping", "shower-dipper"].iter().all(|name| find(name).is_some_and(|tip| !is_by_shower(tip))));
}

/// Counts of showers around a day, of which both sides have enough.
fn counts() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(0_u16..6, 85).prop_filter("enough on both sides", |counts| {
        [&counts[..42], &counts[43..]].iter().all(|side| side.iter().sum::<u16>() >= 8)
    })
}

proptest! {
    /// What is injected is what is said: with showers that are alike, exactly, on whichever days they are taken and however many.
    #[test]
    fn the_change_of_alike_showers_is_what_is_said_to_be_saved(counts in counts(), before in 20_i64..90, after in 20_i64..90) {
        let found = course(&counts, (before, after)).expect("enough of them");
        let number: i64 = counts[..42].iter().map(|count| i64::from(*count)).sum();
        let change = number * (before - after) * 1_000;
        prop_assert!((found.saved().0 * 42 - change).abs() <= 84, "{} of {change}", found.saved().0 * 42);
        prop_assert_eq!(found.margin, Millilitres::ZERO);
    }

    /// Days without a shower, before and after, change nothing of what one uses.
    #[test]
    fn the_days_on_which_showers_are_taken_make_no_difference(counts in counts(), turn in 0..42_usize) {
        let mut turned = counts.clone();
        turned[..42].rotate_left(turn);
        turned[43..].rotate_right(turn);
        prop_assert_eq!(course(&counts, (60, 35)), course(&turned, (60, 35)));
    }

    /// Where only how often somebody showers changes, nothing is said to be saved and nothing to be used more.
    #[test]
    fn who_showers_more_or_less_often_saves_nothing_by_it(counts in counts(), each in 20_i64..90) {
        let found = course(&counts, (each, each)).expect("enough of them");
        prop_assert!(found.saved().0.abs() <= 1, "{found:?}");
    }

    /// However large or wrong what a server sends is, something is said.
    #[test]
    fn no_volume_that_a_day_may_have_makes_it_fail(volumes in prop::collection::vec(0_i64..1_000_000_000_000, 85), count in 1_u16..9) {
        let of = |day: LocalDay| {
            let volume = volumes.get(usize::try_from(day.0 - DAY.0 + SHOWER_DAYS).ok()?)?;
            Some(Use { count, volume: Millilitres(*volume), minutes: 9 })
        };
        let found = shower_effect(DAY, TODAY, of).expect("enough of them");
        prop_assert!(found.margin >= Millilitres::ZERO);
    }
}
