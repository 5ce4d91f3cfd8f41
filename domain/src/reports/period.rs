//! The days that a report is about, and the steps in which it counts them.

use crate::core::date_words::{day, day_of_year, long_day, long_month, month, say};
use crate::people::Language;
use crate::revenue::same_day;
use crate::{LocalDay, LocalMonth};
use serde::{Deserialize, Serialize};

/// Days, the last of them as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first.
    pub first: LocalDay,
    /// The last, which is no earlier.
    pub last: LocalDay,
}

impl Period {
    /// A day.
    pub const fn day(of: LocalDay) -> Self {
        Self { first: of, last: of }
    }

    /// A month.
    pub fn month(of: LocalMonth) -> Self {
        Self::months(of, 1)
    }

    /// A calendar year.
    pub fn year(of: i16) -> Self {
        Self::months(LocalMonth(i32::from(of) * 12), 12)
    }

    fn months(from: LocalMonth, count: i32) -> Self {
        Self { first: from.first_day(), last: LocalMonth(from.0 + count).first_day().plus(-1) }
    }

    /// How many days it has.
    pub const fn days(self) -> i32 {
        self.last.0 - self.first.0 + 1
    }

    /// As many days, directly before it; of whole months as many months, so that a month is compared with a month.
    pub fn before(self) -> Self {
        let (from, until) = (self.first.month(), self.last.month());
        let months = until.0 - from.0 + 1;
        if self == Self::months(from, months) {
            return Self::months(LocalMonth(from.0 - months), months);
        }
        Self { first: self.first.plus(-self.days()), last: self.first.plus(-1) }
    }

    /// The earlier days that its days up to one of them are compared with, as on *Pendapatan*: all of [`before`](Self::before), or the part of it
    /// up to the same day, of whole months by months and the day of the month, else by the number of days. None before it has begun.
    pub fn compared(self, until: LocalDay) -> Option<Self> {
        if until < self.first {
            return None;
        }
        let before = self.before();
        if until >= self.last {
            return Some(before);
        }
        let (from, last) = (self.first.month(), self.last.month());
        let same = if self == Self::months(from, last.0 - from.0 + 1) {
            same_day(until, LocalMonth(before.first.month().0 + until.month().0 - from.0))
        } else {
            before.first.plus(until.0 - self.first.0)
        };
        Some(Self { last: same.min(before.last), ..before })
    }

    /// In words: `22 November 2026`, `November 2026`, `2026`, `Januari – Maret 2026`, `3 Nov 2026 – 7 Des 2026`.
    pub fn text(self, language: Language) -> String {
        if self.first == self.last {
            return long_day(language, self.first);
        }
        let (from, until) = (self.first.month(), self.last.month());
        if self != Self::months(from, until.0 - from.0 + 1) {
            return format!("{} \u{2013} {}", day(language, self.first), day(language, self.last));
        }
        let ((year, first), (last_year, last)) = (from.ym(), until.ym());
        if from == until {
            month(language, from)
        } else if year != last_year {
            format!("{} \u{2013} {}", month(language, from), month(language, until))
        } else if (first, last) == (1, 12) {
            year.to_string()
        } else {
            format!("{} \u{2013} {}", long_month(language, first), month(language, until))
        }
    }

    /// As files are named: `2026`, `2026-11`, `20261103-20261207`.
    pub(super) fn stem(self) -> String {
        let ((year, month, first), (last_year, last_month, last)) = (self.first.ymd(), self.last.ymd());
        if self == Self::year(year) {
            format!("{year:04}")
        } else if self == Self::month(self.first.month()) {
            format!("{year:04}-{month:02}")
        } else if self.first == self.last {
            format!("{year:04}{month:02}{first:02}")
        } else {
            format!("{year:04}{month:02}{first:02}-{last_year:04}{last_month:02}{last:02}")
        }
    }
}

/// The stretches that a report counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Days.
    Day,
    /// Weeks from Monday to Sunday.
    Week,
    /// Months.
    Month,
    /// Quarters of a year.
    Quarter,
    /// Years.
    Year,
}

