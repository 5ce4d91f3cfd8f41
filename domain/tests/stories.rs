//! The walk against an independent oracle: of all choices of readings to keep, tried one by one, the one with the fewest contradictions.

use domain::metering::meter::Capability;
use domain::metering::reading::absorb::{WindowEnd, absorb};
use domain::metering::reading::{ClockState, Point, Rules, Trust};
use domain::{ConnectionId, Millilitres, TimeZone, UtcMillis};
use proptest::prelude::*;
use uuid::Uuid;

const START: i64 = 1_790_000_000_000;
const R: i64 = 1_000_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A reading: milliseconds since the start, register in millilitres, who read it.
type Reading = (i64, i64, Trust);

fn used(readings: &[Reading]) -> i64 {
    let points: Vec<Point> = readings
        .iter()
        .map(|(at, register, trust)| Point {
            t: UtcMillis(START + at),
            register: Millilitres(*register),
            connection: Some(ConnectionId(Uuid::nil())),
            clock: ClockState::Believed,
            trust: *trust,
        })
        .collect();
    let rules = Rules { capability: &Capability::HOUSEHOLD, salt: 1 };
    let whole = (WindowEnd::History, WindowEnd::History);
    let absorbed = absorb(whole, &[], &points, &rules, &|_| TimeZone::Jakarta).expect("the whole history");
    absorbed.usage.values().map(|day| day.volume.0).sum()
}

fn by_meter(spacing: i64, registers: &[i64]) -> Vec<Reading> {
    registers.iter().enumerate().map(|(at, register)| (at as i64 * spacing, *register, Trust::Meter)).collect()
}

mod oracle {
    use super::{MINUTE, Reading};
    use domain::metering::reading::Trust;

    /// 1.25 × 2.5 m³/h, each in whole millilitres a minute: over three days nearly 6 L less than in fractions.
    const Q4_PER_MINUTE: i64 = 41_666 * 5 / 4;
    const SLACK: i64 = 120_000;
    const MODULUS: i64 = 100_000_000_000;
    const EXCEPTION: i64 = 5;
    const HORIZON: usize = 32;

    fn weight(reading: &Reading) -> i64 {
        match reading.2 {
            Trust::ByEye => 1,
            Trust::DeclaredRight => 1_000_000,
            _ => 2,
        }
    }

    /// The most that can flow between two readings.
    pub fn passes(from: &Reading, to: &Reading) -> i64 {
        (to.0 - from.0) * Q4_PER_MINUTE / MINUTE + SLACK
    }

    /// What flowed if the one follows the other, and whether across zero.
    fn follows(from: &Reading, to: &Reading) -> Option<(i64, bool)> {
        let (straight, around) = (to.1 - from.1, to.1 - from.1 + MODULUS);
        let most = passes(from, to);
        if (0..=most).contains(&straight) {
            Some((straight, false))
        } else {
            (straight < 0 && (0..=most).contains(&around)).then_some((around, true))
        }
    }

    /// The reading before `from` to whose register `to` returns.
    fn origin(all: &[Reading], from: usize, to: usize) -> Option<usize> {
        let step = follows(&all[from], &all[to]);
        if step.is_some_and(|(_, around)| around) {
            return None;
        }
        (to.saturating_sub(HORIZON)..from).rev().find(|at| {
            let is_left = follows(&all[*at], &all[*at + 1]).is_none() && follows(&all[*at], &all[from]).is_none();
            let is_reached = follows(&all[*at], &all[to]).is_some_and(|(_, around)| !around);
            let lowest = all[*at + 1..=from].iter().map(|reading| reading.1).min().expect("some");
            let gap = all[*at].1 - all[from].1;
            let leaps = step.is_none() || (2 * gap >= all[to].1 - all[from].1 && 2 * gap >= all[*at].1 - lowest);
            let is_allowed = all[*at + 1..to].iter().all(|reading| reading.2 != Trust::DeclaredRight);
            is_left && is_reached && leaps && is_allowed
        })
    }

    /// How one kept reading follows another: what the link costs, what flowed, and where the register returned to.
    type Link = (i64, i64, Option<usize>);

    fn link(all: &[Reading], from: usize, to: usize) -> Link {
        match (origin(all, from, to), follows(&all[from], &all[to])) {
            (Some(origin), _) => (EXCEPTION, all[to].1 - all[origin].1, Some(origin)),
            (None, Some((volume, _))) => (0, volume, None),
            (None, None) => (EXCEPTION, 0, None),
        }
    }

    /// What was used by the best of all choices; the first reading is in each of them.
    pub fn used(all: &[Reading]) -> i64 {
        let links: Vec<Vec<Link>> =
            (0..all.len()).map(|from| (from + 1..all.len()).map(|to| link(all, from, to)).collect()).collect();
        let cost = |mask: u32| {
            let (mut cost, mut flowed, mut last) = (0, 0, 0);
            for at in 1..all.len() {
                if mask >> at & 1 == 0 {
                    cost += weight(&all[at]);
                } else {
                    let (more, volume, _) = links[last][at - last - 1];
                    (cost, flowed, last) = (cost + more, flowed + volume, at);
                }
            }
            (cost, flowed)
        };
        // Of two choices alike the one whose last kept reading is earlier, and so on down: the smaller number.
        let best =
            (0..1_u32 << (all.len() - 1)).map(|rest| rest << 1 | 1).min_by_key(|mask| (cost(*mask), *mask)).expect("a choice");
        let mut settled = vec![(0, 0)];
        for at in (1..all.len()).filter(|at| best >> at & 1 == 1) {
            let (before, _) = settled[settled.len() - 1];
            let (_, volume, origin) = links[before][at - before - 1];
            let position = origin.map(|origin| settled.iter().position(|(kept, _)| *kept == origin));
            match position {
                Some(Some(position)) => settled.truncate(position + 1),
                Some(None) => {
                    settled.push((at, 0));
                    continue;
                }
                None => {}
            }
            settled.push((at, volume));
        }
        settled.iter().map(|(_, volume)| volume).sum()
    }
}

