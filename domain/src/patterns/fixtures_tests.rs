//! What the draws of some weeks say, and what of it calls for advice.

use super::*;
use crate::{LocalDay, Millilitres};
use proptest::prelude::*;

const FIRST: LocalDay = LocalDay(20_423);

fn uses(count: u16, each: i64, minutes: u16) -> Use {
    Use { count, volume: Millilitres(each * i64::from(count)), minutes: minutes * count }
}

/// A day of two people: ten flushes, a shower each, taps.
fn plain(at: i32) -> Found {
    let minutes = [7 + (at % 3) as u8, 8 + (at % 2) as u8];
    Found {
        flush: uses(10, 9_000, 4),
        shower: uses(2, 45_000, 8),
        tap: uses(30, 1_200, 1),
        cistern: Some(Cistern { volume: Millilitres(9_000), flow: Some(Millilitres(2_500)), minutes: 5 }),
        showers: minutes.into(),
        ..Found::default()
    }
}

fn of(days: i32, found: impl Fn(i32) -> Found) -> Patterns {
    let mut patterns = Patterns::default();
    for at in 0..days {
        patterns.put_draws(FIRST.plus(at), DayDraws::Fine(found(at)));
    }
    patterns
}

fn kinds(patterns: &Patterns) -> Vec<Kind> {
    patterns.evidence(None).iter().map(Evidence::kind).collect()
}

#[test]
fn a_usual_day_has_its_flushes_showers_and_litres_and_how_sure_they_are() {
    assert_eq!(Patterns::default().summary(None).fixtures, None, "nobody has looked");
    let early = of(13, plain).summary(None).fixtures;
    assert_eq!(early, Some(Fixtures::Early { days: 13, needed: 14 }));
    let Some(Fixtures::Found { days, uses }) = of(40, plain).summary(None).fixtures else { panic!("found") };
    let flush = uses.iter().find(|of| of.fixture == Fixture::Toilet).expect("flushes");
    assert_eq!((days, flush.count, flush.a_day), (28, 280, Millilitres::litres(90)));
    assert_eq!((flush.each, flush.sure), (Some(Millilitres::litres(9)), HowSure::Sure));
    let all: Vec<Fixture> = uses.iter().map(|of| of.fixture).collect();
    assert_eq!(all, [Fixture::Toilet, Fixture::Shower, Fixture::Tap], "what takes nothing is not named");
}

#[test]
fn a_meter_that_is_too_coarse_is_called_that_until_enough_days_are_fine() {
    let mut patterns = of(10, plain);
    patterns.put_draws(FIRST.plus(10), DayDraws::Coarse(Coarse::Interval));
    assert_eq!(patterns.summary(None).fixtures, Some(Fixtures::Coarse(Coarse::Interval)));
    let mut later = of(20, plain);
    later.put_draws(FIRST.plus(20), DayDraws::Coarse(Coarse::Gaps));
    assert!(matches!(later.summary(None).fixtures, Some(Fixtures::Found { days: 20, .. })));
}

#[test]
fn a_plain_household_calls_for_nothing() {
    assert!(kinds(&of(84, plain)).is_empty());
}

#[test]
fn a_flapper_is_seen_by_its_fills_on_five_of_seven_nights() {
    let from =
        |first: i32| of(60, move |at| Found { night_fills: uses(if at >= first { 11 } else { 2 }, 9_000, 1), ..plain(at) });
    let seen = from(55).evidence(None);
    let expected = Evidence::NightFills { fills: 11, each: Millilitres::litres(9), days: 5, among: 7 };
    assert_eq!(seen.first(), Some(&expected));
    assert_eq!(expected.at_stake(), Millilitres(11 * 9_000 * 24 / 5));
    assert!(kinds(&from(56)).is_empty());
}

#[test]
fn a_garden_on_four_nights_of_fourteen_is_seen_and_three_are_not() {
    let from = |first: i32| of(60, move |at| Found { night_garden: uses(u16::from(at >= first), 180_000, 18), ..plain(at) });
    assert_eq!(from(56).evidence(None), [Evidence::GardenAtNight { volume: Millilitres::litres(180), days: 4, among: 14 }]);
    assert!(kinds(&from(57)).is_empty());
}

#[test]
fn showers_that_are_twice_as_long_are_seen_from_their_day_on() {
    let longer = of(84, |at| {
        let mut found = plain(at);
        if at >= 60 {
            found.shower = uses(2, 90_000, 16);
            found.showers.iter_mut().for_each(|minutes| *minutes *= 2);
        }
        found
    });
    let seen = longer.evidence(None);
    let Some(Evidence::LongerShowers { since, before, after, showers, volume }) = seen.first().copied() else {
        panic!("{seen:?}")
    };
    assert_eq!((since, showers, volume), (FIRST.plus(60), 48, Millilitres::litres(180)));
    assert!((7..=9).contains(&before) && (15..=18).contains(&after), "{before} {after}");
    let stake = seen[0].at_stake();
    assert!((Millilitres::litres(80)..Millilitres::litres(101)).contains(&stake), "{stake:?}");
}

#[test]
fn a_machine_on_five_days_of_a_week_is_often() {
    let every = |of_seven: i32| of(84, move |at| Found { machine: uses(u16::from(at % 7 < of_seven), 45_000, 60), ..plain(at) });
    let expected = Evidence::MachineOften { cycles: 20, days: 28, each: Millilitres::litres(45) };
    assert_eq!(every(5).evidence(None), [expected]);
    assert!(kinds(&every(4)).is_empty());
}

proptest! {
    #[test]
    fn draws_are_the_last_version_of_each_day_in_whatever_order_they_come(
        arrived in proptest::collection::vec((0_i32..140, 0_u16..20), 1..120),
    ) {
        let found = |fills: u16| DayDraws::Fine(Found { night_fills: uses(fills, 800, 1), ..Found::default() });
        let mut last = std::collections::BTreeMap::new();
        let mut kept = Patterns::default();
        for (at, fills) in &arrived {
            kept.put_draws(FIRST.plus(*at), found(*fills));
            last.insert(*at, *fills);
        }
        let mut backward = Patterns::default();
        for (at, fills) in last.into_iter().rev() {
            backward.put_draws(FIRST.plus(at), found(fills));
        }
        prop_assert_eq!(&kept, &backward);
        prop_assert_eq!(kept.evidence(None), backward.evidence(None));
    }
}
