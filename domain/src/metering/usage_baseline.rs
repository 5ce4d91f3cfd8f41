//! The typical day: what a connection usually used by each hour, against which today is measured.

use crate::Millilitres;
use crate::core::local_time::HOUR_MS;
use crate::metering::reading::DayUse;

/// A day needs this many past days with the hour measured before "typical" is said of it.
pub const NEEDED_DAYS: usize = 5;

/// Measured hours that are needed before anything is said of a whole day.
pub const NEEDED_HOURS: u32 = 24 * NEEDED_DAYS as u32;

/// How much of an hour must be measured for the hour to count, in milliseconds.
const MEASURED: i64 = HOUR_MS * 9 / 10;

/// A day with more than so many times the median of the days with use is a burst pipe or a filled pool, and nothing usual.
const UNUSUAL: i64 = 5;

/// Percent above what is expected that are said; beyond it is "more than three times".
const FAR: i64 = 200;

/// Where less than this is expected by now, and as little was used as [`LITTLE`], the day has not come far enough to be compared.
const EARLY: Millilitres = Millilitres::litres(10);

/// See [`EARLY`].
const LITTLE: Millilitres = Millilitres::litres(50);

/// What is usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// For each hour; `None` where it was measured on fewer than [`NEEDED_DAYS`] days.
    pub hours: [Option<Millilitres>; 24],
    /// How many measured hours of the [`NEEDED_HOURS`] there are.
    pub measured_hours: u32,
}

impl Baseline {
    /// Of a whole day; `None` unless each hour is known.
    pub fn whole_day(&self) -> Option<Millilitres> {
        self.hours.iter().copied().sum()
    }

    /// What is usually used by now: whole hours, and the part of the current one; `None` until every hour up to now is known.
    pub fn by_now(&self, hour: usize, minute: u8) -> Option<Millilitres> {
        let whole: Option<Millilitres> = self.hours[..hour].iter().copied().sum();
        let now = self.hours[hour]?.0 * i64::from(minute) / 60;
        Some(whole? + Millilitres(now))
    }
}

/// The baseline of past days: for each hour the mean of the days on which it was measured. A mean, because most hours of a house are dry on
/// most days, and the median of those is nothing; without the days that are like no other.
pub fn baseline(past: &[DayUse]) -> Baseline {
    let mut totals: Vec<i64> = past.iter().map(volume_of).filter(|total| *total > 0).collect();
    totals.sort_unstable();
    let most = totals.get(totals.len() / 2).map_or(i64::MAX, |median| median.saturating_mul(UNUSUAL));
    let (mut hours, mut measured_hours) = ([None; 24], 0);
    for (hour, usual) in hours.iter_mut().enumerate() {
        let measured = || past.iter().filter(move |day| day.hours[hour].covered_ms >= MEASURED);
        let days = measured().count();
        measured_hours += days.min(NEEDED_DAYS) as u32;
        let kept = measured().filter(|day| volume_of(day) <= most).map(|day| day.hours[hour].volume.0);
        let (sum, count) = kept.fold((0, 0), |(sum, count), volume| (sum + volume, count + 1));
        *usual = (days >= NEEDED_DAYS && count > 0).then(|| Millilitres(sum / count));
    }
    Baseline { hours, measured_hours }
}

/// What of a day is known by hour.
fn volume_of(day: &DayUse) -> i64 {
    day.hours.iter().map(|hour| hour.volume.0).sum()
}

/// Per cent either way below which two volumes are nearly the same.
pub const FLAT: i64 = 5;

/// A volume beside what it is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// There is nothing to measure it by.
    Unknown,
    /// The day has not come far enough.
    Early,
    /// So many percent below.
    Below(i64),
    /// The same, give or take five per cent.
    Same,
    /// So many percent above.
    Above(i64),
    /// More than three times as much: of such a number no percentage says anything.
    Far,
}

/// Compares a volume with what is expected.
pub fn compare(actual: Millilitres, expected: Option<Millilitres>) -> Comparison {
    match expected.and_then(|expected| difference_percent(actual, expected)) {
        None => Comparison::Unknown,
        Some(percent) if percent > FAR => Comparison::Far,
        Some(percent) if percent >= FLAT => Comparison::Above(percent),
        Some(percent) if percent <= -FLAT => Comparison::Below(-percent),
        Some(_) => Comparison::Same,
    }
}

