//! What a payment comes to, in whatever order and however often it is reported.

use crate::Rupiah;
use crate::sales::payment::{Effect, Fraud, GatewayReport, Method, PaymentHistory, State, Status, Why};
use proptest::prelude::*;

const GROSS: Rupiah = Rupiah(100_000);

fn said(status: Status) -> GatewayReport {
    GatewayReport { status, fraud: Fraud::Accept, refunded: None }
}

fn part(refunded: i64) -> GatewayReport {
    GatewayReport { refunded: Some(Rupiah(refunded)), ..said(Status::PartialRefund) }
}

fn suspect(status: Status, fraud: Fraud) -> GatewayReport {
    GatewayReport { fraud, ..said(status) }
}

/// What is known after all of it, and every effect on the way.
fn after(all: &[GatewayReport]) -> (PaymentHistory, Vec<Effect>) {
    let mut known = PaymentHistory::started(GROSS);
    let effects = all.iter().flat_map(|report| known.apply(report)).collect();
    (known, effects)
}

fn sum(effects: &[Effect]) -> i64 {
    effects.iter().fold(0, |sum, effect| match effect {
        Effect::Credit(amount) => sum + amount.0,
        Effect::Refund(amount) | Effect::Chargeback(amount) => sum - amount.0,
        Effect::Fail(_) => sum,
    })
}

#[test]
fn each_story_of_a_payment_has_its_effects_and_its_end() {
    use Effect::{Chargeback, Credit, Fail, Refund};
    use Status as S;
    let stories: Vec<(Vec<GatewayReport>, Vec<Effect>, State)> = vec![
        (vec![said(S::Pending)], vec![], State::Pending),
        (vec![said(S::Authorize)], vec![], State::Pending),
        (vec![said(S::Pending), said(S::Settlement)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Capture), said(S::Settlement)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Settlement), said(S::Pending)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Pending), said(S::Expire)], vec![Fail(Why::Expired)], State::Expired),
        (vec![said(S::Cancel), said(S::Expire)], vec![Fail(Why::Cancelled)], State::Cancelled),
        (vec![said(S::Deny)], vec![Fail(Why::Denied)], State::Denied),
        (vec![said(S::Failure)], vec![Fail(Why::Denied)], State::Denied),
        (vec![suspect(S::Capture, Fraud::Challenge)], vec![], State::Challenged),
        (vec![suspect(S::Capture, Fraud::Challenge), said(S::Capture)], vec![Credit(GROSS)], State::Paid),
        (vec![suspect(S::Capture, Fraud::Challenge), said(S::Deny)], vec![Fail(Why::Denied)], State::Denied),
        (vec![suspect(S::Capture, Fraud::Deny)], vec![Fail(Why::Denied)], State::Denied),
        (vec![suspect(S::Settlement, Fraud::Challenge)], vec![], State::Challenged),
        (vec![said(S::Settlement), said(S::Refund)], vec![Credit(GROSS), Refund(GROSS)], State::Refunded),
        (vec![said(S::Refund), said(S::Settlement)], vec![Credit(GROSS), Refund(GROSS)], State::Refunded),
        (
            vec![said(S::Settlement), part(30_000), part(70_000)],
            vec![Credit(GROSS), Refund(Rupiah(30_000)), Refund(Rupiah(40_000))],
            State::PartlyRefunded,
        ),
        (
            vec![said(S::Settlement), part(70_000), part(30_000)],
            vec![Credit(GROSS), Refund(Rupiah(70_000))],
            State::PartlyRefunded,
        ),
        (vec![said(S::Settlement), part(250_000)], vec![Credit(GROSS), Refund(GROSS)], State::Refunded),
        (vec![said(S::Settlement), said(S::Chargeback)], vec![Credit(GROSS), Chargeback(GROSS)], State::ChargedBack),
        (
            vec![said(S::Settlement), part(30_000), said(S::Chargeback)],
            vec![Credit(GROSS), Refund(Rupiah(30_000)), Chargeback(Rupiah(70_000))],
            State::ChargedBack,
        ),
        (vec![said(S::Expire), said(S::Settlement)], vec![Fail(Why::Expired), Credit(GROSS)], State::Paid),
        (vec![said(S::Settlement), said(S::Expire)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Settlement), said(S::Deny)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Capture), said(S::Cancel)], vec![Credit(GROSS), Refund(GROSS)], State::Cancelled),
        (vec![said(S::Cancel), said(S::Capture)], vec![Fail(Why::Cancelled)], State::Cancelled),
        (vec![said(S::Settlement), said(S::PartialChargeback)], vec![Credit(GROSS)], State::Paid),
    ];
    for (story, effects, state) in stories {
        let (known, had) = after(&story);
        assert_eq!((had, known.state()), (effects, state), "{story:?}");
    }
}