impl Step {
    /// The head of a column of its stretches.
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::Day => say(language, "Tanggal", "Day"),
            Self::Week => say(language, "Minggu mulai", "Week from"),
            Self::Month => say(language, "Bulan", "Month"),
            Self::Quarter => say(language, "Triwulan", "Quarter"),
            Self::Year => say(language, "Tahun", "Year"),
        }
    }

    /// The stretch that begins on a day, in words.
    pub fn text(self, language: Language, first: LocalDay) -> String {
        let (year, of, _) = first.ymd();
        match self {
            Self::Day | Self::Week => day(language, first),
            Self::Month => month(language, first.month()),
            Self::Quarter => format!("{} {} {year}", say(language, "Triwulan", "Quarter"), (of - 1) / 3 + 1),
            Self::Year => year.to_string(),
        }
    }

    /// The same for an axis: days without their year.
    pub fn label(self, language: Language, first: LocalDay) -> String {
        match self {
            Self::Day | Self::Week => day_of_year(language, first),
            _ => self.text(language, first),
        }
    }

    /// The first day of the stretch that a day is in.
    pub fn first(self, of: LocalDay) -> LocalDay {
        let month = of.month().0;
        match self {
            Self::Day => of,
            Self::Week => of.plus(-i32::try_from(of.weekday()).unwrap_or_default()),
            Self::Month => LocalMonth(month).first_day(),
            Self::Quarter => LocalMonth(month - month.rem_euclid(3)).first_day(),
            Self::Year => LocalMonth(month - month.rem_euclid(12)).first_day(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revenue::{Comparison, Period as Shown};
    use proptest::prelude::*;

    fn on(year: i16, month: i8, day: i8) -> LocalDay {
        LocalDay::from_ymd(year, month, day).unwrap()
    }

    #[test]
    fn a_period_is_named_by_what_it_is() {
        let month = Period::month(on(2026, 11, 3).month());
        let some = Period { first: on(2026, 11, 3), last: on(2026, 12, 7) };
        let three = Period { first: on(2026, 1, 1), last: on(2026, 3, 31) };
        let over = Period { first: on(2025, 12, 1), last: on(2026, 1, 31) };
        let texts = [Period::day(on(2026, 11, 22)), month, Period::year(2026), some, three, over].map(|of| of.text(Language::Id));
        assert_eq!(
            texts,
            [
                "22 November 2026",
                "November 2026",
                "2026",
                "3 Nov 2026 \u{2013} 7 Des 2026",
                "Januari \u{2013} Maret 2026",
                "Desember 2025 \u{2013} Januari 2026"
            ]
        );
        assert_eq!([month.stem(), Period::year(2026).stem(), some.stem()], ["2026-11", "2026", "20261103-20261207"]);
    }

    #[test]
    fn before_a_month_is_a_month_and_before_some_days_as_many() {
        let march = Period::month(on(2026, 3, 1).month());
        assert_eq!(march.before(), Period::month(on(2026, 2, 1).month()));
        assert_eq!(Period::year(2026).before(), Period::year(2025));
        let some = Period { first: on(2026, 3, 2), last: on(2026, 3, 31) };
        assert_eq!(some.before(), Period { first: on(2026, 1, 31), last: on(2026, 3, 1) });
    }

    #[test]
    fn a_period_that_goes_on_is_compared_with_an_equal_part() {
        let march = Period::month(on(2026, 3, 1).month());
        assert_eq!(march.compared(on(2026, 3, 9)), Some(Period { first: on(2026, 2, 1), last: on(2026, 2, 9) }));
        assert_eq!(march.compared(on(2026, 3, 30)), Some(march.before()), "February has no such day");
        assert_eq!(march.compared(on(2026, 4, 5)), Some(march.before()), "it is over");
        assert_eq!(march.compared(on(2026, 2, 28)), None, "it has not begun");
        let some = Period { first: on(2026, 3, 11), last: on(2026, 3, 20) };
        assert_eq!(some.compared(on(2026, 3, 13)), Some(Period { first: on(2026, 3, 1), last: on(2026, 3, 3) }));
    }

    proptest! {
        #[test]
        fn each_day_is_in_the_stretch_that_begins_before_it(day in 0_i32..40_000) {
            let day = LocalDay(day);
            for (step, longest) in [(Step::Day, 1), (Step::Week, 7), (Step::Month, 31), (Step::Quarter, 92), (Step::Year, 366)] {
                let first = step.first(day);
                prop_assert!(first <= day && day.0 - first.0 < longest, "{step:?}");
                prop_assert_eq!(step.first(first), first);
            }
        }

        #[test]
        fn what_goes_on_is_compared_as_the_page_of_revenue_compares_it(day in 400_i32..40_000, later in 0_i32..400) {
            let (day, today) = (LocalDay(day), LocalDay(day + later));
            let (month, (year, ..)) = (day.month(), day.ymd());
            for shown in [
                Shown::Day { day },
                Shown::Week { day },
                Shown::Month { month },
                Shown::Quarter { month },
                Shown::Year { year },
            ] {
                let range = shown.range();
                let days = shown.compared_with(Comparison::Earlier, today).unwrap();
                let compared = Period { first: range.from, last: range.to }.compared(today).unwrap();
                prop_assert_eq!((compared.first, compared.last), (days.from, days.to), "{:?} on {:?}", shown, today);
            }
        }

        #[test]
        fn what_comes_before_a_period_ends_where_it_begins(first in 0_i32..40_000, days in 1_i32..900) {
            let period = Period { first: LocalDay(first), last: LocalDay(first + days - 1) };
            let before = period.before();
            prop_assert_eq!(before.last.plus(1), period.first);
            prop_assert!(before.first <= before.last);
        }
    }
}
