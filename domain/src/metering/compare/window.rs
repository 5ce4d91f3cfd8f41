//! Windows of local days, their equal parts, and which day of one is compared with which day of the other.

use crate::{LocalDay, LocalMonth};
use serde::{Deserialize, Serialize};

/// Days of a window at most: three years.
pub const MOST_DAYS: i32 = 3 * 366;

/// Days behind this one, in the year 2243, are a slip of somebody's fingers.
const LATEST: LocalDay = LocalDay(100_000);

/// Local days of a property, from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first day.
    pub first: LocalDay,
    /// The last day.
    pub last: LocalDay,
}

impl Window {
    /// From a day to a day; `None` if the last is before the first, it is longer than [`MOST_DAYS`], or no meter is as old or as young.
    pub fn new(first: LocalDay, last: LocalDay) -> Option<Self> {
        // Both are, so that their distance is a number of days.
        let is_of_our_time = [first, last].iter().all(|day| (LocalDay(0)..=LATEST).contains(day));
        (is_of_our_time && (1..=MOST_DAYS).contains(&(last.0 - first.0 + 1))).then_some(Self { first, last })
    }

    /// A month.
    pub fn month(month: LocalMonth) -> Self {
        Self { first: month.first_day(), last: month.first_day().plus(month.days() - 1) }
    }

    /// A year.
    pub fn year(year: i16) -> Self {
        let first = LocalMonth(i32::from(year) * 12);
        Self { first: first.first_day(), last: LocalMonth(first.0 + 12).first_day().plus(-1) }
    }

    /// The seven days that end with this one.
    pub fn week(end: LocalDay) -> Self {
        Self { first: end.plus(-6), last: end }
    }

    /// How many days it has.
    pub const fn days(self) -> i32 {
        self.last.0 - self.first.0 + 1
    }

    /// Whether a day is in it.
    pub fn contains(self, day: LocalDay) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Its days, in order.
    pub fn iter(self) -> impl Iterator<Item = LocalDay> {
        (self.first.0..=self.last.0).map(LocalDay)
    }

    /// As much of it as is over by the end of a day; `None` if it begins later.
    pub fn until(self, day: LocalDay) -> Option<Self> {
        Self::new(self.first, self.last.min(day))
    }

    /// Its first so many days, or all of it.
    fn beginning(self, days: i32) -> Self {
        Self { first: self.first, last: self.last.min(self.first.plus(days - 1)) }
    }
}

/// How the days of two windows are lined up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lined {
    /// The first with the first, the second with the second.
    Place,
    /// The same day of the same month, for whole years: 29 February has no other where one year is no leap year.
    Date,
    /// The first Monday with the first Monday, and so on. What begins on another weekday leaves some days without another.
    Weekday,
}

/// As much of two windows as can be compared once `over` is the last day that is over: nothing of a day that goes on, and equal lengths from both
/// beginnings on, or by date up to the last day that both have. `None` if one of them has not begun.
pub fn equal_parts(a: Window, b: Window, over: LocalDay, by: Lined) -> Option<(Window, Window)> {
    let (a, b) = (a.until(over)?, b.until(over)?);
    if by == Lined::Date {
        let all = pairs(a, b, by);
        let ((a_first, b_first), (a_last, b_last)) = (*all.first()?, *all.last()?);
        return Some((Window { first: a_first, last: a_last }, Window { first: b_first, last: b_last }));
    }
    let days = a.days().min(b.days());
    Some((a.beginning(days), b.beginning(days)))
}

