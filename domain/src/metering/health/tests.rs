//! What holds of a meter's health whatever it reports: worse is never better, and the order of readings does not matter.

use super::*;
use crate::UtcMillis;
use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::metering::meter::LifeCycle;
use proptest::prelude::*;

pub(super) const NOW: UtcMillis = UtcMillis(1_795_000_000_000);

pub(super) fn meter() -> Facts {
    Facts {
        life_cycle: LifeCycle::Active,
        interval_s: 60,
        reported_at: Some(NOW),
        rssi: Some(-70),
        condition: Condition { battery: Some(90), ..Condition::default() },
    }
}

fn score(facts: &Facts) -> u8 {
    assess(facts, NOW).expect("a score").score
}

/// A battery that falls by `per_week` tenths of a point a week for so many weeks, from a level, read each day.
fn battery(from: i64, per_week: i64, weeks: i64) -> Condition {
    let mut observed = Observed::default();
    for day in (0..weeks * 7).rev() {
        let t = NOW.plus(-day * DAY_MS);
        let level = from - (weeks * 7 - 1 - day) * per_week / 70;
        observed.absorb(&Report { t, received: t, battery: i16::try_from(level.max(0)).ok() });
    }
    observed.condition(Condition::default())
}

pub(super) fn any_facts() -> impl Strategy<Value = Facts> {
    let condition = (
        proptest::option::of(1_u32..200_000),
        proptest::option::of(0_u8..=100),
        proptest::option::of(-200_i64..400),
        -100_000_i64..100_000,
        proptest::option::of(0_i64..60),
        any::<bool>(),
        0_i64..12,
        (proptest::option::of(SILENCE_S.0..=SILENCE_S.1), proptest::option::of(BATTERY.0..=BATTERY.1)),
    );
    (60_u32..90_000, 0_i64..10_000, -130_i16..-40, condition).prop_map(|(interval_s, silent_min, rssi, condition)| {
        let (usual_silence_s, battery, empty, skew_s, voltage, contradicts, years, (silence_s, low_battery)) = condition;
        Facts {
            life_cycle: LifeCycle::Active,
            interval_s,
            reported_at: Some(NOW.plus(-silent_min * MINUTE_MS)),
            rssi: Some(rssi),
            condition: Condition {
                usual_silence_s,
                battery,
                empty_at: empty.map(|days| NOW.plus(days * DAY_MS)),
                skew_ms: skew_s * 1_000,
                low_voltage_at: voltage.map(|days| NOW.plus(-days * DAY_MS)),
                valve_contradicts_at: contradicts.then_some(NOW),
                in_service_since: Some(NOW.plus(-years * 366 * DAY_MS)),
                limits: Limits { silence_s, low_battery },
            },
        }
    })
}

/// The same meter, worse in one aspect by so much.
fn worse(mut facts: Facts, aspect: Aspect, by: i64) -> Facts {
    let condition = &mut facts.condition;
    match aspect {
        Aspect::Silence => facts.reported_at = facts.reported_at.map(|reported| reported.plus(-by * MINUTE_MS)),
        Aspect::Battery => {
            condition.battery = condition.battery.map(|level| level.saturating_sub(by.clamp(0, 100) as u8));
            condition.empty_at = condition.empty_at.map(|empty| empty.plus(-by * DAY_MS));
        }
        Aspect::Clock if condition.skew_ms < 0 => condition.skew_ms -= by * 1_000,
        Aspect::Clock => condition.skew_ms += by * 1_000,
        Aspect::Voltage => condition.low_voltage_at = Some(NOW),
        Aspect::Valve => condition.valve_contradicts_at = Some(NOW),
        Aspect::Signal => facts.rssi = facts.rssi.map(|dbm| dbm.saturating_sub(by.clamp(0, 100) as i16)),
        Aspect::Age => condition.in_service_since = condition.in_service_since.map(|since| since.plus(-by * DAY_MS)),
    }
    facts
}

