//! A forecast against counting by hand, and against one that charges step by step.

use super::*;
use crate::billing::tariff::{TariffClass, defaults, month_charge};
use crate::core::local_time::MINUTE_MS;
use proptest::prelude::*;

const ZONE: TimeZone = TimeZone::Makassar;

fn residential() -> Vec<TariffVersion> {
    defaults(LocalDay(0)).into_iter().filter(|version| version.class == TariffClass::Residential).collect()
}

fn day(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).unwrap()
}

/// At the beginning of a day, with so much used in the month before it.
fn at<'a>(versions: &'a [TariffVersion], today: LocalDay, so_far: &'a [DayVolume]) -> Here<'a> {
    Here { versions, so_far, now: ZONE.start_of(today), zone: ZONE }
}

fn used_before(today: LocalDay, volume: Millilitres) -> [DayVolume; 1] {
    [DayVolume { day: today.plus(-1), volume }]
}

#[test]
fn a_balance_lasts_as_long_as_counting_by_hand_says() {
    // 15 November, 12 m³ used: 8 m³ are left at Rp2,000, then Rp3,000. Half a cubic metre a day.
    let today = day(2026, 11, 15);
    let (versions, so_far) = (residential(), used_before(today, Millilitres::cubic_metres(12)));
    let lasting = |rupiah| lasts(&at(&versions, today, &so_far), Rupiah(rupiah), Some(Millilitres::litres(500)));
    // Ten days at Rp1,000.
    assert_eq!((lasting(10_000).tenths_of_days, lasting(10_000).volume), (Some(100), Millilitres::cubic_metres(5)));
    assert_eq!(lasting(10_000).per_day, Rupiah(1_000));
    assert_eq!(lasting(10_500).tenths_of_days, Some(105));
    // Sixteen days to the end of the month (Rp16,000), then the fee of Rp10,000 and Rp750 a day.
    assert_eq!(lasting(16_000 + 10_000 + 750).tenths_of_days, Some(170));
    assert_eq!(lasting(16_000 + 9_000).tenths_of_days, Some(160), "the fee takes what is left");
    assert_eq!(lasting(16_000 + 9_000).volume, Millilitres::cubic_metres(8));
    assert_eq!(lasting(0).tenths_of_days, Some(0));
    assert_eq!((lasting(-5_000).tenths_of_days, lasting(-5_000).volume), (Some(0), Millilitres::ZERO));
    let beyond = lasting(100_000_000);
    assert_eq!((beyond.tenths_of_days, beyond.is_beyond()), (None, true), "further than a forecast reaches");
    assert_eq!(beyond.volume.0 / 1_000_000, 182, "half a cubic metre for 365 days");
}

#[test]
fn volume_days_and_date_are_of_one_basis() {
    // What a customer saw: Rp308,786 at Rp5,000 the cubic metre, "61.8 m³" and "46 days" at 1.9 m³ a day, which is 32 days.
    let today = day(2026, 11, 29);
    let (versions, so_far) = (residential(), used_before(today, Millilitres::cubic_metres(52)));
    let here = Here { now: ZONE.start_of(today).plus(9 * HOUR_MS + 12 * MINUTE_MS), ..at(&versions, today, &so_far) };
    let usual = Millilitres::litres(1_900);
    let lasting = lasts(&here, Rupiah(308_786), Some(usual));
    let tenths = lasting.tenths_of_days.unwrap();
    assert_eq!(lasting.volume.0 * 10 / usual.0, tenths, "{lasting:?}");
    assert!(lasting.volume > Millilitres::litres(61_800), "next month begins in the first block again: {lasting:?}");
    assert_eq!(lasting.last_day(here.now, ZONE).unwrap(), today.plus((tenths / 10) as i32 + i32::from(tenths % 10 >= 7)));
    let basis = basis(&here).unwrap();
    assert_eq!((basis.next_month, basis.fee, basis.in_blocks), (day(2026, 12, 1), Rupiah(10_000), Millilitres::cubic_metres(52)));
    assert_eq!(basis.block, Some(BlockNow { number: 4, of: 4, price_per_m3: Rupiah(5_000), left: None }));
}

