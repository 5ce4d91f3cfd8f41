//! What is found in made-up days, and that it does not matter how they came.

use super::*;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::metering::reading::DayUse;
use crate::metering::reading::rollup::HourUse;
use crate::{LocalDay, Millilitres};
use proptest::prelude::*;

/// A Monday.
const MONDAY: LocalDay = LocalDay(20_423);

fn day(hours: [i64; 24]) -> DayUse {
    let hours = hours.map(|volume| HourUse { volume: Millilitres(volume), covered_ms: HOUR_MS });
    DayUse { volume: hours.iter().map(|hour| hour.volume).sum(), covered_ms: DAY_MS, hours }
}

/// So many days on end.
fn of(days: i32, hours: impl Fn(i32) -> [i64; 24]) -> Patterns {
    Patterns::of((0..days).map(|at| (MONDAY.plus(at), day(hours(at)))))
}

fn kinds(patterns: &Patterns) -> Vec<Kind> {
    patterns.evidence(None).iter().map(Evidence::kind).collect()
}

/// A plain household: baths twice a day, a little by day, nothing at night.
fn plain(at: i32) -> [i64; 24] {
    std::array::from_fn(|hour| match hour {
        6 => 70_000 + i64::from(at % 5) * 4_000,
        17 => 60_000 + i64::from(at % 3) * 5_000,
        7..22 => 10_000 + (i64::from(at) * 7 + hour as i64 * 5) % 9 * 1_000,
        _ => 0,
    })
}

#[test]
fn the_first_day_here_is_a_monday() {
    assert_eq!(MONDAY.weekday(), 0);
}

#[test]
fn of_two_weeks_and_less_nothing_is_said_yet() {
    let few = of(13, plain);
    assert_eq!((few.evidence(Some(2)), few.summary(Some(2)).usual), (Vec::new(), None));
    assert!(few.summary(None).peaks.is_empty());
    let enough = of(14, plain).summary(Some(2));
    assert!(enough.usual.is_some_and(|usual| enough.per_person == Some(Millilitres(usual.0 / 2))), "{enough:?}");
    assert_eq!(of(28, plain).summary(None).per_person, None, "nobody said how many live there");
}

#[test]
fn a_plain_household_has_no_evidence_but_its_hours_and_nights() {
    let patterns = of(60, plain);
    let summary = patterns.summary(Some(3));
    assert!(kinds(&patterns).is_empty());
    let peaks: Vec<u8> = summary.peaks.iter().map(|peak| peak.hour).take(2).collect();
    assert_eq!((peaks, summary.night.map(|night| night.volume)), (vec![6, 17], Some(Millilitres::ZERO)));
    assert!(summary.shifts.is_empty() && summary.split.is_some());
}

#[test]
fn what_runs_all_day_is_named_with_how_much_and_on_how_many_days() {
    let leaking = of(40, |at| if at >= 33 { plain(at).map(|volume| volume + 11_000) } else { plain(at) });
    let expected = Evidence::SteadyFlow { rate: Millilitres(11_000), days: 7, among: 7 };
    assert_eq!(leaking.evidence(None).first(), Some(&expected));
    assert_eq!(expected.at_stake(), Millilitres::litres(264));
    let mended = of(40, |at| if (33..39).contains(&at) { plain(at).map(|volume| volume + 11_000) } else { plain(at) });
    assert!(!kinds(&mended).contains(&Kind::SteadyFlow), "it stood still on the last day");
}

#[test]
fn water_every_other_night_is_a_habit_and_four_nights_are_not() {
    let night = |every: i32, from: i32| {
        of(42, move |at| {
            let mut hours = plain(at);
            hours[2] += if at >= from && at % every == 0 { 180_000 } else { 0 };
            hours
        })
    };
    let found = night(2, 20).evidence(None).into_iter().find(|evidence| evidence.kind() == Kind::NightUse);
    assert_eq!(found, Some(Evidence::NightUse { volume: Millilitres::litres(180), days: 7, among: 14 }));
    assert!(!kinds(&night(4, 20)).contains(&Kind::NightUse));
}

#[test]
fn longer_baths_are_found_from_their_day_on_and_more_of_everything_is_not_called_that() {
    let baths = of(56, |at| {
        let mut hours = plain(at);
        if at >= 31 {
            (hours[6], hours[17]) = (hours[6] * 2, hours[17] * 2);
        }
        hours
    });
    let found = baths.evidence(None).into_iter().find_map(|evidence| match evidence {
        Evidence::BathsRisen { shift } => Some(shift),
        _ => None,
    });
    let shift = found.expect("a change");
    assert_eq!((shift.since, shift.days), (MONDAY.plus(31), (28, 25)));
    assert!((100_000..180_000).contains(&shift.change().0), "{shift:?}");
    let all = of(56, |at| {
        let mut hours = plain(at);
        if at >= 31 {
            hours = hours.map(|volume| volume * 2);
            hours[10] += 60_000;
        }
        hours
    });
    assert!(!kinds(&all).contains(&Kind::BathsRisen) && kinds(&all).contains(&Kind::Risen));
    let back = of(80, |at| if (30..50).contains(&at) { plain(at).map(|volume| volume * 2) } else { plain(at) });
    assert!(!kinds(&back).contains(&Kind::Risen), "it is as it was before");
    assert_eq!(back.summary(None).shifts.len(), 2, "both are kept on record");
}

