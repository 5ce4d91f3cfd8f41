//! Periods of local days, what each is compared with, and growth.

use crate::{LocalDay, LocalMonth};
use serde::{Deserialize, Serialize};

/// Days of 1970 to 2199.
const POSSIBLE: std::ops::Range<i32> = 0..84_006;

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DayRange {
    /// The first day.
    pub from: LocalDay,
    /// The last day; before the first where there is none.
    pub to: LocalDay,
}

impl DayRange {
    /// How many days it has.
    pub const fn days(self) -> i32 {
        let days = self.to.0.saturating_sub(self.from.0).saturating_add(1);
        if days < 0 { 0 } else { days }
    }

    /// Whether a day is in it.
    pub fn contains(self, day: LocalDay) -> bool {
        self.from <= day && day <= self.to
    }
}

/// A period that somebody wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "period")]
pub enum Period {
    /// One day.
    Day {
        /// Which.
        day: LocalDay,
    },
    /// Monday to Sunday.
    Week {
        /// Any day of it.
        day: LocalDay,
    },
    /// A month.
    Month {
        /// Which.
        month: LocalMonth,
    },
    /// Three months, beginning in January, April, July or October.
    Quarter {
        /// Any month of it.
        month: LocalMonth,
    },
    /// A year.
    Year {
        /// Which.
        year: i16,
    },
    /// Any days.
    Range(DayRange),
}

/// With what a period is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// With nothing.
    None,
    /// With an equal part of the period before it.
    #[default]
    Earlier,
    /// With an equal part of the same period a year before.
    YearBefore,
}

/// Into what a period is cut for its course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Days.
    Day,
    /// Weeks from Monday to Sunday; the first and last one as far as they are in the period.
    Week,
    /// Months, likewise.
    Month,
}

impl Period {
    /// All its days.
    pub fn range(self) -> DayRange {
        let months = |first: LocalMonth, count: i32| DayRange {
            from: first.first_day(),
            to: LocalMonth(first.0 + count).first_day().plus(-1),
        };
        match self {
            Self::Day { day } => DayRange { from: day, to: day },
            Self::Week { day } => {
                let monday = day.plus(-(day.weekday() as i32));
                DayRange { from: monday, to: monday.plus(6) }
            }
            Self::Month { month } => months(month, 1),
            Self::Quarter { month } => months(first_of_quarter(month), 3),
            Self::Year { year } => months(LocalMonth(i32::from(year) * 12), 12),
            Self::Range(range) => range,
        }
    }

    /// Its days as far as they have begun, `today` among them: what can have figures.
    pub fn so_far(self, today: LocalDay) -> DayRange {
        let range = self.range();
        DayRange { to: range.to.min(today), ..range }
    }

    /// Whether it has days, in years that a calendar of water has, and ten years of them at most.
    pub fn is_possible(self) -> bool {
        let day = |day: LocalDay| POSSIBLE.contains(&day.0);
        let month = |month: LocalMonth| (1970 * 12..2200 * 12).contains(&month.0);
        match self {
            Self::Day { day: of } | Self::Week { day: of } => day(of),
            Self::Month { month: of } | Self::Quarter { month: of } => month(of),
            Self::Year { year } => (1970..2200).contains(&year),
            Self::Range(DayRange { from, to }) => day(from) && day(to) && (1..=3_660).contains(&(to.0 - from.0 + 1)),
        }
    }

    /// The period before it: of any days, as many of them.
    #[must_use]
    pub fn before(self) -> Self {
        match self {
            Self::Day { day } => Self::Day { day: day.plus(-1) },
            Self::Week { day } => Self::Week { day: day.plus(-7) },
            Self::Month { month } => Self::Month { month: LocalMonth(month.0 - 1) },
            Self::Quarter { month } => Self::Quarter { month: LocalMonth(month.0 - 3) },
            Self::Year { year } => Self::Year { year: year - 1 },
            Self::Range(range) => Self::Range(DayRange { from: range.from.plus(-range.days()), to: range.from.plus(-1) }),
        }
    }

    /// The period behind it: of any days, as many of them.
    #[must_use]
    pub fn after(self) -> Self {
        match self {
            Self::Day { day } => Self::Day { day: day.plus(1) },
            Self::Week { day } => Self::Week { day: day.plus(7) },
            Self::Month { month } => Self::Month { month: LocalMonth(month.0 + 1) },
            Self::Quarter { month } => Self::Quarter { month: LocalMonth(month.0 + 3) },
            Self::Year { year } => Self::Year { year: year + 1 },
            Self::Range(range) => Self::Range(DayRange { from: range.to.plus(1), to: range.to.plus(range.days()) }),
        }
    }

