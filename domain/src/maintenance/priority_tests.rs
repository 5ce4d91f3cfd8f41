//! Targets of priorities: each can be kept.

use super::*;

#[test]
fn the_targets_of_every_priority_can_be_kept_and_are_shorter_the_more_it_presses() {
    let levels = ServiceLevels::default();
    let all: Vec<Targets> = Priority::ALL.iter().map(|priority| levels.of(*priority)).collect();
    assert!(all.iter().all(|targets| targets.is_possible()));
    assert!(all.windows(2).all(|pair| pair[1].response_h < pair[0].response_h && pair[1].repair_h < pair[0].repair_h));
    for bad in [(0, 1), (3, 2), (1, LONGEST_TARGET_H + 1)] {
        assert!(!Targets { response_h: bad.0, repair_h: bad.1 }.is_possible(), "{bad:?}");
    }
    assert!(Priority::ALL.iter().all(|priority| serde_json::to_value(priority).unwrap() == priority.as_str()));
}
