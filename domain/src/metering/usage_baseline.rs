//! The typical day: what a connection usually used by each hour, against which today is measured.

use crate::Millilitres;
use crate::core::local_time::HOUR_MS;
use crate::metering::reading::DayUse;

/// A day needs this many past days with the hour measured before "typical" is said of it.
pub const NEEDED_DAYS: usize = 5;

/// How much of an hour must be measured for the hour to count, in milliseconds.
const MEASURED: i64 = HOUR_MS * 9 / 10;

/// For each hour the median of past days, in which that hour was measured; `None` where fewer than [`NEEDED_DAYS`] were.
pub fn hours<'a>(past: impl IntoIterator<Item = &'a DayUse>) -> [Option<Millilitres>; 24] {
    let mut seen: [Vec<i64>; 24] = Default::default();
    for day in past {
        for (values, hour) in seen.iter_mut().zip(&day.hours) {
            if hour.covered_ms >= MEASURED {
                values.push(hour.volume.0);
            }
        }
    }
    seen.map(|mut values| {
        (values.len() >= NEEDED_DAYS).then(|| {
            values.sort_unstable();
            Millilitres(values[values.len() / 2])
        })
    })
}

/// What is typically used by now: whole hours, and the part of the current one, `None` until every hour up to now has a value.
pub fn by_now(typical: &[Option<Millilitres>; 24], hour: usize, minute: u8) -> Option<Millilitres> {
    let whole: Option<Millilitres> = typical[..hour].iter().copied().sum();
    let now = typical[hour]?.0 * i64::from(minute) / 60;
    Some(whole? + Millilitres(now))
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
        let past = [day(100), day(120), day(110), day(90_000), day(105)];
        assert_eq!(hours(&past)[7], Some(Millilitres(110)));
        assert_eq!(hours(&past[..4])[7], None, "four days are too few");
    }

    #[test]
    fn by_half_past_six_half_of_the_seventh_hour_counts() {
        let typical = [Some(Millilitres(100)); 24];
        assert_eq!(by_now(&typical, 6, 30), Some(Millilitres(650)));
        let mut partly = typical;
        partly[2] = None;
        assert_eq!(by_now(&partly, 6, 30), None);
    }

    #[test]
    fn nothing_expected_has_no_percentage() {
        assert_eq!(difference_percent(Millilitres(5), Millilitres::ZERO), None);
        assert_eq!(difference_percent(Millilitres(88), Millilitres(100)), Some(-12));
        assert_eq!(difference_percent(Millilitres(1_126), Millilitres(1_000)), Some(13));
    }
}