/// Which day of `a` is compared with which of `b`, in order of `a`. What has no other is left out; the other way round the pairs are the same.
pub fn pairs(a: Window, b: Window, by: Lined) -> Vec<(LocalDay, LocalDay)> {
    let years = a.first.ymd().0 - b.first.ymd().0;
    let other = |day: LocalDay| match by {
        Lined::Place => Some(b.first.plus(day.0 - a.first.0)),
        Lined::Date => {
            let (year, month, number) = day.ymd();
            LocalDay::from_ymd(year - years, month, number)
        }
        Lined::Weekday => {
            // Seven days that follow one another have each weekday once.
            let weeks = (day.0 - a.first.0) / 7;
            let first = (day.weekday() as i32 - b.first.weekday() as i32).rem_euclid(7);
            Some(b.first.plus(first + 7 * weeks))
        }
    };
    a.iter().filter_map(|day| Some((day, other(day).filter(|other| b.contains(*other))?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i16, month: i8, day: i8) -> LocalDay {
        LocalDay::from_ymd(year, month, day).unwrap()
    }

    fn month(year: i16, number: i8) -> Window {
        Window::month(day(year, number, 1).month())
    }

    #[test]
    fn a_month_that_goes_on_is_measured_against_as_much_of_the_one_before() {
        let (a, b) = equal_parts(month(2026, 11), month(2026, 10), day(2026, 11, 28), Lined::Place).unwrap();
        assert_eq!((a.last, b.last), (day(2026, 11, 28), day(2026, 10, 28)));
        // All of it is over: October has a day more than November, which nothing is measured against.
        let (a, b) = equal_parts(month(2026, 11), month(2026, 10), day(2026, 12, 5), Lined::Place).unwrap();
        assert_eq!((a.days(), b.last), (30, day(2026, 10, 30)));
        assert_eq!(equal_parts(month(2026, 12), month(2026, 11), day(2026, 11, 30), Lined::Place), None, "it has not begun");
    }

    #[test]
    fn february_is_measured_against_as_many_days_of_march() {
        for (year, days) in [(2027, 28), (2028, 29)] {
            let (a, b) = equal_parts(month(year, 2), month(year, 3), day(year, 12, 31), Lined::Place).unwrap();
            assert_eq!((a.days(), b.days(), b.last), (days, days, day(year, 3, days as i8)));
        }
    }

    #[test]
    fn a_leap_day_has_no_other_and_moves_no_day_behind_it() {
        let (a, b) = equal_parts(Window::year(2028), Window::year(2027), day(2028, 12, 31), Lined::Date).unwrap();
        let all = pairs(a, b, Lined::Date);
        assert_eq!(
            (all.len(), all[58], all[59]),
            (365, (day(2028, 2, 28), day(2027, 2, 28)), (day(2028, 3, 1), day(2027, 3, 1)))
        );
        assert_eq!(all.last(), Some(&(day(2028, 12, 31), day(2027, 12, 31))));
    }

    #[test]
    fn a_year_that_goes_on_is_measured_against_the_same_dates() {
        let (a, b) = equal_parts(Window::year(2028), Window::year(2027), day(2028, 11, 28), Lined::Date).unwrap();
        assert_eq!((a.last, b.last, b.first), (day(2028, 11, 28), day(2027, 11, 28), day(2027, 1, 1)));
        let (a, b) = equal_parts(Window::year(2028), Window::year(2027), day(2028, 2, 29), Lined::Date).unwrap();
        assert_eq!((a.last, b.last), (day(2028, 2, 28), day(2027, 2, 28)), "the leap day has no other");
    }

    #[test]
    fn a_window_has_a_day_at_least_and_three_years_at_most() {
        let first = day(2026, 1, 1);
        assert_eq!(Window::new(first, first).map(Window::days), Some(1));
        assert_eq!(Window::new(first, first.plus(-1)), None);
        assert_eq!(Window::new(first, first.plus(MOST_DAYS)), None);
        for (first, last) in [(i32::MIN, i32::MAX), (i32::MAX, i32::MIN), (20_000, i32::MIN)] {
            assert_eq!(Window::new(LocalDay(first), LocalDay(last)), None, "{first} {last}");
        }
        assert_eq!((Window::year(2028).days(), Window::week(first).first), (366, day(2025, 12, 26)));
    }

    proptest! {
        #[test]
        fn pairs_are_the_same_the_other_way_round_and_use_no_day_twice(
            a in 18_000_i32..22_000, a_days in 1_i32..800, b in 18_000_i32..22_000, b_days in 1_i32..800, by in 0_usize..3,
        ) {
            let by = [Lined::Place, Lined::Date, Lined::Weekday][by];
            let window = |first: i32, days: i32| Window::new(LocalDay(first), LocalDay(first + days - 1)).unwrap();
            let (a, b) = (window(a, a_days), window(b, b_days));
            let there = pairs(a, b, by);
            let mut back: Vec<_> = pairs(b, a, by).into_iter().map(|(one, other)| (other, one)).collect();
            back.sort_unstable();
            let mut sorted = there.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&sorted, &back);
            let mut others: Vec<_> = there.iter().map(|(_, other)| *other).collect();
            others.sort_unstable();
            others.dedup();
            prop_assert_eq!(others.len(), there.len());
            prop_assert!(there.iter().all(|(one, other)| a.contains(*one) && b.contains(*other)));
            if by == Lined::Weekday {
                prop_assert!(there.iter().all(|(one, other)| one.weekday() == other.weekday()));
                prop_assert!(there.len() as i32 >= a_days.min(b_days) - 6, "six days at most have no other");
            }
        }
    }
}
