//! Work orders: windows, texts and words.

use super::*;
use crate::core::local_time::MINUTE_MS;

fn minute(minute: i64) -> UtcMillis {
    UtcMillis(1_790_000_000_000).plus(minute * MINUTE_MS)
}

#[test]
fn a_window_ends_behind_its_beginning_and_lies_within_a_year() {
    let now = minute(0);
    let window = |from: i64, until: i64| Window { from: minute(from), until: minute(until) };
    let day = 24 * 60;
    assert!(window(60, 120).is_possible(now) && window(-3 * day, -2 * day).is_possible(now));
    for wrong in [window(60, 60), window(120, 60), window(0, 32 * day), window(367 * day, 367 * day + 60)] {
        assert!(!wrong.is_possible(now), "{wrong:?}");
    }
}

#[test]
fn a_text_may_be_nothing_and_not_too_long() {
    assert_eq!(clean_text("  Bawa segel \n").as_deref(), Ok("Bawa segel"));
    assert_eq!(clean_text(" ").as_deref(), Ok(""));
    assert_eq!(clean_text(&"x".repeat(LONGEST_TEXT + 1)), Err(Invalid::TooLong));
    assert_eq!(clean_text("a\u{7}b"), Err(Invalid::Malformed));
}

#[test]
fn words_of_the_wire_are_those_that_are_stored() {
    assert!(WorkKind::ALL.iter().all(|kind| serde_json::to_value(kind).unwrap() == kind.as_str()));
    assert!(WorkState::ALL.iter().all(|state| serde_json::to_value(state).unwrap() == state.as_str()));
    assert!(WorkStage::ALL.iter().all(|stage| serde_json::to_value(stage).unwrap() == stage.as_str()));
    assert!(DeferReason::ALL.iter().all(|reason| serde_json::to_value(reason).unwrap() == reason.as_str()));
    assert!(TurnKind::ALL.iter().all(|turn| serde_json::to_value(turn).unwrap() == turn.as_str()));
}
