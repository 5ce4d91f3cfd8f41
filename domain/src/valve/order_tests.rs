//! Orders whose events arrive as networks deliver them.

use super::*;
use proptest::prelude::*;

const LAST: [OrderEvent; 3] = [OrderEvent::Completed, OrderEvent::Failed, OrderEvent::Over];

fn lived(events: &[OrderEvent]) -> OrderState {
    events.iter().fold(OrderState::Pending, |state, events| state.after(*events))
}

#[test]
fn an_acknowledgement_alone_is_not_success() {
    let state = lived(&[OrderEvent::Sent, OrderEvent::Acknowledged, OrderEvent::Acknowledged]);
    assert_eq!(state, OrderState::Acknowledged);
    assert!(state.is_open());
    assert_eq!(state.after(OrderEvent::Over), OrderState::Expired, "acknowledged and never done");
}

#[test]
fn every_state_has_its_word() {
    for state in OrderState::ALL {
        assert_eq!(OrderState::from_word(state.as_str()), Some(state));
        assert_eq!(serde_json::to_string(&state).expect("JSON"), format!("\"{}\"", state.as_str()));
    }
    assert_eq!(OrderState::from_word("done"), None);
}

fn any_events() -> impl Strategy<Value = OrderEvent> {
    let all = [OrderEvent::Sent, OrderEvent::Acknowledged, OrderEvent::Completed, OrderEvent::Failed, OrderEvent::Over];
    prop::sample::select(all.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_one_meter_says_comes_to_the_same_in_any_order_and_however_often(
        sent in prop::collection::vec(prop::sample::select(vec![OrderEvent::Sent, OrderEvent::Acknowledged]), 0..6),
        last in prop::option::of(prop::sample::select(vec![OrderEvent::Completed, OrderEvent::Failed])),
        again in 1_usize..3,
        shuffle in any::<u64>(),
    ) {
        let mut events = sent.clone();
        events.extend(last.into_iter().flat_map(|last| vec![last; again]));
        let straight = lived(&events);
        // A shuffle that a failing case can repeat.
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|place| shuffle.wrapping_mul(2 * *place as u64 + 1) >> 7);
        let shuffled: Vec<OrderEvent> = order.iter().map(|place| events[*place]).collect();
        prop_assert_eq!(lived(&shuffled), straight);
        if let Some(last) = last {
            let expected = if last == OrderEvent::Completed { OrderState::Completed } else { OrderState::Failed };
            prop_assert_eq!(straight, expected);
        }
    }

    #[test]
    fn what_has_ended_stays_and_what_is_open_only_goes_forward(events in prop::collection::vec(any_events(), 0..12)) {
        let mut state = OrderState::Pending;
        for one in &events {
            let next = state.after(*one);
            prop_assert!(next >= state);
            prop_assert_eq!(next.after(*one), next, "the same again changes nothing");
            if !state.is_open() {
                prop_assert_eq!(next, state);
            }
            state = next;
        }
        prop_assert_eq!(state.is_open(), !events.iter().any(|one| LAST.contains(one)));
        let first_last = events.iter().find(|one| LAST.contains(one));
        if let Some(first) = first_last {
            prop_assert_eq!(state, OrderState::Sent.after(*first), "of several last words the first one stands");
        }
    }
}