#[test]
fn what_is_free_each_day_fills_no_block_and_the_fee_is_taxed() {
    // 1 m³ a day of which 0.5 m³ is free, from 9.5 m³ in the blocks on: one day at Rp1,500, then Rp2,000; with a tenth of tax.
    let today = day(2026, 11, 28);
    let free = Millilitres::litres(500);
    let mut versions = residential();
    (versions[0].tax_per_mille, versions[0].lifeline_per_day) = (100, free);
    let so_far = used_before(today, Millilitres::litres(10_000));
    let here = at(&versions, today, &so_far);
    let lasting = |rupiah| lasts(&here, Rupiah(rupiah), Some(Millilitres::cubic_metres(1))).tenths_of_days;
    assert_eq!(lasting(825 + 1_100 + 1_100), Some(30), "the 28th, 29th and 30th");
    assert_eq!(lasting(825 + 1_100 + 1_100 + 11_000 + 825), Some(40), "the fee is taxed");
    let basis = basis(&here).unwrap();
    assert_eq!((basis.fee, basis.free_per_day, basis.tax_per_mille), (Rupiah(11_000), free, 100));
    assert_eq!(basis.block.unwrap().left, Some(Millilitres::litres(500)), "9.5 m³ of the first ten");
}

#[test]
fn the_block_one_is_in_says_what_is_left_of_it() {
    let today = day(2026, 11, 15);
    let versions = residential();
    let block = |litres| {
        let so_far = used_before(today, Millilitres::litres(litres));
        basis(&at(&versions, today, &so_far)).and_then(|basis| basis.block).unwrap()
    };
    assert_eq!(block(16_900), BlockNow { number: 2, of: 4, price_per_m3: Rupiah(2_000), left: Some(Millilitres::litres(3_100)) });
    assert_eq!((block(10_000).number, block(9_999).number), (2, 1), "the next drop is in the next block");
}

#[test]
fn nothing_is_said_of_days_where_the_usual_use_is_not_known() {
    let days = [DayVolume { day: LocalDay(1), volume: Millilitres(9) }; 2];
    assert_eq!(usual_day(&days), None);
    let versions = residential();
    let known = lasts(&at(&versions, LocalDay(20_000), &[]), Rupiah(15_000), usual_day(&days));
    assert_eq!((known.volume, known.tenths_of_days, known.is_beyond()), (Millilitres::cubic_metres(10), None, false));
    assert_eq!(lasts(&at(&[], LocalDay(0), &[]), Rupiah(15_000), None), BalanceForecast::default());
    // Whoever uses nothing pays the fees all the same: one in November, and the next takes what is left.
    let quiet = lasts(&at(&versions, day(2026, 10, 31), &[]), Rupiah(15_000), Some(Millilitres::ZERO));
    assert_eq!((quiet.tenths_of_days, quiet.volume), (Some(310), Millilitres::cubic_metres(10)));
}

/// Minutes of one step of the forecast below.
const STEP: i64 = 20;

