//! The rules over households made up minute by minute: what is found, what is not, and that it does not matter how one came there.

use super::*;
use crate::leaks::{Evidence, Normal, Severity};
use crate::metering::meter::Capability;
use crate::{Millilitres, TimeZone};
use proptest::prelude::*;

/// A local midnight in Jakarta.
const START: i64 = 1_767_546_000_000;

fn meter(normals: &[Normal]) -> MeterSetting<'_> {
    MeterSetting { zone: TimeZone::Jakarta, q3: Capability::HOUSEHOLD.q3, step: None, normals }
}

/// What a plain household uses in one minute, mL: now and then something by day, a shower in the morning, nothing at night.
fn plain(minute: i64) -> i64 {
    match minute % 1_440 {
        390..397 => 8_000,
        360..1_320 if minute * minute % 23 == 1 => 500 + minute * 37 % 5_000,
        _ => 0,
    }
}

/// The intervals of a use, through a register that steps.
fn intervals(days: i64, pace: i64, step: i64, use_of: impl Fn(i64) -> i64) -> Vec<Interval> {
    let (mut sum, mut register) = (0, 0);
    (0..days * 1_440 / pace)
        .map(|number| {
            sum += (number * pace..(number + 1) * pace).map(&use_of).sum::<i64>();
            let before = std::mem::replace(&mut register, sum / step * step);
            let at = |number: i64| UtcMillis(START + number * pace * MINUTE_MS);
            let volume = Millilitres(register - before);
            Interval { from: at(number), to: at(number + 1), volume, valve: Valve::Open, source: Source::Meter }
        })
        .collect()
}

fn found(all: &[Interval], normals: &[Normal]) -> Vec<Change> {
    replay(LeakState::default(), &meter(normals), all).expect("in order").changes
}

fn opened(changes: &[Change]) -> Vec<(Rule, i64)> {
    let is_opened = |change: &&Change| matches!(change, Change::Opened { .. });
    changes.iter().filter(is_opened).map(|change| (change.case().rule, change.at().since(UtcMillis(START)) / MINUTE_MS)).collect()
}

#[test]
fn a_state_takes_at_most_400_bytes_in_memory_and_when_stored() {
    assert!(size_of::<LeakState>() <= 400, "{}", size_of::<LeakState>());
    assert!(LeakState::default().to_bytes().len() <= 400, "{}", LeakState::default().to_bytes().len());
}

#[test]
fn a_plain_household_has_no_case() {
    for (pace, step) in [(1, 1), (1, 1_000), (15, 10_000), (60, 100_000)] {
        assert_eq!(found(&intervals(60, pace, step, plain), &[]), [], "{pace} min, {step} mL");
    }
}

#[test]
fn a_drip_is_found_within_26_hours_and_cleared_when_it_stops() {
    let (from, until) = (30 * 1_440 + 700, 33 * 1_440);
    let drips = |minute: i64| plain(minute) + if (from..until).contains(&minute) { 200 } else { 0 };
    let changes = found(&intervals(36, 60, 10_000, drips), &[]);
    let first = opened(&changes)[0];
    assert!(first.1 - from <= 26 * 60, "{changes:?}");
    let Some(Change::Cleared { at, case }) = changes.last() else { panic!("{changes:?}") };
    assert!(at.since(UtcMillis(START)) / MINUTE_MS - until < 24 * 60, "{changes:?}");
    assert!((9_000..=15_000).contains(&case.rate), "{case:?}");
    let lost = 200 * (until - from);
    assert!((lost * 3 / 4..=lost * 5 / 4).contains(&case.loss.0), "{lost} of {case:?}");
}

#[test]
fn a_burst_is_found_within_40_minutes_and_a_hose_of_every_evening_is_not() {
    let burst = 30 * 1_440 + 100;
    let flows = |minute: i64| {
        let hose = if (1_000..1_045).contains(&(minute % 1_440)) { 12_000 } else { 0 };
        plain(minute) + hose + if (burst..burst + 300).contains(&minute) { 5_000 } else { 0 }
    };
    let changes = found(&intervals(31, 1, 1_000, flows), &[]);
    let all = opened(&changes);
    assert_eq!(all.len(), 1, "{changes:?}");
    assert!(all[0].0 == Rule::Burst && all[0].1 - burst <= 40, "{changes:?}");
    assert!(matches!(changes[0].case().evidence, Evidence::Burst { floor: 240_000..=300_000, .. }));
    assert_eq!(changes[0].case().severity, Severity::Severe);
}

