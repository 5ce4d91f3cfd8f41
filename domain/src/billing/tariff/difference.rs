//! What is different between two versions of a tariff, field by field and block by block, and a household for whom it makes a difference.

use crate::billing::tariff::preview::{Wrong, bill};
use crate::billing::tariff::{Block, BlockMode, TariffVersion};
use crate::core::text::visible;
use crate::{Millilitres, Rupiah};

/// Characters of a decree's number: at least, and at most.
const DECREE: std::ops::RangeInclusive<usize> = 3..=80;

/// What a household uses in a month: the first example, if the versions differ there.
const TYPICAL: Millilitres = Millilitres::cubic_metres(18);

/// Volumes that are tried next, in cubic metres.
const OTHERS: [i64; 6] = [10, 30, 5, 60, 100, 1];

/// The number of a decree as it is kept.
///
/// # Errors
/// It has fewer than 3 characters or more than 80, or is no line of text.
pub fn clean_decree(text: &str) -> Result<String, Wrong> {
    let text = visible(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = DECREE.contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text) } else { Err(Wrong::Decree) }
}

/// A block by its place, with where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it begins.
    pub from: Millilitres,
    /// Where it ends; `None` for the last one.
    pub up_to: Option<Millilitres>,
    /// Rupiah for each cubic metre.
    pub price_per_m3: Rupiah,
}

/// What is different, before and after; before is `None` where there was nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// How blocks are applied.
    Mode(Option<BlockMode>, BlockMode),
    /// The block of a place, from 0; after is `None` for one that goes.
    Block(usize, Option<Step>, Option<Step>),
    /// The monthly fee.
    MonthlyFee(Option<Rupiah>, Rupiah),
    /// The least top-up.
    MinimumTopUp(Option<Rupiah>, Rupiah),
    /// The tax, in thousandths.
    Tax(Option<i64>, i64),
    /// What is free each day.
    Lifeline(Option<Millilitres>, Millilitres),
}

/// The blocks of a version with where each begins.
pub fn steps(blocks: &[Block]) -> Vec<Step> {
    let ends = blocks.iter().map(|block| block.up_to);
    let starts = std::iter::once(Millilitres::ZERO).chain(ends.map(|end| end.unwrap_or(Millilitres::ZERO)));
    let step = |(from, block): (Millilitres, &Block)| Step { from, up_to: block.up_to, price_per_m3: block.price_per_m3 };
    starts.zip(blocks).map(step).collect()
}

/// What a version changes of the one before it, or all of it where there was none. The decree and the first day are not compared: they are
/// every version's own.
pub fn differences(old: Option<&TariffVersion>, new: &TariffVersion) -> Vec<Difference> {
    let mut found = Vec::new();
    let before = old.map(|old| old.mode);
    if before != Some(new.mode) {
        found.push(Difference::Mode(before, new.mode));
    }
    let (before, after) = (old.map_or_else(Vec::new, |old| steps(&old.blocks)), steps(&new.blocks));
    for place in 0..before.len().max(after.len()) {
        let (before, after) = (before.get(place).copied(), after.get(place).copied());
        if before != after {
            found.push(Difference::Block(place, before, after));
        }
    }
    let fee = old.map(|old| old.monthly_fee);
    if fee != Some(new.monthly_fee) {
        found.push(Difference::MonthlyFee(fee, new.monthly_fee));
    }
    let minimum = old.map(|old| old.minimum_top_up);
    if minimum != Some(new.minimum_top_up) {
        found.push(Difference::MinimumTopUp(minimum, new.minimum_top_up));
    }
    let tax = old.map(|old| old.tax_per_mille);
    if tax != Some(new.tax_per_mille) {
        found.push(Difference::Tax(tax, new.tax_per_mille));
    }
    let free = old.map(|old| old.lifeline_per_day);
    if free != Some(new.lifeline_per_day) {
        found.push(Difference::Lifeline(free, new.lifeline_per_day));
    }
    found
}