/// Minutes until a balance is gone, by charging all of the month's days anew for each step, as the ledger does.
fn minutes(here: &Here<'_>, balance: Rupiah, usual: Millilitres) -> i64 {
    let mut days = here.so_far.to_vec();
    let start = UtcMillis(here.now.0.div_euclid(HOUR_MS) * HOUR_MS);
    let (mut left, mut base) = (balance.0, month_charge(here.versions, &days).total().0);
    let so_far = |minutes: i64| usual.0 * minutes / (24 * 60);
    for minute in (0..HORIZON * 24 * 60).step_by(STEP as usize) {
        let at = start.plus(minute * MINUTE_MS);
        let today = here.zone.day_of(at);
        if days.last().is_some_and(|last| last.day.month() != today.month()) {
            left -= month_charge(here.versions, &days).total().0 - base;
            left -= monthly_fee(here.versions, today, today.month()).map_or(0, |fee| fee.total().0);
            (days, base) = (Vec::new(), 0);
        }
        if left - (month_charge(here.versions, &days).total().0 - base) <= 0 {
            return minute;
        }
        let of_day = at.since(here.zone.start_of(today).max(start)) / MINUTE_MS;
        let volume = Millilitres(so_far(of_day + STEP) - so_far(of_day));
        match days.last_mut().filter(|last| last.day == today) {
            Some(last) => last.volume += volume,
            None => days.push(DayVolume { day: today, volume }),
        }
    }
    i64::MAX
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_forecast_is_what_charging_step_by_step_comes_to(
        used in 0_i64..40_000, usual in 500_i64..3_000, balance in 1_i64..40_000, hour in 0_i64..24, ahead in 0_i32..40,
        free in 0_i64..300, tax in 0_i64..150, whole in any::<bool>(), change in prop::option::of(0_i32..30),
    ) {
        let today = day(2026, 11, 1).plus(ahead);
        let mut versions = residential();
        (versions[0].lifeline_per_day, versions[0].tax_per_mille) = (Millilitres::litres(free), tax);
        if whole {
            versions[0].mode = BlockMode::WholeVolume;
        }
        if let Some(after) = change {
            let mut dearer = versions[0].clone();
            dearer.effective_from = today.plus(after - 5);
            dearer.blocks.iter_mut().for_each(|block| block.price_per_m3.0 *= 2);
            versions.push(dearer);
        }
        let so_far = [DayVolume { day: today.month().first_day(), volume: Millilitres::litres(used) }];
        let here = Here { now: ZONE.start_of(today).plus(hour * HOUR_MS + 61_000), ..at(&versions, today, &so_far) };
        let usual = Millilitres::litres(usual);
        let lasting = lasts(&here, Rupiah(balance), Some(usual));
        let exact = minutes(&here, Rupiah(balance), usual);
        let tenths = lasting.tenths_of_days.expect("it is gone within a year");
        prop_assert!((tenths * 144 - exact).abs() <= 144 + STEP, "{tenths} tenths and {exact} minutes");
        prop_assert!((lasting.volume.0 * 10 / usual.0 - tenths).abs() <= 1, "{lasting:?}");
    }

    #[test]
    fn what_an_amount_buys_costs_that_amount(used in 0_i64..60_000, amount in 1_i64..20_000) {
        let today = day(2026, 11, 15);
        let (versions, so_far) = (residential(), used_before(today, Millilitres::litres(used)));
        let here = at(&versions, today, &so_far);
        let bought = buys(&here, Rupiah(amount));
        let costs = |volume: i64| {
            let days = [so_far[0], DayVolume { day: today, volume: Millilitres(volume) }];
            month_charge(&versions, &days).total().0 - month_charge(&versions, &so_far).total().0
        };
        prop_assert!(costs(bought.0) >= amount && costs(bought.0 - 1) < amount, "{bought:?}");
    }

    #[test]
    fn more_money_never_lasts_shorter(
        balance in -50_000_i64..500_000, more in 0_i64..100_000, usual in 0_i64..3_000, used in 0_i64..40_000, ahead in 0_i32..40,
    ) {
        let (versions, today) = (residential(), day(2026, 11, 1).plus(ahead));
        let so_far = used_before(today, Millilitres::litres(used));
        let forecast = |balance| lasts(&at(&versions, today, &so_far), Rupiah(balance), Some(Millilitres::litres(usual)));
        let (less, more) = (forecast(balance), forecast(balance + more));
        prop_assert!(more.tenths_of_days.unwrap_or(i64::MAX) >= less.tenths_of_days.unwrap_or(i64::MAX));
        prop_assert!(more.volume >= less.volume);
    }
}
