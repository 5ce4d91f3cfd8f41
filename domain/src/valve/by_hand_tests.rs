//! Valves that people move: in protected hours and out of them, with and without credit, whatever the meter reports after.

use super::*;
use crate::billing::balance::ValveWish;
use crate::metering::meter::Valve;
use crate::valve::decision::{Held, Policy, Situation};
use crate::{LocalDay, Rupiah};
use proptest::prelude::*;

const ZONE: TimeZone = TimeZone::Jakarta;

fn friday(hour: i64) -> UtcMillis {
    ZONE.start_of(LocalDay::from_ymd(2026, 11, 20).expect("a Friday")).plus(hour * HOUR_MS)
}

fn order(task: ValveTask, cause: Cause, state: OrderState) -> OrderRecord {
    OrderRecord { task, cause, state, ended_at: (!state.is_open()).then_some(friday(9)), seen: None }
}

fn situation(balance: i64, held: Held, by_hand: ByHand, protected: &Protected) -> Situation<'_> {
    let (lent, policy, reported, zone) = (Rupiah(0), Policy::On, Valve::Open, ZONE);
    Situation { balance: Rupiah(balance), lent, policy, held, by_hand, reported, zone, protected }
}

#[test]
fn what_a_person_has_done_stands_and_what_did_not_work_does_not() {
    let of = |task, state| ByHand::of(Some(&order(task, Cause::Person, state)), false);
    assert_eq!(of(ValveTask::Close, OrderState::Completed), ByHand::Closed);
    assert_eq!(of(ValveTask::Open, OrderState::Completed), ByHand::Open { until: friday(9).plus(STAYS_OPEN_MS) });
    for state in [OrderState::Failed, OrderState::Expired] {
        assert_eq!(of(ValveTask::Close, state), ByHand::Nothing, "{state:?}");
    }
    let balance = order(ValveTask::Close, Cause::Credit, OrderState::Completed);
    assert_eq!(ByHand::of(Some(&balance), false), ByHand::Nothing);
    assert_eq!(ByHand::of(None, false), ByHand::Nothing);
    let contradicted =
        |task| OrderRecord { seen: Some((Seen::Contradicts, friday(10))), ..order(task, Cause::Person, OrderState::Completed) };
    for task in [ValveTask::Close, ValveTask::Open] {
        assert_eq!(ByHand::of(Some(&contradicted(task)), false), ByHand::Nothing);
        assert!(!has_moved(&contradicted(task)));
    }
    assert_eq!(ByHand::of(Some(&balance), true), ByHand::Ordered, "it waits for the person's order");
}

#[test]
fn a_valve_opened_by_hand_without_credit_closes_after_a_day_and_outside_protected_hours() {
    let usual = Protected::default();
    // Thursday at nine: the day after, at nine, is a working hour.
    let opened = ByHand::Open { until: friday(9) };
    let here = situation(-5_000, Held::No, opened, &usual);
    assert_eq!(here.wish(friday(-13)), ValveWish::Leave, "a working hour of Thursday");
    assert_eq!(here.changes_at(friday(-13)), Some(friday(9)));
    assert_eq!(here.wish(friday(9)), ValveWish::Close);
    let late = situation(-5_000, Held::No, ByHand::Open { until: friday(21) }, &usual);
    assert_eq!(late.changes_at(friday(10)), Some(friday(3 * 24 + 8)), "the day ends on Friday night: Monday at eight");
    assert_eq!(situation(5_000, Held::No, opened, &usual).changes_at(friday(-13)), None, "it has credit");
}

#[test]
fn a_valve_closed_by_hand_is_nobodys_but_a_persons() {
    let usual = Protected::default();
    for (balance, held) in [(500_000, Held::Yes), (500_000, Held::No), (-1, Held::No)] {
        let here = situation(balance, held, ByHand::Closed, &usual);
        assert_eq!(here.wish(friday(12)), ValveWish::Leave);
        assert_eq!(here.changes_at(friday(12)), None);
    }
}