proptest! {
    /// Each aspect by itself: what is worse costs as many points or more.
    #[test]
    fn a_worse_meter_never_has_a_better_score(facts in any_facts(), aspect in 0..Aspect::ALL.len(), by in 0_i64..5_000) {
        let aspect = Aspect::ALL[aspect];
        let other = worse(facts, aspect, by);
        prop_assert!(score(&other) <= score(&facts), "{aspect:?} {facts:?} {other:?}");
    }

    /// Points and score are the same thing twice, and each aspect has one reason at most.
    #[test]
    fn a_score_is_a_hundred_less_the_points_of_its_reasons(facts in any_facts()) {
        let health = assess(&facts, NOW).expect("a score");
        let points: u32 = health.reasons.iter().map(|reason| u32::from(reason.points)).sum();
        prop_assert_eq!(u32::from(health.score), 100_u32.saturating_sub(points));
        let aspects: std::collections::BTreeSet<Aspect> = health.reasons.iter().map(|reason| reason.evidence.aspect()).collect();
        prop_assert_eq!(aspects.len(), health.reasons.len());
    }

    /// With nothing new of a meter nothing gets better by waiting, but for a voltage that was reported long ago; and what changes, changes at
    /// the instant that was said.
    #[test]
    fn what_time_alone_changes_is_said_beforehand(facts in any_facts(), minutes in 1_i64..100_000) {
        let later = NOW.plus(minutes * MINUTE_MS);
        let cases = |at| -> Vec<(Aspect, u8)> {
            let reasons = assess(&facts, at).expect("a score").reasons;
            reasons.iter().map(|reason| (reason.evidence.aspect(), reason.points)).filter(|(aspect, _)| *aspect != Aspect::Age).collect()
        };
        let changes = changes_at(&facts, NOW);
        if changes.is_none_or(|at| at > later) {
            prop_assert_eq!(cases(NOW), cases(later), "{:?}", changes);
        }
    }

    /// Readings that are received together may come in any order and twice; levels in any order at all.
    #[test]
    fn the_order_of_readings_does_not_matter(
        readings in proptest::collection::vec((0_i64..300, 0_i16..=100), 1..40),
        seed in any::<u64>(),
    ) {
        let report = |(days, level): (i64, i16)| Report { t: NOW.plus(-days * DAY_MS), received: NOW, battery: Some(level) };
        let mut shuffled: Vec<_> = readings.iter().chain(&readings).copied().collect();
        let mut state = seed | 1;
        for place in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(place, (state >> 33) as usize % (place + 1));
        }
        let (mut one, mut other) = (Observed::default(), Observed::default());
        readings.iter().for_each(|reading| one.absorb(&report(*reading)));
        shuffled.into_iter().for_each(|reading| other.absorb(&report(reading)));
        prop_assert_eq!(one, other);
        prop_assert_eq!(Observed::from_bytes(&one.to_bytes()), Some(one));
    }

    /// A battery that falls faster is not said to last longer, and one that falls evenly lasts about as long as it does.
    #[test]
    fn a_battery_that_falls_faster_lasts_no_longer(per_week in 20_i64..60, more in 0_i64..40) {
        let (slow, fast) = (battery(95, per_week, 12), battery(95, per_week + more, 12));
        let (slow_empty, fast_empty) = (slow.empty_at.expect("it falls"), fast.empty_at.expect("it falls"));
        // Levels are whole points, and weeks begin somewhere: what is said wavers by that.
        let most = slow_empty.since(NOW) * 3 / 2 + 14 * DAY_MS;
        prop_assert!(fast_empty.since(NOW) <= most, "{slow_empty:?} {fast_empty:?}");
        let level = i64::from(slow.battery.expect("a level"));
        let left = level * 70 / per_week * DAY_MS;
        let said = slow_empty.since(NOW);
        prop_assert!((said - left).abs() <= left / 3 + 14 * DAY_MS, "{} days instead of {}", said / DAY_MS, left / DAY_MS);
    }
}

#[test]
fn a_meter_that_reports_and_lacks_nothing_has_all_points() {
    assert_eq!(assess(&meter(), NOW), Some(Health { score: 100, reasons: Vec::new() }));
}

#[test]
fn nothing_is_said_of_a_meter_that_never_reported_or_is_being_worked_on() {
    assert_eq!(assess(&Facts { reported_at: None, ..meter() }, NOW), None);
    let old = Facts { life_cycle: LifeCycle::Maintenance, reported_at: Some(NOW.plus(-9 * DAY_MS)), ..meter() };
    assert_eq!(assess(&old, NOW), None);
    assert!(is_over(Aspect::Silence, &old, NOW));
}

