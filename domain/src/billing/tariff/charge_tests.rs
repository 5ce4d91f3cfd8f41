//! A month's charge against an oracle that walks litre by litre, without blocks, slices or shortcuts.

use crate::LocalMonth;
use crate::billing::tariff::*;
use proptest::prelude::*;

const LITRE: i64 = 1_000;

/// The price of the litre that ends at `end`.
fn price_at(version: &TariffVersion, end: i64) -> i64 {
    let found = version.blocks.iter().find(|block| block.up_to.is_none_or(|up_to| end <= up_to.0));
    found.expect("the last block is open").price_per_m3.0
}

/// The month's water and tax, by walking over each litre; whole litres and whole litres of block ends only.
fn oracle(versions: &[TariffVersion], first: LocalDay, litres: &[i64]) -> (i64, i64) {
    let in_force = |day: LocalDay| {
        let mut found: Option<usize> = None;
        for (index, version) in versions.iter().enumerate() {
            if version.effective_from <= day && found.is_none_or(|old| versions[old].effective_from <= version.effective_from) {
                found = Some(index);
            }
        }
        found
    };
    // Each litre with its version and its end in the month.
    let (mut walk, mut position) = (Vec::new(), 0);
    for (offset, &used) in litres.iter().enumerate() {
        let Some(version) = in_force(first.plus(offset as i32)) else { continue };
        let free = versions[version].lifeline_per_day.0 / LITRE;
        for _ in free..used {
            position += 1;
            walk.push((version, position * LITRE));
        }
    }
    let (mut water, mut tax) = (0_i128, 0_i128);
    for &(index, end) in &walk {
        let version = &versions[index];
        let price = match version.mode {
            BlockMode::Marginal => price_at(version, end),
            BlockMode::Flat => version.blocks[0].price_per_m3.0,
            BlockMode::WholeVolume => {
                let last = walk.iter().rev().find(|(other, _)| *other == index).expect("itself");
                price_at(version, last.1)
            }
        };
        water += i128::from(price) * i128::from(LITRE);
        tax += i128::from(price) * i128::from(LITRE) * i128::from(version.tax_per_mille);
    }
    ((water / 1_000_000) as i64, (tax / 1_000_000_000) as i64)
}

fn version() -> impl Strategy<Value = TariffVersion> {
    let mode = prop_oneof![Just(BlockMode::Marginal), Just(BlockMode::Flat), Just(BlockMode::WholeVolume)];
    let blocks = (proptest::collection::btree_set(1_i64..120, 0..4), proptest::collection::vec(0_i64..20_000, 5));
    (mode, blocks, -5_i32..35, 0_i64..150, 0_i64..8).prop_map(|(mode, (ends, prices), from, tax_per_mille, lifeline)| {
        let ends = ends.into_iter().map(|end| Some(Millilitres::litres(end))).chain([None]);
        let blocks = ends.zip(prices).map(|(up_to, price)| Block { up_to, price_per_m3: Rupiah(price) });
        TariffVersion {
            class: TariffClass::Residential,
            effective_from: FIRST.plus(from),
            mode,
            blocks: blocks.collect(),
            monthly_fee: Rupiah(0),
            minimum_top_up: Rupiah(0),
            tax_per_mille,
            lifeline_per_day: Millilitres::litres(if lifeline > 4 { 0 } else { lifeline }),
            decree: String::new(),
        }
    })
}

