//! A tariff before it holds: whether it may, and what a month under it would cost.

use crate::billing::tariff::{BlockMode, DayVolume, TariffVersion, month_charge};
use crate::{LocalDay, Millilitres, Rupiah};

/// Days of the month that is taken for an example.
const DAYS: i64 = 30;
/// Blocks of a version at most.
pub const MOST_BLOCKS: usize = 12;
/// The most that a cubic metre, a fee or a minimum can be.
pub const DEAREST: Rupiah = Rupiah(100_000_000);
/// Where the last block that ends may end.
const HIGHEST: Millilitres = Millilitres::cubic_metres(1_000_000);

/// What is wrong with a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}: {}", self.as_str(), self.rule())]
pub enum Wrong {
    /// Its blocks.
    Blocks,
    /// A price.
    Price,
    /// A flat price has one block.
    Flat,
    /// The fixed fee.
    MonthlyFee,
    /// The least top-up.
    MinimumTopUp,
    /// The tax.
    Tax,
    /// What is free each day.
    Lifeline,
    /// The decree's number.
    Decree,
}

impl Wrong {
    /// Its word, the same as the field's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Price => "price",
            Self::Flat => "flat",
            Self::MonthlyFee => "monthly_fee",
            Self::MinimumTopUp => "minimum_top_up",
            Self::Tax => "tax_per_mille",
            Self::Lifeline => "lifeline_per_day",
            Self::Decree => "decree",
        }
    }

    const fn rule(self) -> &'static str {
        match self {
            Self::Blocks => "1 to 12 blocks rise, and the last one is open",
            Self::Price => "a price is Rp0 to Rp100,000,000",
            Self::Flat => "a flat price has one block",
            Self::MonthlyFee => "it is Rp0 to Rp100,000,000",
            Self::MinimumTopUp => "it is Rp1 to Rp50,000,000",
            Self::Tax => "it is 0 to 1,000 per mille",
            Self::Lifeline => "it is 0 to 1,000 litres a day",
            Self::Decree => "a decree's number has 3 to 80 characters",
        }
    }
}

/// Whether a version has a price for every volume, and none that is a slip of the finger.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(version: &TariffVersion) -> Result<(), Wrong> {
    let must = |is_right: bool, wrong| if is_right { Ok(()) } else { Err(wrong) };
    let money = |amount: Rupiah| (Rupiah(0)..=DEAREST).contains(&amount);
    let Some((last, ends)) = version.blocks.split_last() else { return Err(Wrong::Blocks) };
    let mut from = Millilitres::ZERO;
    for block in ends {
        let end = block.up_to.filter(|end| (from.0 + 1..=HIGHEST.0).contains(&end.0)).ok_or(Wrong::Blocks)?;
        from = end;
    }
    must(last.up_to.is_none() && version.blocks.len() <= MOST_BLOCKS, Wrong::Blocks)?;
    must(version.blocks.iter().all(|block| money(block.price_per_m3)), Wrong::Price)?;
    must(version.mode != BlockMode::Flat || ends.is_empty(), Wrong::Flat)?;
    must(money(version.monthly_fee), Wrong::MonthlyFee)?;
    must((Rupiah(1)..=crate::sales::campaign::MOST).contains(&version.minimum_top_up), Wrong::MinimumTopUp)?;
    must((0..=1_000).contains(&version.tax_per_mille), Wrong::Tax)?;
    must((Millilitres::ZERO..=Millilitres::litres(1_000)).contains(&version.lifeline_per_day), Wrong::Lifeline)
}

/// What a month costs, fee and tax with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Water.
    pub water: Rupiah,
    /// The fixed fee.
    pub fee: Rupiah,
    /// Tax on both, each rounded down by itself as charging does.
    pub tax: Rupiah,
    /// What was free.
    pub free: Millilitres,
}

impl Bill {
    /// All of it.
    pub const fn total(self) -> Rupiah {
        Rupiah(self.water.0 + self.fee.0 + self.tax.0)
    }
}