/// Compares what was used of a day so far with what is usual by then.
pub fn compare_with_usual(actual: Millilitres, usual: Option<Millilitres>) -> Comparison {
    match usual {
        Some(usual) if usual < EARLY && actual < LITTLE => Comparison::Early,
        usual => compare(actual, usual),
    }
}

/// By how many percent `actual` differs from `expected`, rounded to the nearest; `None` where nothing was expected.
pub fn difference_percent(actual: Millilitres, expected: Millilitres) -> Option<i64> {
    (expected.0 > 0).then(|| {
        let exact = i128::from(actual.0 - expected.0) * 200 / i128::from(expected.0);
        ((exact + exact.signum()) / 2).clamp(-9_999, 9_999) as i64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metering::reading::rollup::HourUse;

    fn day(ml: i64) -> DayUse {
        DayUse { hours: [HourUse { volume: Millilitres(ml), covered_ms: HOUR_MS }; 24], ..DayUse::default() }
    }

    #[test]
    fn one_day_with_a_burst_pipe_does_not_become_typical() {
        let past = [day(100), day(120), day(110), day(90_000), day(106)];
        assert_eq!(baseline(&past).hours[7], Some(Millilitres(109)));
        let few = baseline(&past[..4]);
        assert_eq!((few.hours[7], few.measured_hours, NEEDED_HOURS), (None, 96, 120), "four days are too few");
    }

    #[test]
    fn water_that_is_used_now_and_then_is_usual_all_the_same() {
        // A house where somebody comes every third day, for an hour, at another hour each time: the median of each hour is nothing.
        let past: Vec<DayUse> = (0..28_usize)
            .map(|place| {
                let mut one = day(0);
                if place % 3 == 0 {
                    one.hours[8 + place % 5].volume = Millilitres::litres(120);
                }
                one
            })
            .collect();
        let known = baseline(&past);
        assert!(known.by_now(14, 0).is_some_and(|usual| usual > Millilitres::litres(40)), "{known:?}");
        assert_eq!(known.by_now(23, 0), known.whole_day());
        assert_eq!(compare_with_usual(Millilitres::litres(106), known.by_now(14, 0)), Comparison::Above(147));
        assert_eq!(compare_with_usual(Millilitres::litres(206), known.by_now(14, 0)), Comparison::Far);
    }

    #[test]
    fn by_half_past_six_half_of_the_seventh_hour_counts() {
        let known = Baseline { hours: [Some(Millilitres(100)); 24], measured_hours: NEEDED_HOURS };
        assert_eq!(known.by_now(6, 30), Some(Millilitres(650)));
        let mut partly = known;
        partly.hours[2] = None;
        assert_eq!((partly.by_now(6, 30), partly.whole_day()), (None, None));
    }

    #[test]
    fn a_percentage_is_said_as_far_as_it_says_something() {
        let litres = Millilitres::litres;
        assert_eq!(compare(litres(106), Some(Millilitres(4_660))), Comparison::Far);
        assert_eq!(compare(litres(300), Some(litres(100))), Comparison::Above(200));
        assert_eq!(compare(litres(79), Some(litres(100))), Comparison::Below(21));
        assert_eq!(compare(litres(104), Some(litres(100))), Comparison::Same);
        assert_eq!((compare(litres(1), None), compare(litres(1), Some(litres(0)))), (Comparison::Unknown, Comparison::Unknown));
        assert_eq!(compare_with_usual(litres(12), Some(litres(2))), Comparison::Early);
        assert_eq!(compare_with_usual(litres(106), Some(litres(2))), Comparison::Far);
    }

    #[test]
    fn nothing_expected_has_no_percentage() {
        assert_eq!(difference_percent(Millilitres(5), Millilitres::ZERO), None);
        assert_eq!(difference_percent(Millilitres(88), Millilitres(100)), Some(-12));
        assert_eq!(difference_percent(Millilitres(1_126), Millilitres(1_000)), Some(13));
    }
}
