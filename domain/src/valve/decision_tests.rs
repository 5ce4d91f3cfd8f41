//! Valves that obey, that do not, and that somebody else has moved.

use super::*;
use crate::LocalDay;
use proptest::prelude::*;

const ZONE: TimeZone = TimeZone::Jakarta;

fn friday(hour: i64) -> UtcMillis {
    ZONE.start_of(LocalDay::from_ymd(2026, 11, 20).expect("a Friday")).plus(hour * HOUR_MS)
}

fn order(task: ValveTask, state: OrderState, seen: Option<Seen>) -> OrderRecord {
    let ended_at = (!state.is_open()).then_some(friday(9));
    OrderRecord { task, cause: Cause::Credit, state, ended_at, seen: seen.map(|seen| (seen, friday(10))) }
}

fn situation(balance: i64, held: Held, reported: Valve, protected: &Protected) -> Situation<'_> {
    Situation {
        balance: Rupiah(balance),
        lent: Rupiah(0),
        policy: Policy::On,
        held,
        by_hand: ByHand::Nothing,
        reported,
        zone: ZONE,
        protected,
    }
}

#[test]
fn a_valve_that_was_closed_for_another_reason_is_left_as_it_is() {
    let usual = Protected::default();
    let wish = |balance, held, reported| situation(balance, held, reported, &usual).wish(friday(12));
    assert_eq!(wish(-1, Held::No, Valve::Open), ValveWish::Close);
    assert_eq!(wish(-1, Held::No, Valve::Unknown), ValveWish::Close);
    assert_eq!(wish(-1, Held::No, Valve::Closed), ValveWish::Leave, "whoever closed it has a reason of their own");
    assert_eq!(wish(500_000, Held::No, Valve::Closed), ValveWish::Leave, "and it is nobody's to open for the balance's sake");
    assert_eq!(wish(500_000, Held::Yes, Valve::Closed), ValveWish::Open);
    let theirs = OrderRecord { cause: Cause::Person, ..order(ValveTask::Close, OrderState::Completed, None) };
    assert_eq!(held(Some(&theirs)), Held::No);
}

#[test]
fn it_opens_above_ten_thousand_and_above_nothing_while_emergency_credit_is_out() {
    let usual = Protected::default();
    let at = |balance, lent| {
        let here = Situation { lent: Rupiah(lent), ..situation(balance, Held::Yes, Valve::Closed, &usual) };
        here.wish(friday(23))
    };
    assert_eq!(at(10_000, 0), ValveWish::Leave);
    assert_eq!(at(10_001, 0), ValveWish::Open, "at night as well");
    assert_eq!(at(9_500, 10_000), ValveWish::Open);
    assert_eq!(at(0, 10_000), ValveWish::Leave);
}

#[test]
fn a_utility_that_closes_none_still_opens_what_was_closed() {
    let usual = Protected::default();
    let off = |balance, held| Situation { policy: Policy::Off, ..situation(balance, held, Valve::Open, &usual) }.wish(friday(12));
    assert_eq!(off(-5, Held::No), ValveWish::Leave);
    assert_eq!(off(-5, Held::Perhaps), ValveWish::Leave);
    assert_eq!(off(20_000, Held::Yes), ValveWish::Open);
}

#[test]
fn protected_hours_hold_a_close_back_until_they_end() {
    let usual = Protected::default();
    let here = situation(-1, Held::No, Valve::Open, &usual);
    assert_eq!(here.wish(friday(20)), ValveWish::Leave);
    assert_eq!(here.changes_at(friday(20)), Some(friday(3 * 24 + 8)), "Monday at eight");
    assert_eq!(here.changes_at(friday(12)), None, "it is wanted already");
    assert_eq!(situation(5, Held::No, Valve::Open, &usual).changes_at(friday(20)), None);
    assert_eq!(until(ValveTask::Close, friday(12), ZONE, &usual), friday(20), "a late close is not carried out at night");
    assert_eq!(until(ValveTask::Open, friday(12), ZONE, &usual), friday(36));
}

#[test]
fn a_report_is_believed_once_it_cannot_be_older_than_the_command() {
    let close = order(ValveTask::Close, OrderState::Completed, None);
    let late = friday(9).plus(SETTLES_MS + 1);
    assert_eq!(judge(&close, Valve::Open, friday(9).plus(SETTLES_MS)), None, "its clock may be ahead");
    assert_eq!(judge(&close, Valve::Open, late), Some(Seen::Contradicts));
    assert_eq!(judge(&close, Valve::Partial, late), Some(Seen::Contradicts));
    assert_eq!(judge(&close, Valve::Closed, late), Some(Seen::Agrees));
    assert_eq!(judge(&close, Valve::Unknown, late), None);
    let open = order(ValveTask::Open, OrderState::Completed, None);
    assert_eq!(judge(&open, Valve::Partial, late), Some(Seen::Agrees));
    assert_eq!(judge(&open, Valve::Closed, late), Some(Seen::Contradicts));
    let sent = order(ValveTask::Close, OrderState::Sent, None);
    assert_eq!(judge(&sent, Valve::Open, late), None, "it is on its way");
}