/// What a household that uses so much in a month of 30 days, evenly, would pay under a version.
pub fn bill(version: &TariffVersion, volume: Millilitres) -> Bill {
    let volume = volume.max(Millilitres::ZERO);
    let (each, rest) = (volume.0 / DAYS, volume.0 % DAYS);
    let first = version.effective_from;
    let days: Vec<DayVolume> = (0..DAYS)
        .map(|day| DayVolume { day: LocalDay(first.0 + day as i32), volume: Millilitres(each + i64::from(day < rest)) })
        .collect();
    let month = month_charge(std::slice::from_ref(version), &days);
    let fee_tax = i128::from(version.monthly_fee.0) * i128::from(version.tax_per_mille) / 1_000;
    Bill { water: month.water, fee: version.monthly_fee, tax: Rupiah(month.tax.0 + fee_tax as i64), free: month.free }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::tariff::{Block, charge, defaults};
    use proptest::prelude::*;

    #[test]
    fn a_household_of_18_cubic_metres_pays_what_the_ledgers_example_says() {
        let household = &defaults(LocalDay(20_000))[0];
        let paid = bill(household, Millilitres::cubic_metres(18));
        assert_eq!((paid.water, paid.fee, paid.tax, paid.total()), (Rupiah(31_000), Rupiah(10_000), Rupiah(0), Rupiah(41_000)));
        let taxed = TariffVersion { tax_per_mille: 110, lifeline_per_day: Millilitres::litres(100), ..household.clone() };
        let paid = bill(&taxed, Millilitres::cubic_metres(18));
        assert_eq!((paid.free, paid.water, paid.tax), (Millilitres::cubic_metres(3), Rupiah(25_000), Rupiah(2_750 + 1_100)));
    }

    #[test]
    fn what_has_no_price_for_a_volume_or_an_odd_one_is_refused() {
        let wrong = |change: &dyn Fn(&mut TariffVersion)| {
            let mut version = defaults(LocalDay(0)).remove(0);
            change(&mut version);
            check(&version).err()
        };
        assert_eq!(wrong(&|_| {}), None);
        assert_eq!(wrong(&|version| version.blocks.clear()), Some(Wrong::Blocks));
        assert_eq!(wrong(&|version| version.blocks.swap(0, 1)), Some(Wrong::Blocks));
        assert_eq!(wrong(&|version| version.blocks.truncate(3)), Some(Wrong::Blocks));
        assert_eq!(wrong(&|version| version.blocks[1].price_per_m3 = Rupiah(-1)), Some(Wrong::Price));
        assert_eq!(wrong(&|version| version.mode = BlockMode::Flat), Some(Wrong::Flat));
        assert_eq!(wrong(&|version| version.minimum_top_up = Rupiah(0)), Some(Wrong::MinimumTopUp));
        assert_eq!(wrong(&|version| version.tax_per_mille = 1_001), Some(Wrong::Tax));
        assert_eq!(wrong(&|version| version.lifeline_per_day = Millilitres(-1)), Some(Wrong::Lifeline));
    }

    proptest! {
        #[test]
        fn without_tax_and_lifeline_the_water_is_the_tariffs_own_charge(volume in 0_i64..200_000_000, at in 0_usize..4, whole: bool) {
            let mut version = defaults(LocalDay(20_000)).remove(at);
            if whole && version.mode == BlockMode::Marginal {
                version.mode = BlockMode::WholeVolume;
            }
            prop_assert_eq!(bill(&version, Millilitres(volume)).water, charge(&version, Millilitres(volume)));
        }

        #[test]
        fn any_version_is_judged_without_a_stumble(ends in proptest::collection::vec(proptest::option::of(any::<i64>()), 0..4), price: i64) {
            let blocks = ends.into_iter().map(|end| Block { up_to: end.map(Millilitres), price_per_m3: Rupiah(price) }).collect();
            let version = TariffVersion { blocks, ..defaults(LocalDay(0)).remove(0) };
            let _ = check(&version);
        }
    }
}