#[test]
fn silence_is_judged_by_the_meters_own_interval_and_habit() {
    let silent = |minutes: i64, interval_s, usual| {
        let condition = Condition { usual_silence_s: usual, ..meter().condition };
        let facts = Facts { interval_s, reported_at: Some(NOW.plus(-minutes * MINUTE_MS)), condition, ..meter() };
        assess(&facts, NOW).expect("a score").reason(Aspect::Silence).is_some()
    };
    assert!(!silent(30, 60, None), "half an hour is nobody's concern");
    assert!(silent(31, 60, None));
    assert!(!silent(239, 3_600, None), "an hourly meter");
    assert!(silent(241, 3_600, None));
    // It has no network at night, and reports each minute by day.
    assert!(!silent(14 * 60, 60, Some(10 * 3_600)));
    assert!(silent(15 * 60 + 1, 60, Some(10 * 3_600)));
}

#[test]
fn a_silence_of_every_day_is_a_habit_and_one_outage_is_none() {
    let mut observed = Observed::default();
    let mut usual = Vec::new();
    for day in 0..10 {
        let morning = NOW.plus(day * DAY_MS);
        let night_s = if day == 5 { 20 * 3_600 } else { 8 * 3_600 };
        observed.receive(morning.plus(-night_s * 1_000), morning);
        observed.receive(morning, morning.plus(MINUTE_MS));
        usual.push(observed.condition(Condition::default()).usual_silence_s);
    }
    assert_eq!(usual[1], None, "two days are no habit");
    assert_eq!(usual.last(), Some(&Some(8 * 3_600)));
}

#[test]
fn a_battery_is_low_by_its_level_or_by_how_it_falls_and_another_one_ends_that() {
    let of = |condition: Condition| assess(&Facts { condition, ..meter() }, NOW).expect("a score").reason(Aspect::Battery);
    assert!(of(Condition { battery: Some(19), ..Condition::default() }).is_some());
    assert!(of(Condition { battery: Some(20), ..Condition::default() }).is_none());
    // From 90 % by five points a week: 30 % after twelve weeks, six weeks more.
    let falling = battery(90, 50, 12);
    let reason = of(falling).expect("it will be empty soon");
    assert!(matches!(reason.evidence, Evidence::Battery { days: Some(20..60), .. }), "{reason:?}");
    let mut observed = Observed::default();
    for (days, level) in [(60, 40), (50, 33), (40, 26), (30, 19), (1, 100)] {
        let t = NOW.plus(-days * DAY_MS);
        observed.absorb(&Report { t, received: t, battery: Some(level) });
    }
    assert_eq!(of(observed.condition(Condition::default())), None, "it is another battery");
}

#[test]
fn a_low_battery_is_over_only_when_it_is_clearly_so() {
    let with = |level| Facts { condition: Condition { battery: Some(level), ..Condition::default() }, ..meter() };
    assert!(!is_over(Aspect::Battery, &with(19), NOW));
    assert!(!is_over(Aspect::Battery, &with(21), NOW), "a level wavers");
    assert!(is_over(Aspect::Battery, &with(80), NOW));
}

#[test]
fn a_clock_that_is_ahead_is_known_at_once_and_one_that_is_behind_after_three_hours() {
    let skew = |clock_ms: i64, hours: i64| {
        let mut observed = Observed::default();
        for minute in 0..hours * 60 {
            let received = NOW.plus(minute * MINUTE_MS);
            observed.absorb(&Report { t: received.plus(clock_ms), received, battery: None });
        }
        observed.condition(Condition::default()).skew_ms
    };
    assert_eq!(skew(0, 4), 0);
    assert_eq!(skew(2 * HOUR_MS, 1), 2 * HOUR_MS);
    assert_eq!(skew(-2 * HOUR_MS, 1), 0, "readings of two hours ago may have waited");
    assert_eq!(skew(-2 * HOUR_MS, 4), -2 * HOUR_MS);
}

#[test]
fn it_is_known_until_which_hour_something_was_received_whatever_its_stamp_is() {
    let mut observed = Observed::default();
    assert_eq!(observed.received_until(), None);
    for received in [NOW, NOW.plus(-5 * HOUR_MS)] {
        observed.absorb(&Report { t: UtcMillis(1_790_000_000), received, battery: None });
    }
    let until = observed.received_until().expect("something was received");
    assert!((1..=HOUR_MS).contains(&until.since(NOW)), "{until:?}");
}

#[test]
fn readings_that_waited_are_no_clock_that_is_behind() {
    let mut observed = Observed::default();
    for hour in 0..5 {
        let received = NOW.plus(hour * HOUR_MS);
        // Each hour brings the readings of the last two days, and the newest one.
        (0..48).for_each(|ago| observed.absorb(&Report { t: received.plus(-ago * HOUR_MS), received, battery: None }));
    }
    assert_eq!(observed.condition(Condition::default()).skew_ms, 0);
}
