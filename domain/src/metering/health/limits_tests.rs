//! What a utility sets for a class of meters: it holds, and what it does not set is as for every meter.

use super::tests::{NOW, any_facts, meter};
use super::*;
use crate::core::local_time::{HOUR_MS, MINUTE_MS};
use proptest::prelude::*;

fn with(facts: Facts, limits: Limits) -> Facts {
    Facts { condition: Condition { limits, ..facts.condition }, ..facts }
}

fn any_limits() -> impl Strategy<Value = Limits> {
    (proptest::option::of(SILENCE_S.0..=SILENCE_S.1), proptest::option::of(BATTERY.0..=BATTERY.1))
        .prop_map(|(silence_s, low_battery)| Limits { silence_s, low_battery })
}

#[test]
fn a_class_of_meters_that_reports_seldom_is_silent_later() {
    let silent = Facts { reported_at: Some(NOW.plus(-6 * HOUR_MS)), ..meter() };
    let reason = |facts: &Facts| assess(facts, NOW).expect("a score").reason(Aspect::Silence);
    assert!(reason(&silent).is_some(), "half an hour for every other meter");
    let daily = Limits { silence_s: Some(36 * 3_600), ..Limits::default() };
    assert_eq!(reason(&with(silent, daily)), None);
    // What is usual of a meter does not hide what its class is not to do, and its own interval does.
    let mut nightly = with(silent, Limits { silence_s: Some(3_600), ..Limits::default() });
    nightly.condition.usual_silence_s = Some(8 * 3_600);
    assert!(reason(&nightly).is_some());
    nightly.interval_s = 7_200;
    assert_eq!(reason(&nightly), None, "four times its interval is eight hours");
}

#[test]
fn a_class_of_meters_has_its_own_low_battery() {
    let at = |level, low_battery| {
        let facts = Facts { condition: Condition { battery: Some(level), ..Condition::default() }, ..meter() };
        assess(&with(facts, Limits { low_battery, ..Limits::default() }), NOW).expect("a score").reason(Aspect::Battery)
    };
    assert!(at(35, None).is_none() && at(35, Some(40)).is_some());
    assert!(at(15, None).is_some() && at(15, Some(10)).is_none());
    assert_eq!(at(19, Some(40)).map(|reason| reason.points), Some(45), "below half of it");
}

#[test]
fn only_limits_within_their_bounds_can_be_set() {
    let silence = |silence_s| Limits { silence_s: Some(silence_s), ..Limits::default() }.is_possible();
    assert!(silence(600) && silence(30 * 86_400) && !silence(599) && !silence(30 * 86_400 + 1));
    let battery = |low_battery| Limits { low_battery: Some(low_battery), ..Limits::default() }.is_possible();
    assert!(battery(1) && battery(90) && !battery(0) && !battery(91));
    assert!(Limits::default().is_possible());
}

#[test]
fn a_condition_without_limits_is_sent_as_before_and_read_as_before() {
    let sent = serde_json::to_value(Condition { battery: Some(50), ..Condition::default() }).unwrap();
    assert_eq!(sent, serde_json::json!({ "battery": 50, "skew_ms": 0 }));
    let limits = Limits { silence_s: Some(7_200), low_battery: None };
    let travelled = Condition { limits, ..Condition::default() };
    let text = serde_json::to_string(&travelled).unwrap();
    assert_eq!(serde_json::from_str::<Condition>(&text).unwrap(), travelled);
}

proptest! {
    /// A wider limit of silence never makes a meter silent that was not, and the other way round for a battery's.
    #[test]
    fn a_wider_limit_finds_no_more(facts in any_facts(), limits in any_limits(), more_s in 0_u32..86_400, less in 0_u8..90) {
        let wider = Limits {
            silence_s: limits.silence_s.map(|silence| silence + more_s),
            low_battery: limits.low_battery.map(|level| level.saturating_sub(less)),
        };
        let (narrow, wide) = (with(facts, limits), with(facts, wider));
        let reasons = |facts: &Facts| assess(facts, NOW).expect("a score").reasons.len();
        prop_assert!(reasons(&wide) <= reasons(&narrow), "{narrow:?} {wide:?}");
    }

    /// What a class sets holds, what it does not set is as below it, and over itself it is what it is.
    #[test]
    fn what_a_class_does_not_set_is_as_below(own in any_limits(), below in any_limits()) {
        let both = own.over(below);
        prop_assert_eq!(both.silence_s, own.silence_s.or(below.silence_s));
        prop_assert_eq!(both.battery(), own.low_battery.unwrap_or(below.battery()));
        prop_assert_eq!(own.over(own), own);
        prop_assert_eq!(own.over(Limits::default()), own);
    }

    /// A battery that is well is not low.
    #[test]
    fn what_is_over_is_not_found_again_at_once(facts in any_facts(), limits in any_limits(), minutes in 0_i64..10) {
        let facts = with(facts, limits);
        let now = NOW.plus(minutes * MINUTE_MS);
        for aspect in Aspect::ALL.iter().copied().filter(|aspect| is_over(*aspect, &facts, now)) {
            prop_assert!(assess(&facts, now).expect("a score").reason(aspect).is_none(), "{aspect:?} {facts:?}");
        }
    }
}