/// A month's volume for which two versions ask for different amounts: a household's usual one if they do there, else one within a block
/// that differs. `None` if no month costs anything else.
pub fn example(old: &TariffVersion, new: &TariffVersion) -> Option<Millilitres> {
    let mut tried = vec![TYPICAL];
    for difference in differences(Some(old), new) {
        if let Difference::Block(_, before, after) = difference {
            tried.extend([after, before].into_iter().flatten().map(within));
        }
    }
    tried.extend(OTHERS.map(Millilitres::cubic_metres));
    // A rule that begins somewhere else shows behind the last place at which either of them changes.
    let ends = old.blocks.iter().chain(&new.blocks).filter_map(|block| block.up_to);
    tried.extend(ends.map(|end| end + Millilitres::cubic_metres(1)));
    tried.into_iter().find(|volume| bill(old, *volume).total() != bill(new, *volume).total())
}

/// A volume within a block, in whole cubic metres where there is one.
fn within(step: Step) -> Millilitres {
    const M3: i64 = 1_000_000;
    let middle = match step.up_to {
        Some(end) => Millilitres(step.from.0 + (end.0 - step.from.0) / 2),
        None => Millilitres(step.from.0 + (step.from.0 / 4).max(5 * M3)),
    };
    let whole = Millilitres((middle.0 + M3 - 1) / M3 * M3);
    if step.up_to.is_none_or(|end| whole <= end) { whole } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalDay;
    use crate::billing::tariff::defaults;
    use proptest::prelude::*;

    fn household() -> TariffVersion {
        defaults(LocalDay(20_000)).remove(0)
    }

    #[test]
    fn only_what_changed_is_different_block_by_block() {
        let old = household();
        let mut new = old.clone();
        new.blocks[3].price_per_m3 = Rupiah(6_000);
        new.minimum_top_up = Rupiah(30_000);
        let [Difference::Block(3, Some(before), Some(after)), Difference::MinimumTopUp(Some(_), Rupiah(30_000))] =
            differences(Some(&old), &new)[..]
        else {
            panic!("{:?}", differences(Some(&old), &new));
        };
        assert_eq!((before.from, before.price_per_m3), (Millilitres::cubic_metres(30), Rupiah(5_000)));
        assert_eq!((after.up_to, after.price_per_m3), (None, Rupiah(6_000)));
        // 18 m³ costs the same: the example is somebody in the fourth block.
        let example = example(&old, &new).expect("a household pays more");
        assert!(example > Millilitres::cubic_metres(30), "{example:?}");
        assert!(bill(&new, example).total() > bill(&old, example).total());
        assert_eq!(differences(Some(&old), &old), []);
        assert_eq!(differences(None, &old).len(), 9, "all of a first version");
    }

    #[test]
    fn a_change_that_costs_nobody_anything_has_no_example() {
        let old = household();
        assert_eq!(example(&old, &TariffVersion { minimum_top_up: Rupiah(40_000), ..old.clone() }), None);
        assert_eq!(example(&old, &TariffVersion { monthly_fee: Rupiah(40_000), ..old.clone() }), Some(TYPICAL));
    }

    #[test]
    fn a_decrees_number_is_one_line_of_3_to_80_characters() {
        assert_eq!(clean_decree("  SK  900/12\u{a0}2026 "), Ok("SK 900/12 2026".into()));
        assert_eq!(clean_decree("SK\n12/2026"), Ok("SK 12/2026".into()));
        for wrong in ["", "  ", "SK", "\u{200b}SK\u{200b}", "a\u{7}bc"] {
            assert_eq!(clean_decree(wrong), Err(Wrong::Decree), "{wrong:?}");
        }
        assert!(clean_decree(&"9".repeat(80)).is_ok() && clean_decree(&"9".repeat(81)).is_err());
    }

    proptest! {
        #[test]
        fn an_example_is_always_somebody_whom_the_change_touches(at in 0_usize..4, price in 0_i64..9_000, end in 1_i64..9, fee in 0_i64..3) {
            let old = household();
            let mut new = old.clone();
            new.blocks[at].price_per_m3 = Rupiah(price);
            new.blocks[0].up_to = Some(Millilitres::cubic_metres(end));
            new.monthly_fee = Rupiah(old.monthly_fee.0 + fee);
            match example(&old, &new) {
                Some(volume) => prop_assert_ne!(bill(&old, volume).total(), bill(&new, volume).total()),
                None => for m3 in 0..200 {
                    let volume = Millilitres::cubic_metres(m3);
                    prop_assert_eq!(bill(&old, volume).total(), bill(&new, volume).total());
                },
            }
        }
    }
}
