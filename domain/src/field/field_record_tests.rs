//! What is taken as a fact, what is odd about one, and that the screen says beforehand what the server will find.

use super::*;
use crate::metering::reading::absorb::{Stored, WindowEnd, absorb};
use crate::metering::reading::{Point, Rules, Trust};
use crate::{ConnectionId, TimeZone};
use proptest::prelude::*;

const METER: Capability = Capability::HOUSEHOLD;
const NOW: UtcMillis = UtcMillis(1_795_000_000_000);

/// By how much the walk lets a register be ahead of the overload flow.
const STEP: Millilitres = Millilitres::litres(120);

#[test]
fn a_note_keeps_its_lines_and_nothing_around_them() {
    assert_eq!(clean_note("  Bocor kecil\ndi sambungan \n"), Ok("Bocor kecil\ndi sambungan".into()));
    assert_eq!(clean_note(" \n "), Err(Invalid::Empty));
    assert_eq!(clean_note(&"x".repeat(LONGEST_NOTE + 1)), Err(Invalid::TooLong));
    assert!(clean_note(&"é".repeat(LONGEST_NOTE)).is_ok(), "characters are counted, not bytes");
    assert_eq!(clean_note("a\u{0}b"), Err(Invalid::Malformed));
}

#[test]
fn a_wrong_clock_is_odd_and_a_time_that_is_none_is_refused() {
    assert!(!is_skewed(NOW.plus(CLOCK_TOLERANCE_MS), NOW));
    assert!(is_skewed(NOW.plus(CLOCK_TOLERANCE_MS + 1), NOW));
    assert!(!is_skewed(NOW.plus(-40 * crate::core::local_time::DAY_MS), NOW), "work may come late");
    assert!(is_skewed(UtcMillis(0), NOW));
    assert!(is_time(UtcMillis(0), NOW) && is_time(NOW.plus(86_400_000), NOW));
    for no in [UtcMillis(-1), UtcMillis(i64::MIN), UtcMillis(i64::MAX), NOW.plus(3 * 366 * crate::core::local_time::DAY_MS)] {
        assert!(!is_time(no, NOW), "{no:?}");
    }
}

#[test]
fn a_register_is_typed_as_the_meter_prints_it_in_either_language() {
    for (text, litres) in [("01234,567", 1_234_567), ("1234.567", 1_234_567), (" 12 ", 12_000), ("0,5", 500), ("7,", 7_000)] {
        assert_eq!(parse_register(text), Some(Millilitres::litres(litres)), "{text}");
    }
    for no in ["", ",5", "-1", "1.234,567", "1,2345", "12 m³", "1e3", "9999999999"] {
        assert_eq!(parse_register(no), None, "{no}");
    }
}

#[test]
fn the_litre_that_is_not_printed_yet_is_no_step_backwards() {
    let before = Some(Millilitres(12_345_678));
    assert_eq!(review_reading(Verdict::Negative, Millilitres(12_345_000), before), None);
    assert_eq!(review_reading(Verdict::Negative, Millilitres(12_344_000), before), Some(Review::Implausible));
    assert_eq!(review_reading(Verdict::Impossible, Millilitres(99_000_000), before), Some(Review::Implausible));
    assert_eq!(review_reading(Verdict::AfterGap, Millilitres(13_000_000), before), None);
    let last = Some((NOW.plus(-3_600_000), Millilitres(12_345_678)));
    assert_eq!(plausibility(Millilitres(12_345_000), NOW, last, &METER), Plausibility::Plausible { used: Millilitres::ZERO });
    assert_eq!(plausibility(Millilitres(12_300_000), NOW, last, &METER), Plausibility::Lower { by: Millilitres(45_678) });
    assert_eq!(plausibility(METER.register_modulus, NOW, last, &METER), Plausibility::OutOfRange);
    assert_eq!(plausibility(Millilitres(1), NOW, None, &METER), Plausibility::NothingKnown);
}

proptest! {
    #[test]
    fn what_the_screen_calls_plausible_the_walk_uses_or_lets_pass(
        before in 0..METER.register_modulus.0, step in -3_000_000_i64..30_000_000, passed in 60_000_i64..(20 * 86_400_000)
    ) {
        // A register as a meter prints it: whole litres.
        let register = Millilitres((before + step).rem_euclid(METER.register_modulus.0) / 1_000 * 1_000);
        let place = Some(ConnectionId(uuid::Uuid::nil()));
        let (first, second) = (NOW.plus(-passed), NOW);
        let rules = Rules { capability: &METER, salt: 0 };
        let point = |t, register| Point { t, register, connection: place, clock: ClockState::Believed, trust: Trust::Meter };
        let known = Stored { point: point(first, Millilitres(before)), verdict: Verdict::First };
        let absorbed = absorb((WindowEnd::History, WindowEnd::History), &[known], &[point(second, register)], &rules, &|_| TimeZone::Jakarta);
        let absorbed = absorbed.map_err(|_| TestCaseError::fail("the window is whole"))?;
        let verdict = absorbed.changed.iter().find(|stored| stored.point.t == second).map(|stored| stored.verdict);
        let review = review_reading(verdict.unwrap_or(Verdict::First), register, Some(Millilitres(before)));
        match plausibility(register, second, Some((first, Millilitres(before))), &METER) {
            // A register of coarse steps may be ahead by one of them: the screen asks about it, and the walk uses it.
            Plausibility::TooMuch { used } if used <= METER.q4().volume_in(passed) + STEP => {}
            Plausibility::Lower { by } if METER.register_modulus - by <= METER.q4().volume_in(passed) + STEP => {}
            // The litre that is allowed for what is not printed may be just what the walk finds too much.
            Plausibility::Plausible { used } if used + PRINTED + PRINTED < METER.q4().volume_in(passed) => {
                prop_assert_eq!(review, None);
            }
            Plausibility::Lower { .. } | Plausibility::TooMuch { .. } => prop_assert_eq!(review, Some(Review::Implausible)),
            _ => {}
        }
    }
}

#[test]
fn an_implausible_reading_lacks_its_reason_and_a_picture_or_why_there_is_none() {
    let said = |reason: &str, no_photo: &str| Explanation { reason: reason.into(), no_photo: no_photo.into() };
    let (odd, fine) = (Plausibility::Lower { by: Millilitres(5) }, Plausibility::Plausible { used: Millilitres(5) });
    assert_eq!(said("", "").lacks(fine, false), []);
    assert_eq!(said("", "").lacks(Plausibility::NothingKnown, false), []);
    assert_eq!(said("", "").lacks(odd, false), [Lacks::Reason, Lacks::Photo]);
    assert_eq!(said("", "").lacks(odd, true), [Lacks::Reason]);
    assert_eq!(said("Meter diganti", "").lacks(odd, false), [Lacks::Photo]);
    assert_eq!(said("  ok  ", "x").lacks(odd, false), [Lacks::Reason, Lacks::Photo], "that is no reason");
    assert_eq!(said("Meter diganti", "Kamera rusak").lacks(Plausibility::TooMuch { used: Millilitres(5) }, false), []);
}

#[test]
fn an_explanation_is_kept_without_what_surrounds_it_and_has_its_length() {
    let long = Explanation { reason: "x".repeat(LONGEST_EXPLANATION + 1), no_photo: String::new() };
    assert_eq!(long.clean(), Err(Invalid::TooLong));
    let said = Explanation { reason: " Bocor \n".into(), no_photo: "  ".into() };
    assert_eq!(said.clean(), Ok(Explanation { reason: "Bocor".into(), no_photo: String::new() }));
}
