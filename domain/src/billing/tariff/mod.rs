//! Tariffs: what a class of connections pays for a month's water.

mod charge;
#[cfg(test)]
mod charge_tests;
pub mod difference;
pub mod preview;

pub use charge::{DayVolume, MonthCharge, Slice, charge, month_charge, single_version, version_on, worth_on_top};
pub(in crate::billing) use charge::{Exact, exact_month};

use crate::{LocalDay, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// A class of connections (*golongan*) that shares a tariff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TariffClass {
    /// Households of the utility.
    Residential,
    /// Private homes on an estate.
    PrivateHome,
    /// Shops and offices.
    Commercial,
    /// Works and factories.
    Industrial,
}

impl TariffClass {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Residential, Self::PrivateHome, Self::Commercial, Self::Industrial];

    /// The class of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// The class as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Residential => "residential",
            Self::PrivateHome => "private_home",
            Self::Commercial => "commercial",
            Self::Industrial => "industrial",
        }
    }
}

/// How the blocks of a tariff are applied to a month's volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockMode {
    /// Each block's volume at that block's price.
    Marginal,
    /// One price for every volume.
    Flat,
    /// The whole volume at the price of the block it reaches.
    WholeVolume,
}

impl BlockMode {
    /// The mode as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Marginal => "marginal",
            Self::Flat => "flat",
            Self::WholeVolume => "whole_volume",
        }
    }
}

/// One block: a price up to a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Where the block ends; `None` for the last one.
    pub up_to: Option<Millilitres>,
    /// Rupiah for each cubic metre.
    pub price_per_m3: Rupiah,
}

/// A tariff as it holds from a day on; never changed in place (sync.md, Rules).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffVersion {
    /// Whom it is for.
    pub class: TariffClass,
    /// The first local day on which it holds.
    pub effective_from: LocalDay,
    /// How blocks are applied.
    pub mode: BlockMode,
    /// The blocks, from the first cubic metre on.
    pub blocks: Vec<Block>,
    /// Fixed fee for each month.
    pub monthly_fee: Rupiah,
    /// The least a customer can buy.
    pub minimum_top_up: Rupiah,
    /// Tax on water and fee, in thousandths. Piped clean water is exempt: 0 by default.
    pub tax_per_mille: i64,
    /// Free for each local day; what is not used of it does not carry over.
    pub lifeline_per_day: Millilitres,
    /// The number of the decree (*nomor SK*) that sets it; empty for the versions a utility began with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decree: String,
}

/// The tariffs a new utility begins with (product.md, Tariff).
pub fn defaults(effective_from: LocalDay) -> Vec<TariffVersion> {
    let tariff = |class, mode, steps: &[(Option<i64>, i64)], fee, minimum| TariffVersion {
        class,
        effective_from,
        mode,
        blocks: steps
            .iter()
            .map(|&(m3, price)| Block { up_to: m3.map(Millilitres::cubic_metres), price_per_m3: Rupiah(price) })
            .collect(),
        monthly_fee: Rupiah(fee),
        minimum_top_up: Rupiah(minimum),
        tax_per_mille: 0,
        lifeline_per_day: Millilitres::ZERO,
        decree: String::new(),
    };
    vec![
        tariff(
            TariffClass::Residential,
            BlockMode::Marginal,
            &[(Some(10), 1_500), (Some(20), 2_000), (Some(30), 3_000), (None, 5_000)],
            10_000,
            25_000,
        ),
        tariff(
            TariffClass::PrivateHome,
            BlockMode::Marginal,
            &[(Some(20), 3_000), (Some(50), 4_500), (None, 6_000)],
            15_000,
            50_000,
        ),
        tariff(
            TariffClass::Commercial,
            BlockMode::Marginal,
            &[(Some(50), 7_500), (Some(100), 9_000), (None, 11_000)],
            25_000,
            100_000,
        ),
        tariff(TariffClass::Industrial, BlockMode::Flat, &[(None, 12_000)], 50_000, 500_000),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_blocks_rise_and_end_open() {
        for tariff in defaults(LocalDay(0)) {
            let ends: Vec<_> = tariff.blocks.iter().map(|b| b.up_to).collect();
            assert_eq!(ends.iter().filter(|end| end.is_none()).count(), 1, "{:?}", tariff.class);
            assert!(ends.last().is_some_and(Option::is_none));
            assert!(tariff.blocks.windows(2).all(|w| w[0].up_to < w[1].up_to || w[1].up_to.is_none()));
            assert!(tariff.blocks.windows(2).all(|w| w[0].price_per_m3 < w[1].price_per_m3));
        }
    }
}