#[test]
fn a_close_by_hand_needs_a_reason_of_its_own_in_protected_hours() {
    let usual = Protected::default();
    let close =
        |despite_protected, hour| Wanted { task: ValveTask::Close, despite_protected }.holds_until(friday(hour), ZONE, &usual);
    assert_eq!(close(false, 21), Err(Refusal::Protected));
    assert_eq!(close(true, 21), Ok(friday(33)), "it holds in protected hours as well");
    assert_eq!(close(false, 19), Ok(friday(20)), "until they begin");
    assert_eq!(close(true, 19), Ok(friday(20)), "a reason that is not needed changes nothing");
    let open = Wanted { task: ValveTask::Open, despite_protected: false };
    assert_eq!(open.holds_until(friday(21), ZONE, &usual), Ok(friday(45)), "opening is never held back");
}

#[test]
fn a_meter_without_a_place_or_a_valve_is_refused_and_an_unknown_one_is_tried() {
    let place = |is_installed, has_reported, has_valve| Place { is_installed, has_reported, has_valve }.can_be_moved();
    assert_eq!(place(false, true, true), Err(Refusal::NotInstalled));
    assert_eq!(place(true, true, false), Err(Refusal::NoValve));
    assert_eq!(place(true, true, true), Ok(()));
    assert_eq!(place(true, false, false), Ok(()));
}

#[test]
fn the_same_by_a_person_waits_and_everything_else_gives_way() {
    let wanted = Wanted { task: ValveTask::Close, despite_protected: false };
    let open = |task, cause| [order(task, cause, OrderState::Sent)];
    assert_eq!(wanted.displaces(&open(ValveTask::Close, Cause::Person)), Err(Refusal::Ordered));
    assert_eq!(wanted.displaces(&open(ValveTask::Open, Cause::Person)), Ok(()), "a mistake can be undone at once");
    assert_eq!(wanted.displaces(&open(ValveTask::Close, Cause::Credit)), Ok(()));
    assert_eq!(wanted.displaces(&[]), Ok(()));
}

#[test]
fn a_reason_has_three_to_two_hundred_characters() {
    for (text, fits) in [("ab", false), ("  ab  ", false), ("air", true), (&*"é".repeat(200), true), (&*"é".repeat(201), false)]
    {
        assert_eq!(is_reason(text), fits, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn nothing_is_wanted_while_a_persons_word_stands_and_after_it_the_balance_decides_as_ever(
        balance in -100_000_i64..100_000,
        held in 0..3_u8,
        kind in 0..4_u8,
        opened in -100_i64..100,
        hour in 0_i64..400,
    ) {
        let protected = Protected::default();
        let held = [Held::No, Held::Perhaps, Held::Yes][held as usize];
        let until = friday(opened).plus(STAYS_OPEN_MS);
        let by_hand = [ByHand::Nothing, ByHand::Ordered, ByHand::Closed, ByHand::Open { until }][kind as usize];
        let here = situation(balance, held, by_hand, &protected);
        let plain = situation(balance, held, ByHand::Nothing, &protected);
        let now = friday(hour);
        if by_hand.stands(now) {
            prop_assert_eq!(here.wish(now), ValveWish::Leave);
        } else {
            prop_assert_eq!(here.wish(now), plain.wish(now));
        }
        // Whatever the next change is, nothing changes before it, and something does then.
        if let Some(at) = here.changes_at(now) {
            prop_assert!(at > now);
            prop_assert_ne!(here.wish(at), ValveWish::Leave);
            prop_assert_eq!(here.wish(now), ValveWish::Leave);
            prop_assert_eq!(here.wish(at.plus(-1)), ValveWish::Leave);
        } else if here.wish(now) == ValveWish::Leave {
            for ahead in 0..(10 * 24) {
                prop_assert_eq!(here.wish(now.plus(ahead * HOUR_MS)), ValveWish::Leave, "in {} h", ahead);
            }
        }
    }

    #[test]
    fn a_close_never_reaches_into_protected_hours_unless_somebody_said_why(hour in 0_i64..1_000, despite in any::<bool>(), night in 0..24_usize) {
        let protected = Protected { from_hour: night, ..Protected::default() };
        let now = friday(hour);
        match (Wanted { task: ValveTask::Close, despite_protected: despite }.holds_until(now, ZONE, &protected)) {
            Err(refusal) => prop_assert!(refusal == Refusal::Protected && !despite && protected.covers(now, ZONE)),
            Ok(until) => {
                prop_assert!(until > now && until <= now.plus(12 * HOUR_MS));
                if !protected.covers(now, ZONE) {
                    prop_assert!(until <= protected.begins(now, ZONE).expect("a weekend"));
                } else {
                    prop_assert!(despite);
                }
            }
        }
    }
}
