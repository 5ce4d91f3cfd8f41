//! Draws that are known are found as what they are, and what is too coarse is not guessed at.

use super::*;
use crate::core::local_time::MINUTE_MS;
use crate::{LocalDay, TimeZone};
use proptest::prelude::*;

const ZONE: TimeZone = TimeZone::Jakarta;
const DAY: LocalDay = LocalDay(20_423);

/// A day of which each minute was read, with these flows from these local minutes on.
fn day(draws: &[(usize, &[i64])]) -> Series {
    let mut minutes = vec![0; DAY_MINUTES];
    for (at, flow) in draws {
        minutes[*at..].iter_mut().zip(*flow).for_each(|(minute, ml)| *minute += ml);
    }
    read(&minutes, 1)
}

/// The same of all minutes, with a reading every so many of them.
fn read(minutes: &[i64], every: usize) -> Series {
    let mut series = Series::new(ZONE, DAY);
    for (number, part) in minutes.chunks(every).enumerate() {
        let from = ZONE.start_of(DAY).plus((number * every) as i64 * MINUTE_MS);
        series.add((from, from.plus(part.len() as i64 * MINUTE_MS)), Millilitres(part.iter().sum()));
    }
    series
}

fn found(series: &Series) -> Found {
    match analyse(series, None) {
        DayDraws::Fine(found) => found,
        DayDraws::Coarse(coarse) => panic!("{coarse:?}"),
    }
}

/// What the real flat's cistern takes.
const FLUSH: [i64; 7] = [1_101, 2_000, 2_000, 2_000, 2_000, 2_000, 899];

/// Its float valve.
const CISTERN: Cistern = Cistern { volume: Millilitres(12_000), flow: Some(Millilitres(2_000)), minutes: 7 };

#[test]
fn a_flush_is_known_by_its_flow_and_volume_alone_and_beside_a_tap() {
    let clean = found(&day(&[(400, &FLUSH), (800, &[501, 700])]));
    assert_eq!((clean.flush.count, clean.flush.volume, clean.tap.count), (1, Millilitres(12_000), 1));
    assert_eq!(clean.cistern, Some(CISTERN));
    let beside = found(&day(&[(400, &FLUSH), (600, &FLUSH), (602, &[1_503, 1_200])]));
    assert_eq!((beside.flush.count, beside.tap.count), (2, 1));
    let two = found(&day(&[(400, &FLUSH), (600, &FLUSH), (600, &FLUSH)]));
    assert_eq!((two.flush.count, two.flush.volume), (3, Millilitres(36_000)));
}

#[test]
fn a_fast_cistern_is_known_by_coming_again_or_from_the_days_before() {
    let fast: &[i64] = &[3_501, 2_499];
    let often: Vec<(usize, &[i64])> = [400, 500, 700, 900].map(|at| (at, fast)).into();
    assert_eq!((found(&day(&often)).flush.count, found(&day(&often[..2])).flush.count), (4, 0));
    let known = Cistern { volume: Millilitres(6_000), flow: None, minutes: 2 };
    let later = analyse(&day(&often[..2]), Some(known));
    assert_eq!(later.fine().map(|found| (found.flush.count, found.cistern)), Some((2, Some(known))));
}

#[test]
fn a_shower_is_not_peeled_into_flushes_and_keeps_its_minutes() {
    let shower: &[i64] = &[2_401, 3_200, 4_900, 4_000, 4_100, 3_800, 3_800, 3_800, 3_500, 2_100];
    let day = found(&day(&[(400, &FLUSH), (1_200, shower)]));
    assert_eq!((day.flush.count, day.shower.count, day.showers), (1, 1, vec![10]));
}

#[test]
fn a_machine_is_its_fills_and_two_fills_are_none() {
    let fill: &[i64] = &[1_901, 6_500, 1_800];
    let fills: Vec<(usize, &[i64])> = [600, 629, 642, 655].map(|at| (at, fill)).into();
    let machine = found(&day(&fills)).machine;
    assert_eq!((machine.count, machine.volume), (1, Millilitres(4 * 10_201)));
    assert_eq!(found(&day(&fills[..2])).machine.count, 0);
    // It began before midnight: it is of the day on which it began.
    let before = Series::new(ZONE, DAY).span().0;
    let mut next = Series::new(ZONE, DAY);
    for minute in 0..1_800_usize {
        let at = before.plus(minute as i64 * MINUTE_MS);
        let ml = [150, 175, 188, 201].iter().find_map(|from| fill.get(minute.checked_sub(*from)?)).copied().unwrap_or(0);
        next.add((at, at.plus(MINUTE_MS)), Millilitres(ml));
    }
    assert_eq!((found(&next).machine.count, found(&next).tap.count), (0, 0));
}

#[test]
fn a_hose_is_steady_and_at_night_it_is_a_garden_at_night() {
    let hose = vec![10_001; 20];
    let tap = (700, &[501, 700][..]);
    let (by_day, by_night) = (found(&day(&[(960, &hose), tap])), found(&day(&[(120, &hose), tap])));
    assert_eq!((by_day.garden.count, by_day.night_garden.count), (1, 0));
    assert_eq!((by_night.garden.count, by_night.night_garden.volume), (1, Millilitres(200_020)));
}

