//! A forecast against one that pours litre by litre.

use super::*;
use crate::billing::tariff::{TariffClass, defaults};
use proptest::prelude::*;

fn residential() -> Vec<TariffVersion> {
    defaults(LocalDay(0)).into_iter().filter(|version| version.class == TariffClass::Residential).collect()
}

/// Pours a litre at a time until the money is gone.
fn poured(version: &TariffVersion, used: Millilitres, amount: Rupiah) -> i64 {
    let before = charge(version, used).0;
    (0..).take_while(|litres| charge(version, used + Millilitres::litres(litres + 1)).0 - before <= amount.0).count() as i64
}

#[test]
fn a_balance_lasts_as_long_as_counting_by_hand_says() {
    // 15 November, 12 m³ used: 8 m³ are left at Rp2,000, then Rp3,000. Half a cubic metre a day.
    let day = LocalDay::from_ymd(2026, 11, 15).unwrap();
    let used = Millilitres::cubic_metres(12);
    let usual = Some(Millilitres::litres(500));
    let lasting = |rupiah| lasts(&residential(), Rupiah(rupiah), used, day, usual);
    // Ten days at Rp1,000.
    assert_eq!(lasting(10_000).tenths_of_days, Some(100));
    assert_eq!(lasting(10_000).per_day, Rupiah(1_000));
    assert_eq!(lasting(10_500).tenths_of_days, Some(105));
    // Sixteen days to the end of the month (Rp16,000), then the fee of Rp10,000 and Rp750 a day.
    assert_eq!(lasting(16_000 + 10_000 + 750).tenths_of_days, Some(170));
    assert_eq!(lasting(16_000 + 9_000).tenths_of_days, Some(160 + 9_000 * 10 / 10_750));
    assert_eq!(lasting(0).tenths_of_days, Some(0));
    assert_eq!(lasting(-5_000), BalanceForecast { volume: Millilitres::ZERO, per_day: Rupiah(1_000), tenths_of_days: Some(0) });
    assert_eq!(lasting(100_000_000).tenths_of_days, None, "further than a forecast reaches");
}

#[test]
fn what_is_free_each_day_fills_no_block_and_the_fee_is_taxed() {
    // 1 m³ a day of which 0.5 m³ is free, from 9.5 m³ in the blocks on: one day at Rp1,500, then Rp2,000; with a tenth of tax.
    let day = LocalDay::from_ymd(2026, 11, 28).unwrap();
    let free = Millilitres::litres(500);
    let mut versions = residential();
    (versions[0].tax_per_mille, versions[0].lifeline_per_day) = (100, free);
    let usual = Some(Millilitres::cubic_metres(1));
    let lasting = |rupiah| lasts(&versions, Rupiah(rupiah), Millilitres::litres(9_500), day, usual).tenths_of_days;
    assert_eq!(lasting(825 + 1_100 + 1_100), Some(30), "the 28th, 29th and 30th");
    assert_eq!(lasting(825 + 1_100 + 1_100 + 11_000 + 825), Some(40), "the fee is taxed");
}

#[test]
fn nothing_is_said_of_days_where_the_usual_use_is_not_known() {
    let days = [DayVolume { day: LocalDay(1), volume: Millilitres(9) }; 2];
    assert_eq!(usual_day(&days), None);
    let known = lasts(&residential(), Rupiah(15_000), Millilitres::ZERO, LocalDay(0), usual_day(&days));
    // What costs Rp15.000 when it is rounded down: half a litre more than ten cubic metres still does.
    assert_eq!((known.volume.0 / 1_000, known.tenths_of_days), (10_000, None));
    assert_eq!(lasts(&[], Rupiah(15_000), Millilitres::ZERO, LocalDay(0), None), BalanceForecast::default());
}

proptest! {
    #[test]
    fn what_an_amount_buys_is_what_can_be_poured_for_it(used in 0_i64..60_000, amount in 1_i64..20_000) {
        let version = &residential()[0];
        let used = Millilitres::litres(used);
        let bought = buys(version, used, Rupiah(amount));
        prop_assert_eq!(bought.0 / 1_000, poured(version, used, Rupiah(amount)));
        prop_assert!(on_top(version, used, bought) <= amount && on_top(version, used, bought + Millilitres(1_000)) > amount);
    }

    #[test]
    fn more_money_never_lasts_shorter(balance in -50_000_i64..500_000, more in 0_i64..100_000, usual in 1_i64..3_000) {
        let days = |balance| {
            let lasting = lasts(&residential(), Rupiah(balance), Millilitres::ZERO, LocalDay(20_000), Some(Millilitres::litres(usual)));
            lasting.tenths_of_days.unwrap_or(i64::MAX)
        };
        prop_assert!(days(balance + more) >= days(balance));
    }
}