#[test]
fn what_a_factory_uses_is_judged_as_what_a_house_does() {
    // 12,000 m³ a day.
    let factory = of(56, |at| {
        let mut hours = plain(at).map(|volume| volume * 30_000);
        if at >= 31 {
            (hours[6], hours[17]) = (hours[6] * 2, hours[17] * 2);
        }
        hours
    });
    assert!(kinds(&factory).contains(&Kind::BathsRisen));
}

#[test]
fn a_day_that_was_hardly_measured_says_nothing() {
    let mut patterns = of(30, plain);
    let before = patterns.summary(None);
    let partly = DayUse { covered_ms: DAY_MS / 2, ..day([900_000; 24]) };
    patterns.put(MONDAY.plus(30), DayUse { hours: [HourUse::default(); 24], ..partly });
    assert_eq!(patterns.summary(None), before);
}

/// The days that a history has in the end, by the last version of each.
fn arrivals() -> impl Strategy<Value = Vec<(i32, [i64; 24])>> {
    let hours = proptest::array::uniform24(0_i64..200_000);
    proptest::collection::vec((0_i32..140, hours), 1..160)
}

proptest! {
    #[test]
    fn what_is_kept_up_to_date_is_what_is_made_of_the_last_version_of_each_day(arrived in arrivals()) {
        let mut kept = Patterns::default();
        let mut last = std::collections::BTreeMap::new();
        for (at, hours) in &arrived {
            kept.put(MONDAY.plus(*at), day(*hours));
            last.insert(MONDAY.plus(*at), day(*hours));
        }
        let forward = Patterns::of(last.clone());
        let backward = Patterns::of(last.into_iter().rev());
        prop_assert_eq!(&kept, &forward);
        prop_assert_eq!(&forward, &backward);
        prop_assert_eq!(kept.evidence(Some(3)), backward.evidence(Some(3)));
    }

    #[test]
    fn days_that_are_all_alike_show_no_change(hours in proptest::array::uniform24(0_i64..500_000), days in 14_i32..84) {
        let patterns = of(days, |_| hours);
        prop_assert_eq!(patterns.summary(None).shifts, Vec::new());
        let changed = kinds(&patterns).into_iter().any(|kind| matches!(kind, Kind::Risen | Kind::BathsRisen | Kind::WeekendUse));
        prop_assert!(!changed);
    }

    #[test]
    fn the_same_days_some_weeks_later_say_the_same(
        weeks in 1_i32..200, volumes in proptest::collection::vec(0_i64..900_000, 40..84),
    ) {
        let course = |from: i32| -> Vec<(LocalDay, i64)> { (from..).zip(&volumes).map(|(at, volume)| (LocalDay(at), *volume)).collect() };
        let moved: Vec<Shift> = shifts(&course(0), 40_000)
            .into_iter()
            .map(|shift| Shift {
                since: shift.since.plus(weeks * 7),
                from: shift.from.plus(weeks * 7),
                until: shift.until.plus(weeks * 7),
                ..shift
            })
            .collect();
        prop_assert_eq!(shifts(&course(weeks * 7), 40_000), moved);
    }

    #[test]
    fn a_change_names_its_own_days_and_two_are_never_side_by_side(
        volumes in proptest::collection::vec(0_i64..900_000, 28..84), step in 0_i64..4_000_000, at in 14_usize..70,
    ) {
        let stepped = |(place, volume): (usize, &i64)| (LocalDay(place as i32), volume + if place >= at { step } else { 0 });
        let course: Vec<(LocalDay, i64)> = volumes.iter().enumerate().map(stepped).collect();
        let found = shifts(&course, 40_000);
        for shift in &found {
            let days = (shift.since.0 - shift.from.0, shift.until.0 - shift.since.0 + 1);
            prop_assert_eq!(days, (i32::from(shift.days.0), i32::from(shift.days.1)));
            prop_assert!(shift.days.0 >= 14 && shift.days.1 >= 14 && shift.change().0.abs() >= 40_000);
        }
        prop_assert!(found.windows(2).all(|two| two[1].since.0 - two[0].since.0 >= 14));
        // Where all that is new is above all that was, there is a change, unless there are too few days on a side.
        if step >= 1_900_000 && at + 14 <= course.len() {
            prop_assert!(!found.is_empty());
        }
    }
}