    /// The same period a year before. A week is 52 weeks before, so that its weekdays are the same ones.
    #[must_use]
    pub fn year_before(self) -> Self {
        match self {
            Self::Day { day } => Self::Day { day: same_day(day, LocalMonth(day.month().0 - 12)) },
            Self::Week { day } => Self::Week { day: day.plus(-52 * 7) },
            Self::Month { month } => Self::Month { month: LocalMonth(month.0 - 12) },
            Self::Quarter { month } => Self::Quarter { month: LocalMonth(month.0 - 12) },
            Self::Year { year } => Self::Year { year: year - 1 },
            Self::Range(range) => {
                let back = |day: LocalDay| same_day(day, LocalMonth(day.month().0 - 12));
                Self::Range(DayRange { from: back(range.from), to: back(range.to) })
            }
        }
    }

    /// The days that this period's days up to `today` are compared with. A period that is over is compared with all of the other one. Of one
    /// that is not, the other has the part up to the same day: of a month, quarter and year by months and the day of the month (1–28 November
    /// with 1–28 October; 1–31 March with all of February), else by the number of days.
    pub fn compared_with(self, comparison: Comparison, today: LocalDay) -> Option<DayRange> {
        let other = match comparison {
            Comparison::None => return None,
            Comparison::Earlier => self.before(),
            Comparison::YearBefore => self.year_before(),
        };
        let (own, all) = (self.range(), other.range());
        if today >= own.to {
            return Some(all);
        }
        let to = match self {
            Self::Month { .. } | Self::Quarter { .. } | Self::Year { .. } => {
                let months = today.month().0 - own.from.month().0;
                same_day(today, LocalMonth(all.from.month().0 + months))
            }
            Self::Day { .. } | Self::Week { .. } | Self::Range(_) => all.from.plus(today.0 - own.from.0),
        };
        Some(DayRange { from: all.from, to: to.min(all.to) })
    }

    /// The step that makes its course some tens of points at most.
    pub fn step(self) -> Step {
        match self.range().days() {
            ..=62 => Step::Day,
            63..=366 => Step::Week,
            _ => Step::Month,
        }
    }
}

impl Step {
    /// The parts of a stretch of days, in order.
    pub fn parts(self, of: DayRange) -> Vec<DayRange> {
        let mut parts = Vec::new();
        let mut from = of.from;
        while from <= of.to {
            let to = match self {
                Self::Day => from,
                Self::Week => from.plus(6 - from.weekday() as i32),
                Self::Month => LocalMonth(from.month().0 + 1).first_day().plus(-1),
            };
            let to = to.min(of.to);
            parts.push(DayRange { from, to });
            from = to.plus(1);
        }
        parts
    }
}

fn first_of_quarter(month: LocalMonth) -> LocalMonth {
    LocalMonth(month.0 - month.0.rem_euclid(12) % 3)
}

/// The day of the same number in another month, or that month's last.
pub(crate) fn same_day(day: LocalDay, month: LocalMonth) -> LocalDay {
    let (_, _, number) = day.ymd();
    month.first_day().plus(i32::from(number).min(month.days()) - 1)
}

/// By how much an amount grew, in tenths of a percent of the earlier one's size, to the nearest, of two the one further from zero; none where that was
/// zero. Pages and papers say the same growth by this function alone.
pub fn growth(earlier: i64, now: i64) -> Option<i64> {
    let size = i128::from(earlier.unsigned_abs());
    if size == 0 {
        return None;
    }
    let change = i128::from(now) - i128::from(earlier);
    let tenths = (change.abs() * 2_000 + size) / (size * 2);
    Some((tenths * change.signum()).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

/// The shares of parts, in tenths of a percent to the nearest, of the sum of those above zero, which alone have one. Pages and papers say the same
/// shares by this function alone.
pub fn shares(parts: &[i64]) -> Vec<Option<i64>> {
    let whole: i128 = parts.iter().filter(|part| **part > 0).map(|part| i128::from(*part)).sum();
    let share = |part: &i64| (*part > 0).then(|| ((i128::from(*part) * 2_000 + whole) / (whole * 2)) as i64);
    parts.iter().map(share).collect()
}
