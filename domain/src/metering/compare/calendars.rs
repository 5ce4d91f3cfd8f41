//! Calendars by which households use water otherwise: Ramadan and school holidays, as data, year by year from 2024 to 2028.
//!
//! They are named beside a comparison in which one side has more of their days than the other. They enter no sum.

use crate::LocalDay;
use crate::metering::compare::window::Window;
use serde::{Deserialize, Serialize};

/// A named calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calendar {
    /// The month of fasting.
    Ramadan,
    /// Holidays between school terms.
    SchoolHolidays,
}

impl Calendar {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ramadan, Self::SchoolHolidays];

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ramadan => "ramadan",
            Self::SchoolHolidays => "school_holidays",
        }
    }

    const fn table(self) -> &'static [Entry] {
        match self {
            Self::Ramadan => RAMADAN,
            Self::SchoolHolidays => SCHOOL_HOLIDAYS,
        }
    }

    /// Its periods, the earliest first.
    pub fn periods(self) -> impl Iterator<Item = Period> {
        self.table().iter().filter_map(|&(first, last, is_set)| {
            let day = |(year, month, day): Ymd| LocalDay::from_ymd(year, month, day);
            Some(Period { window: Window::new(day(first)?, day(last)?)?, is_set })
        })
    }

    /// How many days of a window are in it.
    pub fn days_in(self, window: Window) -> u32 {
        window.iter().filter(|day| self.periods().any(|period| period.window.contains(*day))).count() as u32
    }
}

/// A period of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its days.
    pub window: Window,
    /// Whether somebody has set it. What is not set yet is computed, or what the years before suggest: it may move by a day, school holidays by a
    /// week.
    pub is_set: bool,
}

type Ymd = (i16, i8, i8);
type Entry = (Ymd, Ymd, bool);

/// From the first day of fasting to the day before Idul Fitri.
///
/// 2024 and 2025: the decisions of the Ministry of Religious Affairs (sidang isbat). 2026: its calendar has 19 February; Idul Fitri on 21 March by
/// the joint decree (SKB) 1497/2025, 2/2025 and 5/2025 of the three ministers. 2027 and 2028: computed from the new moons of 6 February and
/// 8 March 2027 and of 26 January and 25 February 2028 by the criterion of the ministry (MABIMS 2021: the moon 3° high at sunset).
const RAMADAN: &[Entry] = &[
    ((2024, 3, 12), (2024, 4, 9), true),
    ((2025, 3, 1), (2025, 3, 30), true),
    ((2026, 2, 19), (2026, 3, 20), true),
    ((2027, 2, 8), (2027, 3, 9), false),
    ((2028, 1, 28), (2028, 2, 26), false),
];

/// With the weekends around them. Each province sets its own, some days apart; these are those of Jakarta.
///
/// 2024/25: decree e-0022 of 2024 of the head of its education office: terms from 8 July to 20 December 2024. 2025/26: its calendar, terms from
/// 14 July to 19 December 2025 and from 5 January to 19 June 2026; the next year begins on 13 July 2026. Mid-2024 and mid-2025 end where the term
/// begins, and begin two weeks before. From December 2026 on: the same weeks of the year.
const SCHOOL_HOLIDAYS: &[Entry] = &[
    ((2024, 6, 22), (2024, 7, 7), true),
    ((2024, 12, 21), (2025, 1, 5), true),
    ((2025, 6, 28), (2025, 7, 13), true),
    ((2025, 12, 20), (2026, 1, 4), true),
    ((2026, 6, 20), (2026, 7, 12), true),
    ((2026, 12, 19), (2027, 1, 3), false),
    ((2027, 6, 26), (2027, 7, 11), false),
    ((2027, 12, 18), (2028, 1, 2), false),
    ((2028, 6, 24), (2028, 7, 9), false),
    ((2028, 12, 23), (2029, 1, 7), false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_a_period_and_none_meets_the_next() {
        for calendar in Calendar::ALL {
            let all: Vec<Period> = calendar.periods().collect();
            assert_eq!(all.len(), calendar.table().len(), "{calendar:?} has a day that no calendar has");
            assert!(all.windows(2).all(|two| two[0].window.last < two[1].window.first), "{calendar:?}");
            for year in 2024..=2028 {
                assert!(all.iter().any(|period| period.window.first.ymd().0 == year), "{calendar:?} {year}");
            }
        }
    }

    #[test]
    fn ramadan_has_29_or_30_days_and_school_holidays_go_from_saturday_to_sunday() {
        assert!(Calendar::Ramadan.periods().all(|period| (29..=30).contains(&period.window.days())));
        assert!(Calendar::SchoolHolidays.periods().all(|period| {
            let Window { first, last } = period.window;
            (first.weekday(), last.weekday()) == (5, 6)
        }));
    }

    #[test]
    fn days_of_a_window_are_counted() {
        let march = Window::month(LocalDay::from_ymd(2026, 3, 1).unwrap().month());
        assert_eq!((Calendar::Ramadan.days_in(march), Calendar::SchoolHolidays.days_in(march)), (20, 0));
    }
}