#[test]
fn a_closed_valve_may_be_opened_by_hand_later_and_an_opened_one_closed_by_somebody_is_theirs() {
    let late = friday(12);
    let closed = order(ValveTask::Close, OrderState::Completed, Some(Seen::Agrees));
    assert_eq!(held(Some(&closed)), Held::Yes);
    assert_eq!(judge(&closed, Valve::Open, late), Some(Seen::Contradicts));
    let stray = OrderRecord { seen: Some((Seen::Contradicts, late)), ..closed };
    assert_eq!(judge(&stray, Valve::Closed, late), Some(Seen::Agrees), "it is closed after all, and is opened after a payment");
    assert_eq!(judge(&stray, Valve::Open, late), None);
    let opened = order(ValveTask::Open, OrderState::Completed, Some(Seen::Agrees));
    assert_eq!(judge(&opened, Valve::Closed, late), None);
    assert_eq!(held(Some(&opened)), Held::No);
}

#[test]
fn whoever_paid_is_opened_for_as_long_as_the_valve_may_be_closed() {
    let usual = Protected::default();
    for state in [OrderState::Sent, OrderState::Acknowledged, OrderState::Completed, OrderState::Failed, OrderState::Expired] {
        let held = held(Some(&order(ValveTask::Close, state, None)));
        assert_ne!(held, Held::No, "{state:?}: it may have been carried out");
        assert_eq!(situation(50_000, held, Valve::Open, &usual).wish(friday(23)), ValveWish::Open, "{state:?}");
    }
    for state in [OrderState::Failed, OrderState::Expired] {
        assert_eq!(held(Some(&order(ValveTask::Open, state, None))), Held::Yes, "an open order that came to nothing");
    }
}

#[test]
fn a_valve_that_does_not_obey_is_ordered_in_ever_longer_pauses() {
    let miss = order(ValveTask::Close, OrderState::Completed, Some(Seen::Contradicts));
    let after = |misses: usize| next_try(ValveTask::Close, &vec![miss; misses]).since(friday(10)) / MINUTE_MS;
    assert_eq!([1, 2, 3, 6, 7, 8, 40].map(after), [5, 10, 20, 160, 320, 360, 360]);
    let failed = order(ValveTask::Close, OrderState::Failed, None);
    assert_eq!(next_try(ValveTask::Close, [&failed]), friday(9).plus(5 * MINUTE_MS));
    let expired = order(ValveTask::Close, OrderState::Expired, None);
    assert_eq!(next_try(ValveTask::Close, [&expired]), UtcMillis(i64::MIN), "it was silent, and may answer now");
    let opened = order(ValveTask::Open, OrderState::Completed, None);
    assert_eq!(next_try(ValveTask::Close, [&opened, &miss]), UtcMillis(i64::MIN), "a top-up begins anew");
}

fn any_state() -> impl Strategy<Value = OrderState> {
    prop::sample::select(OrderState::ALL[1..].to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn nobody_is_closed_who_has_credit_and_nobody_stays_closed_who_has_enough(
        balance in -20_000_i64..40_000, lent in 0_i64..2, task in 0..2, state in any_state(), seen in prop::option::of(0..2),
        reported in 0..4, hour in 0_i64..200, policy in 0..2,
    ) {
        let task = [ValveTask::Open, ValveTask::Close][task as usize];
        let seen = seen.filter(|_| !state.is_open()).map(|seen| [Seen::Agrees, Seen::Contradicts][seen as usize]);
        let newest = order(task, state, seen);
        let reported = [Valve::Open, Valve::Closed, Valve::Partial, Valve::Unknown][reported as usize];
        let protected = Protected::default();
        let here = Situation {
            lent: Rupiah(lent * 10_000),
            policy: [Policy::On, Policy::Off][policy as usize],
            ..situation(balance, held(Some(&newest)), reported, &protected)
        };
        let wish = here.wish(friday(hour));
        if wish == ValveWish::Close {
            prop_assert!(balance <= 0 && !protected.covers(friday(hour), ZONE) && here.policy == Policy::On);
        }
        if wish == ValveWish::Open {
            prop_assert!(balance > here.opens_above().0 && here.held != Held::No);
        }
        if here.held != Held::No && balance > 10_000 {
            prop_assert_eq!(wish, ValveWish::Open);
        }
        prop_assert!(until(ValveTask::Close, friday(hour), ZONE, &protected) <= protected.begins(friday(hour), ZONE).expect("a weekend"));
    }
}
