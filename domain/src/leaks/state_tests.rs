//! tests

use super::*;

#[test]
fn a_state_takes_at_most_400_bytes_in_memory_and_when_stored() {
    assert!(size_of::<LeakState>() <= 400, "{}", size_of::<LeakState>());
    assert!(LeakState::default().to_bytes().len() <= 400, "{}", LeakState::default().to_bytes().len());
}
