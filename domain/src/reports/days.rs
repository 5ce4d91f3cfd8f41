//! Which days a report is of, as somebody wants them each time anew: a template that says *last month* is of another month a month later.

use crate::reports::Period;
use crate::{LocalDay, LocalMonth};
use serde::{Deserialize, Serialize};

/// Days of a report at most: ten years.
const MOST: i32 = 3_660;

/// Days of 1970 to 2199.
const POSSIBLE: std::ops::Range<i32> = 0..84_006;

/// Which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "days")]
pub enum Days {
    /// The day it is.
    Today,
    /// The day before.
    Yesterday,
    /// From Monday to the day it is.
    ThisWeek,
    /// The week before, from Monday to Sunday.
    LastWeek,
    /// From the first of the month to the day it is.
    ThisMonth,
    /// The month before.
    LastMonth,
    /// From the first of January to the day it is.
    ThisYear,
    /// The year before.
    LastYear,
    /// These, whatever day it is.
    Between(Period),
}

impl Days {
    /// Those that move with the day it is, in the order in which people are offered them.
    pub const MOVING: [Self; 8] = [
        Self::LastMonth,
        Self::ThisMonth,
        Self::LastWeek,
        Self::ThisWeek,
        Self::Yesterday,
        Self::Today,
        Self::LastYear,
        Self::ThisYear,
    ];

    /// The word of a key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::ThisWeek => "this_week",
            Self::LastWeek => "last_week",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
            Self::ThisYear => "this_year",
            Self::LastYear => "last_year",
            Self::Between(_) => "between",
        }
    }

    /// Whether there can be such days: none earlier than its first, and ten years of them at most.
    pub fn is_possible(self) -> bool {
        match self {
            Self::Between(Period { first, last }) => {
                let is_known = POSSIBLE.contains(&first.0) && POSSIBLE.contains(&last.0);
                is_known && first <= last && last.0 - first.0 < MOST
            }
            _ => true,
        }
    }

    /// The days, as of a day.
    pub fn period(self, today: LocalDay) -> Period {
        let week = today.plus(-i32::try_from(today.weekday()).unwrap_or_default());
        let (year, ..) = today.ymd();
        match self {
            Self::Today => Period::day(today),
            Self::Yesterday => Period::day(today.plus(-1)),
            Self::ThisWeek => Period { first: week, last: today },
            Self::LastWeek => Period { first: week.plus(-7), last: week.plus(-1) },
            Self::ThisMonth => Period { first: today.month().first_day(), last: today },
            Self::LastMonth => Period::month(LocalMonth(today.month().0 - 1)),
            Self::ThisYear => Period { first: Period::year(year).first, last: today },
            Self::LastYear => Period::year(year - 1),
            Self::Between(period) => period,
        }
    }

    /// All days of what they are a part of, as of a day: of the month so far the whole month. What is over, or was chosen, is no part.
    pub fn whole(self, today: LocalDay) -> Period {
        let period = self.period(today);
        match self {
            Self::ThisWeek => Period { last: period.first.plus(6), ..period },
            Self::ThisMonth => Period::month(today.month()),
            Self::ThisYear => Period::year(today.ymd().0),
            _ => period,
        }
    }
}

impl Period {
    /// The whole months that it touches.
    pub fn whole_months(self) -> Self {
        Self { first: self.first.month().first_day(), last: LocalMonth(self.last.month().0 + 1).first_day().plus(-1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(year: i16, month: i8, day: i8) -> LocalDay {
        LocalDay::from_ymd(year, month, day).unwrap()
    }

    #[test]
    fn days_move_with_the_day_it_is() {
        // A Thursday.
        let today = on(2027, 1, 7);
        let of = |days: Days| (days.period(today).first, days.period(today).last);
        assert_eq!(of(Days::LastMonth), (on(2026, 12, 1), on(2026, 12, 31)));
        assert_eq!(of(Days::ThisMonth), (on(2027, 1, 1), today));
        assert_eq!(of(Days::LastWeek), (on(2026, 12, 28), on(2027, 1, 3)));
        assert_eq!(of(Days::ThisWeek), (on(2027, 1, 4), today));
        assert_eq!(of(Days::LastYear), (on(2026, 1, 1), on(2026, 12, 31)));
        assert_eq!((of(Days::Yesterday).0, of(Days::Today).1), (on(2027, 1, 6), today));
        let whole = |days: Days| (days.whole(today).first, days.whole(today).last);
        assert_eq!(whole(Days::ThisWeek), (on(2027, 1, 4), on(2027, 1, 10)));
        assert_eq!(whole(Days::ThisMonth), (on(2027, 1, 1), on(2027, 1, 31)));
        assert_eq!(whole(Days::ThisYear), (on(2027, 1, 1), on(2027, 12, 31)));
        assert_eq!((whole(Days::LastMonth), whole(Days::Today)), (of(Days::LastMonth), of(Days::Today)));
        let fixed = Period { first: on(2020, 1, 1), last: on(2020, 2, 1) };
        assert_eq!(Days::Between(fixed).period(today), fixed);
    }

    #[test]
    fn days_that_go_backwards_or_without_end_are_none() {
        let between = |first, last| Days::Between(Period { first, last }).is_possible();
        assert!(between(on(2026, 1, 1), on(2026, 1, 1)) && between(on(2016, 1, 1), on(2025, 12, 31)));
        assert!(!between(on(2026, 1, 2), on(2026, 1, 1)));
        assert!(!between(on(2000, 1, 1), on(2026, 1, 1)) && !between(LocalDay(i32::MIN), LocalDay(i32::MAX)));
    }

    proptest! {
        #[test]
        fn whatever_day_it_is_there_is_no_day_of_the_future(day in 400_i32..80_000) {
            for days in Days::MOVING {
                let period = days.period(LocalDay(day));
                prop_assert!(period.first <= period.last && period.last <= LocalDay(day), "{days:?}");
                let whole = days.whole(LocalDay(day));
                prop_assert!(whole.first == period.first && whole.last >= period.last, "{days:?}");
                let months = period.whole_months();
                prop_assert!(months.first <= period.first && period.last <= months.last);
                prop_assert_eq!(months.whole_months(), months);
            }
        }
    }
}