#[test]
fn a_burst_that_begins_while_a_hose_runs_is_found_within_40_minutes() {
    let (burst, hose) = (30 * 1_440 + 1_005, 1_000..1_045);
    let flows = |minute: i64| {
        let hose = if hose.contains(&(minute % 1_440)) { 12_000 } else { 0 };
        plain(minute) + hose + if (burst..burst + 300).contains(&minute) { 5_000 } else { 0 }
    };
    let all = opened(&found(&intervals(31, 1, 1_000, flows), &[]));
    assert!(all.len() == 1 && all[0].0 == Rule::Burst && all[0].1 - burst <= 40, "{all:?}");
}

#[test]
fn a_burst_whose_flow_falls_beneath_the_limit_for_a_minute_is_one() {
    let burst = 30 * 1_440 + 100;
    let gives = |minute: i64| if minute % 11 == 7 { 3_900 } else { 4_300 };
    let flows = |minute: i64| plain(minute) + if (burst..burst + 200).contains(&minute) { gives(minute) } else { 0 };
    let all = opened(&found(&intervals(31, 1, 1, flows), &[]));
    assert!(all.len() == 1 && all[0].0 == Rule::Burst && all[0].1 - burst <= 40, "{all:?}");
}

#[test]
fn one_shower_after_the_other_for_half_an_hour_is_no_burst() {
    let from = 30 * 1_440 + 1_000;
    let flow_of = |minute: i64| [6_000, 9_000, 7_200, 11_000, 5_000][(minute / 7) as usize];
    let showers = |minute: i64| if (from..from + 35).contains(&minute) { flow_of(minute - from) } else { 0 };
    assert_eq!(found(&intervals(32, 1, 1_000, |minute| plain(minute) + showers(minute)), &[]), []);
}

#[test]
fn guests_who_come_again_and_again_are_called_a_leak_twice_at_the_most() {
    // By hourly readings their 30 hours have no dry one, and nothing says that it was no leak but that it ends.
    let guests = |minute: i64| minute >= 30 * 1_440 && (720..2_520).contains(&(minute % (20 * 1_440))) && minute % 17 == 3;
    let flows = |minute: i64| plain(minute) + if guests(minute) { 6_000 } else { 0 };
    let all = opened(&found(&intervals(180, 60, 10_000, flows), &[]));
    assert!((1..=2).contains(&all.len()), "{all:?}");
}

#[test]
fn refills_of_a_cistern_are_found_in_the_night_they_begin() {
    let from = 30 * 1_440 + 1_330;
    let flows = |minute: i64| plain(minute) + if minute >= from && minute % 17 == 3 { 2_400 } else { 0 };
    let changes = found(&intervals(32, 1, 1, flows), &[]);
    let Some(Change::Opened { at, case }) = changes.first() else { panic!("nothing") };
    assert_eq!(case.rule, Rule::ToiletRefills);
    assert!(at.since(UtcMillis(START)) / MINUTE_MS - from < 240);
    assert!(matches!(case.evidence, Evidence::ToiletRefills { each: 2_400, every_s: 1_020, .. }), "{case:?}");
}

#[test]
fn water_through_a_closed_valve_is_found_by_the_second_step() {
    let mut all = intervals(3, 1, 1_000, |minute| if minute > 1_500 { 100 } else { 0 });
    all.iter_mut().for_each(|interval| interval.valve = Valve::Closed);
    assert_eq!(opened(&found(&all, &[]))[0], (Rule::ClosedValve, 1_521));
}

#[test]
fn a_register_that_stands_still_for_fifteen_days_is_stuck_and_a_gap_is_not() {
    let stands = |minute: i64| if minute < 30 * 1_440 { plain(minute) } else { 0 };
    let all = intervals(60, 60, 1_000, stands);
    assert_eq!(opened(&found(&all, &[]))[0].0, Rule::StuckAtZero);
    let silent: Vec<Interval> = all.into_iter().take(30 * 24).collect();
    assert_eq!(found(&silent, &[]), []);
}

#[test]
fn what_was_declared_normal_is_no_case_until_it_expires() {
    let flows = |minute: i64| plain(minute) + if minute >= 30 * 1_440 { 300 } else { 0 };
    let all = intervals(40, 15, 1_000, flows);
    let changes = found(&all, &[]);
    let (rule, rate) = (changes[0].case().rule, changes[0].case().rate);
    let said = Normal::said(rule, rate, changes[0].at().plus(HOUR_MS));
    let with = found(&all, &[said]);
    assert!(with.iter().any(|change| matches!(change, Change::Cleared { .. })), "{with:?}");
    assert_eq!(opened(&with).len(), 1, "the floor rules speak of the same water: {with:?}");
    let expired = Normal { until: changes[0].at().plus(DAY_MS), ..said };
    assert_eq!(opened(&found(&all, &[expired])).len(), 2);
}

