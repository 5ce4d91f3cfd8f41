//! Between which balances a level stays as it is, so that it needs no evaluation while a balance moves there.

use crate::Rupiah;
use crate::billing::balance::{Level, Standing, Thresholds, level};

/// No threshold is searched for beyond this: more than any account holds.
const FAR: i64 = 1 << 50;

/// The lowest and the highest balance, around that of `standing`, at which the level stays `at`. Days left are taken to change with the
/// balance.
///
/// `at` is the level that [`level`] says of `standing`.
pub fn range(at: Level, standing: Standing, thresholds: Thresholds) -> (Rupiah, Rupiah) {
    let stays = |balance: i64| level(at, scaled(standing, Rupiah(balance)), thresholds) == at;
    let here = standing.balance.0.clamp(-FAR, FAR);
    (Rupiah(last(here, -FAR, stays)), Rupiah(last(here, FAR, stays)))
}

/// The standing with another balance, of which the same is used.
fn scaled(standing: Standing, balance: Rupiah) -> Standing {
    let tenths = standing.tenths_of_days_left.filter(|_| standing.balance > Rupiah(0)).map(|tenths| {
        let exact = i128::from(tenths) * i128::from(balance.0.max(0)) / i128::from(standing.balance.0);
        i64::try_from(exact).unwrap_or(i64::MAX)
    });
    Standing { balance, tenths_of_days_left: tenths }
}

/// The last number from `from` towards `to` of which `holds` is true, where it holds up to one and no further.
fn last(from: i64, to: i64, holds: impl Fn(i64) -> bool) -> i64 {
    if holds(to) {
        return to;
    }
    let (mut good, mut bad) = (from, to);
    while good.abs_diff(bad) > 1 {
        let middle = good + (bad - good) / 2;
        if holds(middle) { good = middle } else { bad = middle }
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn standing(balance: i64, tenths: Option<i64>) -> Standing {
        Standing { balance: Rupiah(balance), tenths_of_days_left: tenths }
    }

    #[test]
    fn the_usual_thresholds_are_the_ends() {
        let usual = Thresholds::default();
        let ends = |at, balance, tenths| {
            let (low, high) = range(at, standing(balance, tenths), usual);
            (low.0, high.0)
        };
        assert_eq!(ends(Level::Ok, 200_000, None), (50_001, FAR));
        assert_eq!(ends(Level::Warning, 40_000, None), (25_001, 60_000));
        assert_eq!(ends(Level::Critical, 1, None), (1, 30_000));
        assert_eq!(ends(Level::Empty, -5, None), (-FAR, 0));
        // 200,000 last five days: three days are 120,000, and a tenth of a day less than 4,000 above them still counts as three.
        assert_eq!(ends(Level::Ok, 200_000, Some(50)).0, 124_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn within_the_range_the_level_stays_and_beyond_it_it_does_not(
            balance in -50_000_i64..400_000, before in 0_usize..4, tenths in prop::option::of(0_i64..200),
            rupiah in 0_i64..120_000, days in 0_i64..10, part in 0_u32..1_000,
        ) {
            let thresholds = Thresholds { rupiah: Rupiah(rupiah), days };
            let before = [Level::Ok, Level::Warning, Level::Critical, Level::Empty][before];
            let here = standing(balance, tenths);
            let at = level(before, here, thresholds);
            let (low, high) = range(at, here, thresholds);
            prop_assert!(low.0 <= balance && balance <= high.0);
            let within = low.0.max(-100_000) + (high.0.min(1_000_000) - low.0.max(-100_000)) * i64::from(part) / 1_000;
            let of = |balance: i64| level(at, scaled(here, Rupiah(balance)), thresholds);
            prop_assert_eq!(of(within), at);
            if low.0 > -FAR {
                prop_assert_ne!(of(low.0 - 1), at);
            }
            if high.0 < FAR {
                prop_assert_ne!(of(high.0 + 1), at);
            }
        }
    }
}