#[test]
fn a_declined_try_is_not_the_end_of_a_page() {
    use Effect::{Credit, Fail};
    use Status as S;
    let stories: Vec<(Vec<GatewayReport>, Vec<Effect>, State)> = vec![
        (vec![said(S::Deny)], vec![], State::Pending),
        (vec![said(S::Failure), suspect(S::Capture, Fraud::Deny)], vec![], State::Pending),
        (vec![said(S::Deny), said(S::Settlement)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Settlement), said(S::Deny)], vec![Credit(GROSS)], State::Paid),
        (vec![said(S::Deny), said(S::Deny), said(S::Expire)], vec![Fail(Why::Expired)], State::Expired),
        (vec![said(S::Expire), said(S::Deny)], vec![Fail(Why::Expired)], State::Expired),
        (vec![said(S::Deny), said(S::Cancel)], vec![Fail(Why::Cancelled)], State::Cancelled),
    ];
    for (story, effects, state) in stories {
        let mut known = PaymentHistory::started_by(Method::Page, GROSS);
        let had: Vec<Effect> = story.iter().flat_map(|report| known.apply(report)).collect();
        assert_eq!((had, known.state(), known.is_odd()), (effects, state, false), "{story:?}");
    }
    assert_eq!(PaymentHistory::started_by(Method::Qris, GROSS), PaymentHistory::started(GROSS));
}

#[test]
fn a_page_that_was_called_off_and_is_paid_by_card_is_credited_like_an_open_one() {
    use Effect::{Credit, Fail, Refund};
    let mut known = PaymentHistory::started_by(Method::Page, GROSS);
    assert_eq!((known.call_off(), known.state()), (vec![Fail(Why::Cancelled)], State::Cancelled));
    assert_eq!((known.apply(&said(Status::Capture)), known.state()), (vec![Credit(GROSS)], State::Paid));
    assert!(known.is_odd(), "a person looks at money that came although it was called off");
    assert_eq!((known.call_off(), known.apply(&said(Status::Settlement))), (vec![], vec![]), "it is credited once");

    let mut charged = PaymentHistory::started_by(Method::Page, GROSS);
    assert_eq!((charged.apply(&said(Status::Capture)), charged.call_off()), (vec![Credit(GROSS)], vec![]));
    assert_eq!((charged.apply(&said(Status::Cancel)), charged.state()), (vec![Refund(GROSS)], State::Cancelled));
}

#[test]
fn money_that_came_although_it_was_refused_has_to_be_looked_at_and_late_money_has_not() {
    assert!(after(&[said(Status::Settlement), said(Status::Deny)]).0.is_odd());
    assert!(after(&[said(Status::Cancel), said(Status::Settlement)]).0.is_odd());
    assert!(after(&[said(Status::Settlement), said(Status::PartialChargeback)]).0.is_odd());
    assert!(!after(&[said(Status::Expire), said(Status::Settlement)]).0.is_odd());
    assert!(!after(&[said(Status::Capture), said(Status::Cancel)]).0.is_odd());
}

fn anything() -> impl Strategy<Value = GatewayReport> {
    let fraud = prop_oneof![6 => Just(Fraud::Accept), 1 => Just(Fraud::Challenge), 1 => Just(Fraud::Deny)];
    (proptest::sample::select(Status::ALL.to_vec()), fraud, proptest::option::of(0..150_000_i64))
        .prop_map(|(status, fraud, refunded)| GatewayReport { status, fraud, refunded: refunded.map(Rupiah) })
}

/// A sequence of reports, and the same with some of them repeated, all in another order.
fn repeated() -> impl Strategy<Value = (Vec<GatewayReport>, Vec<GatewayReport>)> {
    proptest::collection::vec(anything(), 1..8).prop_flat_map(|story| {
        let again = proptest::collection::vec(proptest::sample::select(story.clone()), 0..8);
        let other = again.prop_map({
            let story = story.clone();
            move |again| [story.clone(), again].concat()
        });
        (Just(story), other.prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn every_order_of_arrival_with_repetitions_ends_in_the_same_state_and_sum((story, other) in repeated()) {
        let ((one, first), (two, second)) = (after(&story), after(&other));
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(one.state(), two.state());
        prop_assert_eq!(sum(&first), sum(&second));
    }

    #[test]
    fn what_was_done_always_adds_up_to_what_is_known(story in proptest::collection::vec(anything(), 1..12)) {
        let mut known = PaymentHistory::started(GROSS);
        let mut total = 0;
        for report in &story {
            let effects = known.apply(report);
            total += sum(&effects);
            prop_assert_eq!(total, known.net().0);
            prop_assert!((0..=GROSS.0).contains(&total));
            prop_assert_eq!(known.apply(report), vec![], "the same again does nothing");
        }
    }

    #[test]
    fn a_payment_that_settled_stays_paid_whatever_else_is_said(story in proptest::collection::vec(anything(), 0..12)) {
        let (mut known, _) = after(&[said(Status::Settlement)]);
        for report in &story {
            let effects = known.apply(report);
            prop_assert!(!effects.iter().any(|effect| matches!(effect, Effect::Credit(_) | Effect::Fail(_))), "{:?}", effects);
            prop_assert!(!known.state().is_open());
        }
    }

    #[test]
    fn what_is_known_survives_being_stored(story in proptest::collection::vec(anything(), 0..12)) {
        let (known, _) = after(&story);
        let stored = serde_json::to_string(&known).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<PaymentHistory>(&stored).expect("reads"), known);
    }
}
