//! Clocks that are slow, fast or set by hand.

use super::*;
use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use proptest::prelude::*;

const NOW: UtcMillis = UtcMillis(1_795_900_000_000);
const RUN: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn stamp(at: UtcMillis, skew_ms: Option<i64>, monotonic: Option<(Uuid, i64)>) -> Stamp {
    Stamp { at, clock: DeviceClock { skew_ms, monotonic: monotonic.map(|(run, ms)| MonotonicReading { run, ms }) } }
}

#[test]
fn a_slow_or_fast_clock_is_corrected_by_the_skew_that_was_known() {
    let runs = KnownRuns::default();
    for skew in [140 * MINUTE_MS, -140 * MINUTE_MS, 40 * DAY_MS] {
        let truly = NOW.plus(-50 * MINUTE_MS);
        let judged = runs.judge(&stamp(truly.plus(-skew), Some(skew), None), NOW);
        assert_eq!(judged, Judged { correction_ms: skew, is_sure: true });
        assert_eq!(judged.correct(truly.plus(-skew - HOUR_MS)), truly.plus(-HOUR_MS), "every time by this clock");
    }
    assert_eq!(runs.judge(&stamp(NOW, Some(900), None), NOW).correction_ms, 0, "a second is no skew");
}

#[test]
fn a_skew_that_is_learnt_before_the_push_counts_for_the_whole_run() {
    // Made offline by a clock that is 2 h 20 min slow; pushed 50 min later, when the device knows.
    let slow = 8_399_999;
    let (truly, sent) = (NOW.plus(-50 * MINUTE_MS), NOW);
    let made = stamp(truly.plus(-slow), None, Some((RUN, 1_000)));
    let push = stamp(sent.plus(-slow), Some(slow), Some((RUN, 1_000 + 50 * MINUTE_MS)));
    assert_eq!(KnownRuns::of_push(Some(&push), [made], NOW).judge(&made, NOW), Judged { correction_ms: slow, is_sure: true });
    // Set right by hand before the push: what the clock says now is no measure of then.
    let set = stamp(sent, Some(0), Some((RUN, 1_000 + 50 * MINUTE_MS)));
    assert_eq!(KnownRuns::of_push(Some(&set), [made], NOW).judge(&made, NOW).correct(made.at), truly);
    // It knows no skew even when it pushes: the arrival is enough.
    let push = stamp(sent.plus(-slow), None, Some((RUN, 1_000 + 50 * MINUTE_MS)));
    assert_eq!(KnownRuns::of_push(Some(&push), [made], NOW).judge(&made, NOW).correct(made.at), truly);
    // Another run: an operation beside it that knew the skew tells.
    let push = stamp(sent, Some(0), Some((OTHER, 5)));
    let beside = stamp(truly.plus(HOUR_MS / 4 - slow), Some(slow), Some((RUN, 1_000 + HOUR_MS / 4)));
    assert_eq!(KnownRuns::of_push(Some(&push), [made, beside], NOW).judge(&made, NOW).correct(made.at), truly);
    assert_eq!(KnownRuns::of_push(Some(&push), [made], NOW).judge(&made, NOW), Judged { correction_ms: 0, is_sure: false });
}

#[test]
fn where_nothing_is_known_only_what_has_just_been_done_is_sure() {
    let runs = KnownRuns::default();
    let judge = |at: UtcMillis| runs.judge(&Stamp::from(at), NOW);
    assert_eq!(judge(NOW.plus(-CLOCK_TOLERANCE_MS)), Judged { correction_ms: 0, is_sure: true });
    assert_eq!(judge(NOW.plus(-CLOCK_TOLERANCE_MS - 1)), Judged { correction_ms: 0, is_sure: false });
    assert_eq!(judge(NOW.plus(CLOCK_TOLERANCE_MS + 1)), Judged { correction_ms: 0, is_sure: false });
    // A skew that leads into the future, or before any meter, is none.
    for skew in [DAY_MS, i64::MAX, i64::MIN, -400 * 366 * DAY_MS] {
        assert!(!runs.judge(&stamp(NOW.plus(-HOUR_MS), Some(skew), None), NOW).is_sure, "{skew}");
    }
}

#[test]
fn a_device_corrects_its_clock_by_what_no_message_takes_as_long_as() {
    let instant = |skew| stamp(NOW, skew, None).instant();
    assert_eq!([None, Some(0), Some(5_000), Some(-29_999)].map(instant), [NOW; 4]);
    assert_eq!([Some(HOUR_MS), Some(-DAY_MS)].map(instant), [NOW.plus(HOUR_MS), NOW.plus(-DAY_MS)]);
}

proptest! {
    #[test]
    fn with_a_run_in_common_any_clock_comes_to_the_true_instant(
        ago in 0_i64..40 * DAY_MS, started in 0_i64..DAY_MS, off in -400 * DAY_MS..400 * DAY_MS, set in -400 * DAY_MS..400 * DAY_MS, knows: bool,
    ) {
        let truly = NOW.plus(-ago);
        let made = stamp(truly.plus(-off), knows.then_some(off), Some((RUN, started)));
        let push = stamp(NOW.plus(-set), Some(set), Some((RUN, started + ago)));
        let judged = KnownRuns::of_push(Some(&push), [made], NOW).judge(&made, NOW);
        prop_assert!(judged.is_sure);
        prop_assert!(judged.correct(made.at).since(truly).abs() < NOISE_MS);
    }

    #[test]
    fn no_stamp_ends_the_program(at: i64, skew: Option<i64>, ms: i64, sent: i64, sent_ms: i64, received in 0_i64..4_000_000_000_000) {
        let made = stamp(UtcMillis(at), skew, Some((RUN, ms)));
        let push = stamp(UtcMillis(sent), skew, Some((RUN, sent_ms)));
        let judged = KnownRuns::of_push(Some(&push), [made], UtcMillis(received)).judge(&made, UtcMillis(received));
        let _ = judged.correct(made.at);
    }
}