#[test]
fn an_interval_again_is_nothing_and_an_earlier_one_says_from_where_to_begin() {
    let all = intervals(2, 60, 1_000, plain);
    let mut state = replay(LeakState::default(), &meter(&[]), &all).expect("in order").state;
    let before = state;
    let last = *all.last().expect("some");
    assert_eq!(state.absorb(&meter(&[]), &last), Ok(Vec::new()));
    assert_eq!(state.absorb(&meter(&[]), &all[3]), Err(OutOfOrder { from: all[3].from }));
    assert_eq!(state, before);
}

#[test]
fn a_case_of_a_meter_that_is_silent_for_a_week_is_over_whoever_notices_first() {
    let flows = |minute: i64| plain(minute) + if minute >= 20 * 1_440 { 500 } else { 0 };
    let all = intervals(24, 1, 1_000, flows);
    let replayed = replay(LeakState::default(), &meter(&[]), &all).expect("in order");
    let (mut swept, mut not) = (replayed.state, replayed.state);
    assert_eq!(swept.cases().len(), 1);
    assert_eq!(swept.sweep(swept.until().plus(SILENT_MS - 1)), []);
    let cleared = swept.sweep(swept.until().plus(SILENT_MS));
    let later = Interval { from: all[0].from.plus(60 * DAY_MS), to: all[0].to.plus(60 * DAY_MS), ..all[0] };
    assert_eq!(not.absorb(&meter(&[]), &later).expect("follows"), cleared);
    swept.absorb(&meter(&[]), &later).expect("follows");
    assert_eq!(swept, not);
}

#[test]
fn bytes_of_another_form_are_refused() {
    let mut bytes = LeakState::default().to_bytes();
    assert_eq!(LeakState::from_bytes(&bytes), Some(LeakState::default()));
    assert_eq!(LeakState::from_bytes(&bytes[1..]), None);
    bytes[0] += 1;
    assert_eq!(LeakState::from_bytes(&bytes), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_history_in_pieces_and_through_storage_gives_what_one_replay_gives(
        pieces in proptest::collection::vec((1_i64..400, 0_i64..40_000, 0_u8..8), 1..600),
        pace in prop_oneof![Just(1_i64), Just(15), Just(60)],
        cut in 0_usize..600,
        normal in proptest::option::of(0_u32..400_000),
    ) {
        let mut at = START;
        let all: Vec<Interval> = pieces.iter().map(|(gap, ml, kind)| {
            let from = at + if *kind == 0 { gap * HOUR_MS } else { 0 };
            at = from + pace * MINUTE_MS;
            let volume = Millilitres(if *kind < 4 { 0 } else { ml / 1_000 * 1_000 });
            let valve = if *kind == 7 { Valve::Closed } else { Valve::Open };
            Interval { from: UtcMillis(from), to: UtcMillis(at), volume, valve, source: Source::Meter }
        }).collect();
        let normals: Vec<Normal> = normal.map(|rate| Normal::said(Rule::Burst, rate, UtcMillis(START))).into_iter().collect();
        let once = replay(LeakState::default(), &meter(&normals), &all).expect("in order");

        let (first, rest) = all.split_at(cut.min(all.len()));
        let mut state = LeakState::default();
        let mut changes = Vec::new();
        for interval in first {
            changes.extend(state.absorb(&meter(&normals), interval).expect("in order"));
            changes.extend(state.sweep(interval.to.plus(HOUR_MS)));
            prop_assert_eq!(state.absorb(&meter(&normals), interval), Ok(Vec::new()));
        }
        let stored = serde_json::to_string(&state).expect("JSON");
        let state: LeakState = serde_json::from_str(&stored).expect("the same form");
        changes.extend(replay(state, &meter(&normals), rest).expect("in order").changes);
        prop_assert_eq!(&changes, &once.changes);

        // Cases open before they change or clear, and lose no more than was counted.
        let mut open: Vec<(Rule, UtcMillis)> = Vec::new();
        let counted: i64 = all.iter().map(|interval| interval.volume.0).sum();
        for change in &once.changes {
            let name = (change.case().rule, change.case().start);
            prop_assert_eq!(!matches!(change, Change::Opened { .. }), open.contains(&name));
            prop_assert!(change.case().loss.0 <= counted, "{:?} of {}", change, counted);
            match change {
                Change::Opened { .. } => open.push(name),
                Change::Cleared { .. } => open.retain(|one| *one != name),
                Change::Updated { .. } => {}
            }
        }
    }
}