/// Up to twelve readings of a real flow, up to three of them wrong, some read by eye.
fn histories() -> impl Strategy<Value = (Vec<Reading>, i64)> {
    let spacing = prop_oneof![Just(5 * MINUTE), Just(HOUR), Just(DAY), 1_i64..3 * DAY];
    let step = (spacing, 0_i64..1_000_000, 0_u8..6);
    let wrong = (
        any::<proptest::sample::Index>(),
        prop_oneof![Just(0_i64), 0_i64..200_000_000, -90_000_000_i64..90_000_000],
        any::<bool>(),
    );
    (proptest::collection::vec(step, 2..=12), proptest::collection::vec(wrong, 0..=3), 0_i64..120_000_000).prop_map(
        |(steps, wrong, first)| {
            let (mut at, mut register) = (0, first);
            let mut readings = Vec::new();
            for (spacing, flow, eye) in steps {
                at += spacing;
                register += flow.min(spacing * 3_125 / 3_600);
                readings.push((at, register, if eye == 0 { Trust::ByEye } else { Trust::Meter }));
            }
            let truth = readings[readings.len() - 1].1 - readings[0].1;
            for (index, value, is_absolute) in wrong {
                let reading = index.get(&readings).0;
                let found = readings.iter_mut().find(|other| other.0 == reading).expect("it is there");
                found.1 = if is_absolute { value } else { found.1 + value }.max(0);
            }
            (readings, truth)
        },
    )
}

#[test]
fn a_day_of_the_overload_flow_is_taken_and_a_millilitre_more_is_not() {
    let most = 41_666 * 5 / 4 * 24 * 60 + 120_000;
    assert_eq!(used(&by_meter(DAY, &[R, R + most])), most);
    assert_eq!(used(&by_meter(DAY, &[R, R + most + 1])), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn the_walk_finds_the_story_with_the_fewest_contradictions((readings, truth) in histories()) {
        let walked = used(&readings);
        prop_assert_eq!(walked, oracle::used(&readings));
        let is_clean = readings.windows(2).all(|pair| pair[0].1 <= pair[1].1) && readings[readings.len() - 1].1 - readings[0].1 == truth;
        let is_possible = readings.windows(2).all(|pair| pair[1].1 - pair[0].1 <= oracle::passes(&pair[0], &pair[1]));
        prop_assert!(!(is_clean && is_possible) || walked == truth, "a register that nothing contradicts is taken at its word");
    }
}

#[test]
fn a_reading_that_the_next_ones_contradict_is_charged_never() {
    assert_eq!(used(&by_meter(5 * MINUTE, &[R, R + 100_000, R, R, R])), 0);
    assert_eq!(used(&by_meter(5 * MINUTE, &[R, R + 100_000, R + 10_000, R + 20_000])), 20_000);
}

#[test]
fn a_mistyped_manual_reading_yields_to_the_meter_at_its_first_word() {
    let mistyped = [
        (0, 207_410_000, Trust::ByEye),
        (48 * HOUR, 307_410_000, Trust::ByEye),
        (48 * HOUR + 5 * MINUTE, 207_430_000, Trust::Meter),
        (48 * HOUR + 10 * MINUTE, 207_440_000, Trust::Meter),
        (48 * HOUR + 15 * MINUTE, 207_450_000, Trust::Meter),
    ];
    assert_eq!(used(&mistyped[..3]), 20_000);
    assert_eq!(used(&mistyped), 40_000);
}

#[test]
fn a_register_that_returns_to_where_it_was_was_never_set_anew() {
    assert_eq!(used(&by_meter(DAY, &[60_000_000, 0, 0, 0, 60_400_000])), 400_000);
    for zeros in 1..=24 {
        for spacing in [5 * MINUTE, HOUR, DAY] {
            let mut registers = vec![59_800_000, 59_900_000, 60_000_000];
            registers.extend(std::iter::repeat_n(0, zeros));
            registers.extend([60_040_000, 60_060_000, 60_080_000]);
            assert_eq!(used(&by_meter(spacing, &registers)), 280_000, "{zeros} zeros, one each {spacing} ms");
        }
    }
    let mut high = vec![60_000_000, 60_010_000];
    high.extend(std::iter::repeat_n(95_000_000, 9));
    high.extend([60_020_000, 60_030_000, 60_040_000]);
    assert_eq!(used(&by_meter(5 * MINUTE, &high)), 40_000);
}

#[test]
fn a_meter_that_was_really_set_back_passes_its_old_register_in_an_ordinary_step() {
    let back: Vec<i64> = [1_000_000].into_iter().chain((0..40).map(|hour| 900_000 + hour * 5_000)).collect();
    assert_eq!(used(&by_meter(HOUR, &back)), 39 * 5_000);
}

#[test]
fn what_a_person_declares_right_is_kept_against_any_number_of_readings() {
    let mut readings = by_meter(HOUR, &[R, R + 1_000, 0, R + 2_000, R + 3_000]);
    readings[2].2 = Trust::DeclaredRight;
    assert_eq!(used(&readings), 1_000, "it was 0 then, and two readings are too few to say that it jumped back");
    readings[2].2 = Trust::DeclaredWrong;
    assert_eq!(used(&readings), 3_000);
}
