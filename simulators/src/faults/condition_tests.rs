//! Property tests of what faults do to a meter.

use super::*;
use crate::faults::asked::Asked;
use crate::faults::kind::Kind;
use proptest::prelude::*;

const START: UtcMillis = UtcMillis(1_800_000_000_000);

fn fault(kind: Kind, rate_lph: i64, over_s: i64) -> Fault {
    let asked = Asked {
        meter: "WM-1".parse().expect("a serial"),
        kind,
        rate_lph: kind.water().map(|_| rate_lph),
        for_s: None,
        over_s: kind.over_s().map(|_| over_s),
        by_s: None,
    };
    asked.fault().expect("a fault").0
}

/// What somebody does with a meter, so many milliseconds after what was done before.
#[derive(Clone, Debug)]
enum Step {
    Begin(Kind, i64, i64, Option<i64>),
    End,
    Look,
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let begin = (prop::sample::select(Kind::ALL.to_vec()), 1_i64..=2_000, 1_i64..=20_000, prop::option::of(1_i64..=5_000));
    let step = prop_oneof![
        2 => begin.prop_map(|(kind, rate, over, for_s)| Step::Begin(kind, rate, over, for_s)),
        1 => Just(Step::End),
        5 => Just(Step::Look),
    ];
    prop::collection::vec((0_i64..3_000_000, step), 1..40)
}

/// Plays them; returns what the meter was like after each, and what it noticed.
fn play(seed: u64, steps: &[(i64, Step)]) -> (Vec<Effect>, Vec<(UtcMillis, EventKind)>) {
    let (mut condition, mut t) = (Condition::new(seed), START);
    let (mut effects, mut noticed) = (Vec::new(), Vec::new());
    for (after, step) in steps {
        t = t.plus(*after);
        match step {
            Step::Begin(kind, rate, over, for_s) => condition.begin(fault(*kind, *rate, *over), t, *for_s, 80),
            Step::End => {
                condition.end(t);
            }
            Step::Look => {}
        }
        effects.push(condition.at(t));
        noticed.extend(condition.take_events(t));
    }
    (effects, noticed)
}