/// 1 November 2026.
const FIRST: LocalDay = LocalDay(20_758);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_months_charge_is_the_oracles_to_the_rupiah(
        versions in proptest::collection::vec(version(), 1..4),
        litres in proptest::collection::vec(0_i64..12, 30),
        shuffle in any::<u64>(),
    ) {
        let mut days: Vec<_> = litres.iter().enumerate()
            .map(|(at, &used)| DayVolume { day: FIRST.plus(at as i32), volume: Millilitres::litres(used) }).collect();
        days.sort_by_key(|day| (day.day.0 as u64).wrapping_mul(shuffle | 1));
        let found = month_charge(&versions, &days);
        prop_assert_eq!((found.water.0, found.tax.0), oracle(&versions, FIRST, &litres));
        let sum: i64 = found.slices.iter().map(|slice| slice.amount.0).sum();
        prop_assert_eq!(sum, found.water.0, "slices add up");
        let volume: i64 = found.slices.iter().map(|slice| slice.volume.0).sum();
        prop_assert_eq!(volume + found.free.0, litres.iter().sum::<i64>() * LITRE, "no millilitre is lost");
        for slice in &found.slices {
            let alone = slice.volume.0 * slice.price_per_m3.0 / 1_000_000;
            prop_assert!((slice.amount.0 - alone).abs() <= 1);
        }
    }

    #[test]
    fn the_short_way_over_the_months_volume_is_the_long_way_over_its_days(
        version in version(), millilitres in proptest::collection::vec(0_i64..9_000, 30),
    ) {
        let versions = [TariffVersion { effective_from: FIRST, ..version }];
        let Some(single) = single_version(&versions, FIRST.month()) else { return Ok(()) };
        let days: Vec<_> = millilitres.iter().enumerate()
            .map(|(at, &used)| DayVolume { day: FIRST.plus(at as i32), volume: Millilitres(used) }).collect();
        prop_assert_eq!(charge(single, Millilitres(millilitres.iter().sum())), month_charge(&versions, &days).water);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_volume_on_top_is_worth_the_difference_that_it_makes_to_the_oracles_total(
        versions in proptest::collection::vec(version(), 1..4),
        mut litres in proptest::collection::vec(0_i64..12, 1..30),
        bonus in 0_i64..60,
    ) {
        let days: Vec<_> = litres.iter().enumerate()
            .map(|(at, &used)| DayVolume { day: FIRST.plus(at as i32), volume: Millilitres::litres(used) }).collect();
        let today = FIRST.plus(litres.len() as i32 - 1);
        let found = worth_on_top(&versions, &days, today, Millilitres::litres(bonus));
        let Some(version) = version_on(&versions, today) else {
            prop_assert_eq!(found, Rupiah(0));
            return Ok(());
        };
        let total = |(water, tax)| water + tax;
        let without: i64 = total(oracle(&versions, FIRST, &litres));
        // The oracle is given a last day that has used up what is free of it, as the bonus takes none of that.
        let last = litres.last_mut().expect("a day");
        *last = (*last).max(version.lifeline_per_day.0 / LITRE) + bonus;
        prop_assert_eq!(found.0, total(oracle(&versions, FIRST, &litres)) - without);
    }
}

#[test]
fn a_free_cubic_metre_is_worth_its_tax_as_well_and_what_was_free_is_in_no_block() {
    let taxed = TariffVersion { tax_per_mille: 110, ..defaults(LocalDay(0)).remove(0) };
    let worth = |version: &TariffVersion, used: i64| {
        let days = [DayVolume { day: FIRST, volume: Millilitres::litres(used) }];
        worth_on_top(std::slice::from_ref(version), &days, FIRST, Millilitres::cubic_metres(1)).0
    };
    assert_eq!(worth(&taxed, 0), 1_665);
    assert_eq!(worth(&taxed, 10_000), 2_220);
    // 10.5 m³ of which 1 m³ was free: half of the bonus is still in the first block.
    let lifeline = TariffVersion { lifeline_per_day: Millilitres::cubic_metres(1), ..taxed };
    assert_eq!(worth(&lifeline, 0), 1_665, "what is free today is free besides");
    assert_eq!(worth(&lifeline, 10_500), (16_000 + 1_760) - (14_250 + 1_567));
    assert_eq!(worth_on_top(&[], &[], FIRST, Millilitres::cubic_metres(1)), Rupiah(0));
}

#[test]
fn a_household_of_eighteen_cubic_metres_pays_what_the_blocks_say() {
    let all = defaults(LocalDay(0));
    let at = |class: usize, m3: i64| charge(&all[class], Millilitres::cubic_metres(m3)).0;
    assert_eq!(at(0, 18), 10 * 1_500 + 8 * 2_000);
    assert_eq!(at(0, 10), 15_000, "a block holds its own end");
    assert_eq!(at(0, 35), 15_000 + 20_000 + 30_000 + 25_000);
    assert_eq!(at(3, 7), 84_000);
    assert_eq!(charge(&all[0], Millilitres(666)).0, 0, "0.999 rupiah is none");
    assert_eq!(charge(&all[0], Millilitres(667)).0, 1);
}

#[test]
fn the_whole_volume_takes_the_price_of_the_block_it_reaches() {
    let version = TariffVersion { mode: BlockMode::WholeVolume, ..defaults(LocalDay(0)).remove(0) };
    assert_eq!(charge(&version, Millilitres::cubic_metres(10)).0, 15_000);
    assert_eq!(charge(&version, Millilitres(10_000_001)).0, 20_000);
}

#[test]
fn a_change_in_mid_month_goes_on_in_the_blocks() {
    let old = defaults(LocalDay(0)).remove(0);
    let mut new = TariffVersion { effective_from: FIRST.plus(15), ..old.clone() };
    for block in &mut new.blocks {
        block.price_per_m3.0 *= 2;
    }
    let days = [8, 8].map(Millilitres::cubic_metres);
    let days = [DayVolume { day: FIRST, volume: days[0] }, DayVolume { day: FIRST.plus(20), volume: days[1] }];
    let month = month_charge(&[old, new], &days);
    assert_eq!(month.water.0, 8 * 1_500 + 2 * 3_000 + 6 * 4_000);
    assert_eq!(month.slices.iter().map(|slice| slice.amount.0).collect::<Vec<_>>(), [12_000, 6_000, 24_000]);
    assert_eq!(FIRST.month(), LocalMonth(2026 * 12 + 10));
}
