//! Seasons of a connection: by weekday, and in a named calendar beside the weeks around it. All in thousandths of a mean day, so that they can
//! be said as percentages.

use crate::metering::compare::window::Window;
use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Measured days that each weekday needs before anything is said of weekdays.
const OF_WEEKDAY: i64 = 4;
/// Days before and behind a period that it is measured against.
const AROUND: i32 = 28;
/// Measured days that are needed in a period, and around it.
const IN_PERIOD: (i64, i64) = (7, 14);

/// What each weekday uses, in thousandths of a mean day; Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weekdays(pub [i64; 7]);

impl Weekdays {
    /// The weekday with the most, and its thousandths.
    pub fn highest(&self) -> (usize, i64) {
        let most = self.0.iter().copied().max().unwrap_or_default();
        (self.0.iter().position(|share| *share == most).unwrap_or_default(), most)
    }
}

/// A mean that is added up.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: i128,
    count: i64,
}

impl Mean {
    fn add(&mut self, volume: Millilitres) {
        self.sum += i128::from(volume.0);
        self.count += 1;
    }

    /// Thousandths of another mean; `None` where that is nothing.
    fn share_of(self, of: Self) -> Option<i64> {
        let whole = of.sum * i128::from(self.count);
        (whole > 0).then(|| ((self.sum * i128::from(of.count) * 1_000 + whole / 2) / whole) as i64)
    }
}

/// By weekday, of measured days; `None` where one of them has too few days, or no water was used.
pub fn weekdays(days: &[(LocalDay, Millilitres)]) -> Option<Weekdays> {
    let (mut each, mut all) = ([Mean::default(); 7], Mean::default());
    for (day, volume) in days {
        each[day.weekday()].add(*volume);
        all.add(*volume);
    }
    let mut shares = [0; 7];
    for (share, mean) in shares.iter_mut().zip(each) {
        *share = mean.share_of(all).filter(|_| mean.count >= OF_WEEKDAY)?;
    }
    Some(Weekdays(shares))
}

/// How a period of a calendar differed from the weeks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarEffect {
    /// A mean day of it, in thousandths of one around it.
    pub share: i64,
    /// Its measured days.
    pub days: u32,
}

/// The days that [`effect`] looks at for a period.
pub fn around(period: Window) -> (LocalDay, LocalDay) {
    (period.first.plus(-AROUND), period.last.plus(AROUND))
}

/// How a period differed from the four weeks before and behind it, of measured days; `None` where too few are known.
pub fn effect(period: Window, days: &[(LocalDay, Millilitres)]) -> Option<CalendarEffect> {
    let (first, last) = around(period);
    let (mut inside, mut outside) = (Mean::default(), Mean::default());
    for (day, volume) in days.iter().filter(|(day, _)| (first..=last).contains(day)) {
        if period.contains(*day) { inside.add(*volume) } else { outside.add(*volume) }
    }
    let (needed_in, needed_around) = IN_PERIOD;
    if inside.count < needed_in || outside.count < needed_around {
        return None;
    }
    Some(CalendarEffect { share: inside.share_of(outside)?, days: inside.count as u32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: i32, volume: impl Fn(LocalDay) -> i64) -> Vec<(LocalDay, Millilitres)> {
        (0..count).map(|day| LocalDay(20_000 + day)).map(|day| (day, Millilitres(volume(day)))).collect()
    }

    #[test]
    fn a_house_that_washes_on_sundays_uses_most_on_sundays() {
        let known = weekdays(&days(56, |day| if day.weekday() == 6 { 800_000 } else { 400_000 })).unwrap();
        // Of a mean day of 457 L: 800 and 400.
        assert_eq!((known.highest(), known.0[0]), ((6, 1_750), 875));
        assert_eq!(weekdays(&days(27, |_| 400_000)), None, "one weekday has three days only");
        assert_eq!(weekdays(&days(56, |_| 0)), None);
    }

    #[test]
    fn a_month_of_fasting_is_measured_against_the_weeks_around_it() {
        let period = Window { first: LocalDay(20_030), last: LocalDay(20_059) };
        let known = days(120, |day| if period.contains(day) { 600_000 } else { 500_000 });
        assert_eq!(effect(period, &known), Some(CalendarEffect { share: 1_200, days: 30 }));
        assert_eq!(effect(period, &known[..36]), None, "six days of it are known");
        assert_eq!(around(period), (LocalDay(20_002), LocalDay(20_087)));
    }
}