proptest! {
    #[test]
    fn a_register_never_falls_and_no_event_is_earlier_than_the_one_before(seed: u64, steps in steps()) {
        let (effects, noticed) = play(seed, &steps);
        prop_assert!(effects.windows(2).all(|pair| pair[0].leaked_ml <= pair[1].leaked_ml));
        prop_assert!(noticed.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{noticed:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_values(seed: u64, steps in steps()) {
        prop_assert_eq!(play(seed, &steps), play(seed, &steps));
    }

    #[test]
    fn looking_changes_nothing(seed: u64, rate in 1_i64..=2_000, looks in prop::collection::vec(1_i64..400_000, 0..20)) {
        for (kind, end) in Kind::ALL.into_iter().map(|kind| (kind, START.plus(20 * 400_000))) {
            let (mut seen, mut unseen) = (Condition::new(seed), Condition::new(seed));
            seen.begin(fault(kind, rate, 3_600), START, None, 80);
            unseen.begin(fault(kind, rate, 3_600), START, None, 80);
            let mut t = START;
            for after in &looks {
                t = t.plus(*after);
                seen.at(t);
            }
            prop_assert_eq!(seen.at(end), unseen.at(end));
            prop_assert_eq!(seen.take_events(end), unseen.take_events(end));
        }
    }

    #[test]
    fn an_ended_fault_leaves_an_ordinary_meter(
        seed: u64, kind in prop::sample::select(Kind::ALL.to_vec()), rate in 1_i64..=2_000, after in 1_i64..10_000_000, by_itself: bool
    ) {
        let mut condition = Condition::new(seed);
        let end = START.plus(after / 1_000 * 1_000 + 1_000);
        condition.begin(fault(kind, rate, 600), START, by_itself.then_some(after / 1_000 + 1), 80);
        if !by_itself {
            condition.end(end);
        }
        let left = condition.at(end);
        prop_assert_eq!(left, Effect { leaked_ml: left.leaked_ml, ..Effect::default() });
        prop_assert_eq!(condition.at(end.plus(86_400_000)), left, "and nothing runs any more");
        condition.take_events(end);
        prop_assert_eq!(condition.next_change(end, false), None);
        prop_assert!(condition.active().is_none());
    }

    #[test]
    fn water_runs_at_the_rate_that_was_asked_for(seed: u64, rate in 4_i64..=2_000) {
        for kind in [Kind::Flapper, Kind::Drip, Kind::Burst, Kind::SlowRise] {
            let mut condition = Condition::new(seed);
            condition.begin(fault(kind, rate, 600), START, None, 80);
            let from = START.plus(600_000);
            let ran = condition.at(from.plus(86_400_000)).leaked_ml - {
                let mut before = Condition::new(seed);
                before.begin(fault(kind, rate, 600), START, None, 80);
                before.at(from).leaked_ml
            };
            prop_assert!((ran - rate * 24_000).abs() <= rate * 480 + 3_000, "{kind}: {ran} mL in a day");
        }
    }

    #[test]
    fn whoever_waits_for_the_next_change_misses_none(kind in prop::sample::select(Kind::ALL.to_vec()), for_s in 1_i64..=7_200) {
        let mut condition = Condition::new(5);
        condition.begin(fault(kind, 10, 3_600), START, Some(for_s), 80);
        let (mut t, mut noticed, mut waits) = (START, Vec::new(), 0);
        let mut states = vec![condition.at(t).is_silent];
        while let Some(next) = condition.next_change(t, states.ends_with(&[true])) {
            t = t.max(next);
            states.push(condition.at(t).is_silent);
            noticed.extend(condition.take_events(t).into_iter().map(|(_, kind)| kind));
            waits += 1;
            prop_assert!(waits < 10, "it waits for ever");
        }
        states.dedup();
        let all = play(5, &[(0, Step::Begin(kind, 10, 3_600, Some(for_s))), (for_s * 1_000, Step::Look)]).1;
        prop_assert_eq!(noticed, all.into_iter().map(|(_, kind)| kind).collect::<Vec<_>>());
        let falls_silent = match kind {
            Kind::Silence => true,
            Kind::Tamper => for_s > 30,
            Kind::LowBattery => for_s > 3_600,
            _ => false,
        };
        prop_assert_eq!(states.contains(&true), falls_silent);
        prop_assert_eq!(states.last(), Some(&false));
    }
}

#[test]
fn a_tampered_meter_says_what_it_notices_and_is_silent_then() {
    let mut condition = Condition::new(1);
    condition.begin(Fault::Tamper, START, None, 80);
    assert_eq!(condition.take_events(START), [(START, EventKind::CoverOpen)]);
    let noticed: Vec<EventKind> = condition.take_events(START.plus(25_000)).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(noticed, [EventKind::Tilt, EventKind::Magnet]);
    assert!(!condition.at(START.plus(29_999)).is_silent && condition.at(START.plus(30_000)).is_silent);
    condition.end(START.plus(60_000));
    assert!(!condition.at(START.plus(60_000)).is_silent);
    assert_eq!(condition.take_events(START.plus(60_000)), [(START.plus(60_000), EventKind::CoverClosed)]);
}

#[test]
fn a_battery_falls_from_where_it_was_is_said_to_be_low_and_stops_the_meter() {
    let mut condition = Condition::new(1);
    condition.begin(Fault::LowBattery { over_s: 100 }, START, None, 80);
    let levels: Vec<Option<i16>> = [0, 25, 50, 75, 99, 100, 500].map(|s| condition.at(START.plus(s * 1_000)).battery).to_vec();
    assert_eq!(levels, [Some(80), Some(60), Some(40), Some(20), Some(0), Some(0), Some(0)]);
    let mut condition = Condition::new(1);
    condition.begin(Fault::LowBattery { over_s: 100 }, START, None, 80);
    assert_eq!(condition.take_events(START.plus(74_999)), []);
    assert_eq!(condition.take_events(START.plus(75_000)), [(START.plus(75_000), EventKind::LowVoltage)]);
    assert!(!condition.at(START.plus(99_999)).is_silent && condition.at(START.plus(100_000)).is_silent);
}

#[test]
fn a_clock_is_off_while_it_has_jumped() {
    let mut condition = Condition::new(1);
    condition.begin(Fault::ClockJump { by_s: -3_600 }, START, Some(60), 80);
    assert_eq!(condition.at(START.plus(59_999)).clock_ms, -3_600_000);
    assert_eq!(condition.at(START.plus(60_000)).clock_ms, 0);
}
