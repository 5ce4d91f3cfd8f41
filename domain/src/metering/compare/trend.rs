//! Where use is going: a line through the days of eight weeks that a day like no other does not bend.
//!
//! The slope is that of Theil and Sen, the median of the slopes between any two days (P. K. Sen, J. Am. Stat. Assoc. 63, 1968): up to 29 % of the
//! days may be anything without moving it far.

use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Days that a trend looks at: eight weeks, so that each weekday is there eight times.
pub const TREND_DAYS: i32 = 56;
/// Measured days that are needed.
pub const FEWEST: usize = 28;
/// Percent over the eight weeks up to which use counts as even (product.md, 3b).
const FLAT: i64 = 5;
/// Slopes are kept in thousandths of a millilitre a day.
pub(super) const SCALE: i64 = 1_000;

/// Where use is going.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "trend", content = "percent")]
pub enum Trend {
    /// Too few days are known, or hardly any water was used.
    #[default]
    Unknown,
    /// Even, give or take five per cent.
    Flat,
    /// So many percent more at the end of the eight weeks than at their beginning, of a day in their middle.
    Rising(i64),
    /// So many percent less.
    Falling(i64),
}

/// The slope through days, in thousandths of a millilitre a day; `None` of fewer than two.
pub fn slope(days: &[(LocalDay, Millilitres)]) -> Option<i64> {
    let mut slopes: Vec<i64> = Vec::with_capacity(days.len() * days.len().saturating_sub(1) / 2);
    for (place, (day, volume)) in days.iter().enumerate() {
        for (later, more) in &days[place + 1..] {
            let apart = i64::from(later.0 - day.0);
            if apart != 0 {
                slopes.push((i128::from(more.0 - volume.0) * i128::from(SCALE) / i128::from(apart)) as i64);
            }
        }
    }
    middle(&mut slopes)
}

/// The median, of two middle ones their mean.
pub(super) fn middle(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    let at = values.len() / 2;
    let upper = *values.get(at)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some(((i128::from(values[at - 1]) + i128::from(upper)) / 2) as i64)
}

/// The trend of the [`TREND_DAYS`] up to a day, by the measured ones among these.
pub fn trend(days: &[(LocalDay, Millilitres)], last: LocalDay) -> Trend {
    let known: Vec<_> = days.iter().copied().filter(|(day, _)| *day <= last && day.0 > last.0 - TREND_DAYS).collect();
    if known.len() < FEWEST {
        return Trend::Unknown;
    }
    let mut volumes: Vec<i64> = known.iter().map(|(_, volume)| volume.0).collect();
    let usual = middle(&mut volumes).unwrap_or_default();
    let Some(slope) = slope(&known).filter(|_| usual > 0) else { return Trend::Unknown };
    let over = i128::from(slope) * i128::from(TREND_DAYS - 1) * 100;
    let percent = (over / (i128::from(usual) * i128::from(SCALE))).clamp(-999, 999) as i64;
    match percent {
        percent if percent > FLAT => Trend::Rising(percent),
        percent if percent < -FLAT => Trend::Falling(-percent),
        _ => Trend::Flat,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(volume: impl Fn(i32) -> i64) -> Vec<(LocalDay, Millilitres)> {
        (0..TREND_DAYS).map(|day| (LocalDay(20_000 + day), Millilitres(volume(day)))).collect()
    }

    const LAST: LocalDay = LocalDay(20_000 + TREND_DAYS - 1);

    #[test]
    fn a_pool_and_a_week_away_are_no_trend() {
        let even = days(|day| 400_000 + i64::from(day % 7) * 10_000);
        assert_eq!(trend(&even, LAST), Trend::Flat);
        let mut odd = even;
        odd[50].1 = Millilitres::cubic_metres(9);
        odd[24..31].iter_mut().for_each(|(_, volume)| *volume = Millilitres::ZERO);
        assert_eq!(trend(&odd, LAST), Trend::Flat);
    }

    #[test]
    fn five_percent_either_way_are_even_and_more_is_not() {
        let changed = |percent: i64| trend(&days(|day| 1_000_000 + i64::from(day) * percent * 10_000 / 55), LAST);
        assert_eq!((changed(5), changed(-5)), (Trend::Flat, Trend::Flat));
        assert!(matches!((changed(20), changed(-20)), (Trend::Rising(17..=20), Trend::Falling(20..=23))), "{:?}", changed(20));
    }

    #[test]
    fn too_few_days_and_no_water_say_nothing() {
        let even = days(|_| 400_000);
        assert_eq!(trend(&even[..FEWEST - 1], LAST), Trend::Unknown);
        assert_eq!(trend(&even, LAST.plus(TREND_DAYS)), Trend::Unknown, "all of it is too long ago");
        assert_eq!(trend(&days(|_| 0), LAST), Trend::Unknown);
        assert_eq!((slope(&[]), slope(&even[..1])), (None, None));
    }

    proptest! {
        #[test]
        fn of_days_on_a_line_the_slope_is_that_of_the_line(
            begin in 0_i64..1_000_000, step in -5_000_i64..5_000, gaps in prop::collection::vec(any::<bool>(), 56),
        ) {
            let all: Vec<_> = days(|day| begin + i64::from(day) * step)
                .into_iter().zip(&gaps).filter(|(_, kept)| **kept).map(|(day, _)| day).collect();
            if all.len() > 1 {
                prop_assert_eq!(slope(&all), Some(step * SCALE));
            }
        }
    }
}
