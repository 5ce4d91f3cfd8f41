//! What vouchers give, and the first reason why not.

use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const ME: CustomerId = CustomerId(Uuid::from_u128(1));

fn voucher(benefit: Benefit) -> Voucher {
    Voucher {
        code: "HEMAT-10".parse().expect("a code"),
        benefit,
        minimum_purchase: Rupiah(50_000),
        maximum_discount: Some(Rupiah(20_000)),
        total_limit: Some(3),
        customer_limit: Some(1),
        valid_from: UtcMillis(100),
        valid_until: UtcMillis(200),
        classes: vec![TariffClass::Residential],
        customers: vec![],
        state: VoucherState::Active,
    }
}

fn occasion() -> Occasion {
    Occasion {
        customer: ME,
        class: TariffClass::Residential,
        amount: Rupiah(100_000),
        now: UtcMillis(150),
        taken: Taken::default(),
    }
}

fn worth(volume: Millilitres) -> Rupiah {
    Rupiah(volume.0 * 1_500 / 1_000_000)
}

#[test]
fn each_kind_gives_what_it_says_and_never_more_than_its_most() {
    let given = |benefit| grant(&voucher(benefit), &occasion(), worth).expect("usable");
    assert_eq!(given(Benefit::Percentage(100)).discount, Rupiah(10_000));
    assert_eq!(given(Benefit::Percentage(500)).discount, Rupiah(20_000));
    assert_eq!(given(Benefit::FixedAmount(Rupiah(7_500))).discount, Rupiah(7_500));
    assert_eq!(given(Benefit::BonusVolume(Millilitres::cubic_metres(2))).bonus, Rupiah(3_000));
}

#[test]
fn the_first_reason_is_said() {
    let usual = voucher(Benefit::Percentage(100));
    let refused = |voucher: &Voucher, at: Occasion| grant(voucher, &at, worth).expect_err("refused");
    let taken = |total, by_customer| Occasion { taken: Taken { total, by_customer }, ..occasion() };
    let paused = Voucher { state: VoucherState::Paused, ..usual.clone() };
    assert_eq!(refused(&paused, Occasion { now: UtcMillis(500), ..occasion() }), Refusal::NotActive);
    assert_eq!(refused(&usual, Occasion { now: UtcMillis(99), ..occasion() }), Refusal::NotYet);
    assert_eq!(refused(&usual, Occasion { now: UtcMillis(200), ..occasion() }), Refusal::Expired);
    assert_eq!(refused(&usual, Occasion { class: TariffClass::Industrial, ..taken(3, 1) }), Refusal::NotEligible);
    assert_eq!(refused(&usual, taken(3, 1)), Refusal::Depleted);
    assert_eq!(refused(&usual, taken(2, 1)), Refusal::UsedUp);
    let small = Occasion { amount: Rupiah(49_999), ..occasion() };
    assert_eq!(refused(&usual, small), Refusal::BelowMinimum { minimum: Rupiah(50_000) });
    assert_eq!(refused(&voucher(Benefit::Percentage(0)), occasion()), Refusal::GivesNothing);
}

#[test]
fn a_device_says_what_it_received_and_judges_amount_and_time_itself() {
    let known = voucher(Benefit::Percentage(100));
    let again = |said, amount, now| grant_as_received(&known, (said, Rupiah(0)), (Rupiah(amount), UtcMillis(now)));
    assert_eq!(again(None, 100_000, 150), Ok(Grant { discount: Rupiah(10_000), bonus: Rupiah(0) }));
    let below = Refusal::BelowMinimum { minimum: Rupiah(50_000) };
    assert_eq!(again(None, 40_000, 150), Err(below));
    assert_eq!(again(Some(below), 50_000, 150), Ok(Grant { discount: Rupiah(5_000), bonus: Rupiah(0) }));
    assert_eq!(again(None, 100_000, 200), Err(Refusal::Expired));
    assert_eq!(again(Some(Refusal::NotYet), 100_000, 150), Ok(Grant { discount: Rupiah(10_000), bonus: Rupiah(0) }));
    for kept in [Refusal::UsedUp, Refusal::Depleted, Refusal::NotEligible, Refusal::NotActive] {
        assert_eq!(again(Some(kept), 100_000, 150), Err(kept));
    }
}

#[test]
fn codes_are_capitals() {
    assert_eq!("  hemat-10 ".parse::<VoucherCode>().expect("a code").as_str(), "HEMAT-10");
    for bad in ["", "AB", "A B C", "É123", "A_B_C"] {
        assert!(bad.parse::<VoucherCode>().is_err(), "{bad:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn nobody_is_paid_for_buying(amount in 0_i64..2_000_000, value in 0_i64..3_000_000, kind in 0..3, most in proptest::option::of(0_i64..500_000)) {
        let benefit = [Benefit::Percentage(value % 1_500), Benefit::FixedAmount(Rupiah(value)), Benefit::BonusVolume(Millilitres(value))][kind as usize];
        let voucher = Voucher { maximum_discount: most.map(Rupiah), minimum_purchase: Rupiah(0), ..voucher(benefit) };
        if let Ok(given) = grant(&voucher, &Occasion { amount: Rupiah(amount), ..occasion() }, worth) {
            prop_assert!(given.discount.0 >= 0 && given.discount.0 <= amount && given.bonus.0 >= 0);
            prop_assert!(most.is_none_or(|most| given.discount.0 <= most && given.bonus.0 <= most));
        }
    }
}
