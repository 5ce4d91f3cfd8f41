//! Batches of orders: never more in a minute than is allowed, however the job's runs fall, and each state with its word.

use super::*;
use proptest::prelude::*;

#[test]
fn every_reason_and_state_has_its_word() {
    for refusal in NoOrder::ALL {
        assert_eq!(NoOrder::from_word(refusal.as_str()), Some(refusal));
        assert_eq!(serde_json::to_string(&refusal).expect("JSON"), format!("\"{}\"", refusal.as_str()));
    }
    for state in ItemState::ALL {
        assert_eq!(serde_json::to_string(&state).expect("JSON"), format!("\"{}\"", state.as_str()));
    }
    assert_eq!(NoOrder::from_word("tired"), None);
}

#[test]
fn a_meter_that_never_reported_is_as_silent_as_one_that_stopped() {
    let now = UtcMillis(10 * DAY_MS);
    assert!(is_silent(None, now));
    assert!(is_silent(Some(now.plus(-SILENT_MS - 1)), now));
    assert!(!is_silent(Some(now.plus(-SILENT_MS)), now));
    assert!(!is_silent(Some(now.plus(5_000)), now), "a clock that is ahead is no silence");
}

#[test]
fn only_a_valve_that_a_person_has_closed_needs_no_order_to_close() {
    let open = ByHand::Open { until: UtcMillis(DAY_MS) };
    assert!(is_done(ValveTask::Close, true, ByHand::Closed));
    assert!(!is_done(ValveTask::Close, false, ByHand::Closed), "somebody has turned it by hand");
    assert!(!is_done(ValveTask::Close, true, ByHand::Nothing), "closed for want of credit, it would open with the next purchase");
    for by_hand in [ByHand::Nothing, ByHand::Closed, open] {
        assert!(!is_done(ValveTask::Open, true, by_hand), "{by_hand:?}: it is kept open for a day");
    }
}

#[test]
fn an_order_of_a_batch_is_open_as_long_as_it_is_by_itself() {
    for state in OrderState::ALL {
        assert_eq!(ItemState::of(state, false).is_open(), state.is_open(), "{state:?}");
    }
    assert_eq!(ItemState::of(OrderState::Expired, true), ItemState::Withdrawn);
    let withdrawn: Vec<_> = ItemState::ALL.into_iter().filter(|state| state.can_be_withdrawn()).collect();
    assert_eq!(withdrawn, [ItemState::Waiting, ItemState::Pending]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn in_no_minute_more_orders_go_out_than_are_allowed(
        runs in prop::collection::vec((0_i64..20_000, 0_u32..200), 1..60),
    ) {
        // When each order went out.
        let mut out: Vec<i64> = Vec::new();
        let mut now = 0;
        for (pause, waiting) in runs {
            now += pause;
            let sent = out.iter().filter(|at| **at > now - WINDOW_MS).count() as u32;
            out.extend(std::iter::repeat_n(now, may_go(sent).min(waiting) as usize));
        }
        for end in &out {
            let within = out.iter().filter(|at| **at > end - WINDOW_MS && *at <= end).count();
            prop_assert!(within <= PER_MINUTE as usize, "{within} until {end}");
        }
    }

    #[test]
    fn a_queue_is_empty_after_as_many_minutes_as_it_has_to(waiting in 0_u32..2_000) {
        let (mut left, mut minutes) = (waiting, 0);
        while left > 0 {
            left -= may_go(0).min(left);
            minutes += 1;
        }
        prop_assert_eq!(minutes, waiting.div_ceil(PER_MINUTE));
    }
}