#[test]
fn what_runs_all_the_time_is_no_draw_and_fills_of_one_volume_at_night_are_counted() {
    let mut series = Series::new(ZONE, DAY);
    for minute in 0..1_800_usize {
        let at = ZONE.start_of(DAY).plus((minute as i64 - 180) * MINUTE_MS);
        let flush = minute.checked_sub(580).and_then(|place| FLUSH.get(place)).copied().unwrap_or(0);
        series.add((at, at.plus(MINUTE_MS)), Millilitres(167 + flush));
    }
    let leaking = found(&series);
    assert_eq!((leaking.flush.count, leaking.tap.count), (1, 0));
    assert_eq!(leaking.base, Millilitres(167 * 1_440));
    let fill: &[i64] = &[901];
    let tap: (usize, &[i64]) = (700, &[501]);
    let again: Vec<(usize, &[i64])> = (0..12).map(|number| (number * 24, fill)).chain([tap]).collect();
    let fills = found(&day(&again)).night_fills;
    assert_eq!((fills.count, fills.each()), (12, Some(Millilitres(901))));
}

#[test]
fn what_is_too_coarse_is_said_and_not_guessed() {
    let mut minutes = vec![0; DAY_MINUTES];
    minutes[400..407].copy_from_slice(&FLUSH);
    assert_eq!(analyse(&read(&minutes, 15), None), DayDraws::Coarse(Coarse::Interval));
    assert_eq!(analyse(&read(&minutes[..1_000], 1), None), DayDraws::Coarse(Coarse::Gaps));
    minutes[400..407].copy_from_slice(&[0, 10_000, 0, 0, 0, 0, 10_000]);
    assert_eq!(analyse(&read(&minutes, 1), None), DayDraws::Coarse(Coarse::Step));
    assert_eq!(analyse(&Series::new(ZONE, DAY), None), DayDraws::Coarse(Coarse::Interval), "nothing was read");
}

#[test]
fn a_register_that_steps_by_a_tenth_of_a_litre_still_shows_a_flush_and_a_shower() {
    let stepped: &[i64] = &[1_100, 2_000, 2_000, 2_000, 2_000, 2_000, 900];
    let shower: &[i64] = &[3_100, 4_000, 5_200, 4_400, 5_000, 4_300, 3_000];
    let day = found(&day(&[(400, stepped), (700, stepped), (1_200, shower)]));
    assert_eq!((day.flush.count, day.shower.count), (2, 1));
}

#[test]
fn a_days_draws_are_sent_and_read_again_as_they_are() {
    let fine = DayDraws::Fine(found(&day(&[(120, &[10_001; 20]), (400, &FLUSH)])));
    for draws in [fine, DayDraws::Coarse(Coarse::Step)] {
        let text = serde_json::to_string(&draws).expect("JSON");
        assert_eq!(serde_json::from_str::<DayDraws>(&text).expect("draws"), draws, "{text}");
        assert!(text.len() < 700, "{text}");
    }
}

fn any_minutes() -> impl Strategy<Value = Vec<i64>> {
    let some = proptest::collection::vec((0_usize..DAY_MINUTES, 1_usize..40, 1_i64..20_000), 0..60);
    some.prop_map(|draws| {
        let mut minutes = vec![0; DAY_MINUTES];
        for (at, length, flow) in draws {
            minutes[at..].iter_mut().take(length).for_each(|minute| *minute += flow);
        }
        minutes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_used_is_all_in_the_draws_but_for_a_little_noise(minutes in any_minutes(), knows in any::<bool>()) {
        if let DayDraws::Fine(found) = analyse(&read(&minutes, 1), knows.then_some(CISTERN)) {
            let draws = [found.flush, found.shower, found.machine, found.garden, found.tap];
            let named: i64 = draws.iter().map(|of| of.volume.0).sum::<i64>() + found.base.0;
            let used: i64 = minutes.iter().sum();
            // What is left beside a flush is noise below 60 mL a minute, and 20 mL a minute are noise anywhere.
            prop_assert!(named <= used && used - named <= 1_440 * 80, "{named} of {used}");
            prop_assert_eq!(found.showers.len(), usize::from(found.shower.count).min(24));
            prop_assert!(found.night_garden.count <= found.garden.count);
        }
    }

    #[test]
    fn a_series_holds_what_was_added_however_it_was_cut(cuts in proptest::collection::vec((1_i64..70_000, 0_i64..9_000), 1..200)) {
        let mut series = Series::new(ZONE, DAY);
        let (mut at, mut sum) = (ZONE.start_of(DAY), 0);
        for (length, ml) in cuts {
            series.add((at, at.plus(length)), Millilitres(ml));
            (at, sum) = (at.plus(length), sum + ml);
        }
        prop_assert_eq!(series.minutes().iter().sum::<i64>(), sum);
    }
}
