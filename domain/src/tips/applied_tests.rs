//! What is measured before and after, and when nothing is said yet.

use super::*;
use crate::billing::tariff::{Block, BlockMode, TariffClass};
use crate::patterns::Use;
use proptest::prelude::*;

const DAY: LocalDay = LocalDay(20_500);

/// So much on each day before, and so much from the day on.
fn stepped(before: i64, after: i64) -> impl Fn(LocalDay) -> Option<Millilitres> {
    move |day| Some(Millilitres(if day < DAY { before } else { after }))
}

fn measured(effect: Effect) -> Measured {
    match effect {
        Effect::Measured(measured) => measured,
        other => panic!("{other:?}"),
    }
}

#[test]
fn before_two_whole_weeks_nothing_is_said_and_then_as_many_whole_weeks_as_there_are() {
    let on = |day: i32| effect(DAY, LocalDay(20_500 + day), stepped(300_000, 200_000));
    assert_eq!(on(14), Effect::Early { from: LocalDay(20_515) });
    assert_eq!(on(-3), Effect::Early { from: LocalDay(20_515) }, "a day that is yet to come");
    let windows = [15, 21, 22, 28, 29, 90].map(|day| measured(on(day)).window);
    assert_eq!(windows, [14, 14, 21, 21, 28, 28]);
    let found = measured(on(29));
    assert_eq!((found.saved(), found.margin, found.sureness()), (Millilitres::litres(100), Millilitres::ZERO, Sureness::Saved));
    assert_eq!(measured(effect(DAY, DAY.plus(40), stepped(1_000, 9_000))).sureness(), Sureness::More);
}

#[test]
fn what_runs_away_and_a_garden_are_measured_alone_and_other_advice_is_not() {
    let uses = |count, each: i64| Use { count, volume: Millilitres(each * i64::from(count)), minutes: count };
    let found = |fills| Found {
        base: Millilitres(96_000),
        garden: uses(1, 200_000),
        night_fills: uses(fills, 1_000),
        ..Found::default()
    };
    assert_eq!(own_volume(Category::Leak, &found(10)), Some(Millilitres(96_000 + 48_000)));
    assert_eq!(own_volume(Category::Leak, &found(4)), Some(Millilitres(96_000)), "somebody flushes at night");
    assert_eq!(own_volume(Category::Garden, &found(4)), Some(Millilitres(200_000)));
    assert_eq!(own_volume(Category::Shower, &found(4)), None);
}

#[test]
fn days_that_were_not_measured_count_on_neither_side_and_too_few_are_said() {
    let holes = |day: LocalDay| stepped(300_000, 200_000)(day).filter(|_| day.0 % 2 == 0 || day > DAY);
    assert_eq!(measured(effect(DAY, DAY.plus(29), holes)).days, (14, 28));
    let more = |day: LocalDay| holes(day).filter(|_| day.0 % 4 == 0 || day > DAY);
    assert_eq!(effect(DAY, DAY.plus(29), more), Effect::TooFew { before: 7, after: 28 });
    assert_eq!(effect(DAY, DAY.plus(29), |_| None), Effect::TooFew { before: 0, after: 0 });
}

#[test]
fn what_days_differ_by_themselves_is_not_called_saved() {
    let noisy = |day: LocalDay| Some(Millilitres(if day.0 % 2 == 0 { 100_000 } else { 900_000 } - i64::from(day > DAY) * 10_000));
    let found = measured(effect(DAY, DAY.plus(29), noisy));
    assert_eq!((found.saved(), found.sureness()), (Millilitres::litres(10), Sureness::Unclear));
}

/// Blocks of 10 m³ at Rp1,000 and of what is above at Rp3,000 a cubic metre.
fn prices() -> Vec<TariffVersion> {
    let block = |up_to: Option<i64>, price| Block { up_to: up_to.map(Millilitres::cubic_metres), price_per_m3: Rupiah(price) };
    vec![TariffVersion {
        class: TariffClass::Residential,
        effective_from: LocalDay(0),
        mode: BlockMode::Marginal,
        blocks: vec![block(Some(10), 1_000), block(None, 3_000)],
        monthly_fee: Rupiah(0),
        minimum_top_up: Rupiah(0),
        tax_per_mille: 0,
        lifeline_per_day: Millilitres::ZERO,
        decree: String::new(),
    }]
}

fn month(volume: Millilitres) -> Vec<DayVolume> {
    let first = LocalDay::from_ymd(2026, 6, 1).expect("a day");
    (0..30).map(|by| DayVolume { day: first.plus(by), volume }).collect()
}

#[test]
fn what_was_saved_is_worth_what_the_month_would_have_cost_more() {
    let from = LocalDay::from_ymd(2026, 6, 11).expect("a day");
    // 9 m³ in the month; 2 m³ more would have been 1 m³ of each block.
    let worth_of = |saved| worth(&prices(), &month(Millilitres::litres(300)), from, saved);
    assert_eq!(worth_of(Millilitres::litres(100)), Rupiah(4_000));
    assert_eq!((worth_of(Millilitres::ZERO), worth_of(Millilitres::litres(-100))), (Rupiah(0), Rupiah(-2_000)));
    assert_eq!(worth(&[], &month(Millilitres::litres(300)), from, Millilitres::litres(100)), Rupiah(0), "nothing is charged");
}

proptest! {
    #[test]
    fn the_same_added_to_each_day_changes_nothing_that_is_said(
        volumes in proptest::collection::vec(0_i64..2_000_000, 60), more in 0_i64..1_000_000,
    ) {
        let of = |add: i64| {
            measured(effect(DAY, DAY.plus(29), |day| volumes.get((day.0 - DAY.0 + 28) as usize).map(|volume| Millilitres(volume + add))))
        };
        let (one, other) = (of(0), of(more));
        prop_assert_eq!((one.saved(), one.margin, one.days), (other.saved(), other.margin, other.days));
    }

    #[test]
    fn what_is_worth_more_was_more_water(one in 0_i64..500_000, other in 0_i64..500_000, used in 0_i64..900_000) {
        let from = LocalDay::from_ymd(2026, 6, 11).expect("a day");
        let worth_of = |saved: i64| worth(&prices(), &month(Millilitres(used)), from, Millilitres(saved));
        prop_assert!(worth_of(one.min(other)) <= worth_of(one.max(other)));
    }
}
