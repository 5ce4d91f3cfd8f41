//! Leave: the days on which a technician does not work. Nothing is moved because of it: whoever plans is warned.

use crate::LocalDay;
use crate::core::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why somebody does not work.
    LeaveKind {
        /// Annual leave.
        Annual = "annual",
        /// Illness.
        Sick = "sick",
        /// A course.
        Training = "training",
        /// Anything else.
        Other = "other",
    }
}

/// Days that one leave may have.
pub const LONGEST_LEAVE_DAYS: i32 = 366;

/// Some days in a row, in the technician's own zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaveDays {
    /// The first.
    pub from: LocalDay,
    /// The last, which is one of them.
    pub until: LocalDay,
}

impl LeaveDays {
    /// Whether it can be entered: it has a day, and a year's days at most, of the years 2020 to 2100.
    pub fn is_possible(self) -> bool {
        let is_of_ours = |day: LocalDay| (FIRST..=LAST).contains(&day.0);
        is_of_ours(self.from) && is_of_ours(self.until) && (1..=LONGEST_LEAVE_DAYS).contains(&self.days())
    }

    /// How many days they are.
    pub const fn days(self) -> i32 {
        self.until.0 - self.from.0 + 1
    }

    /// Whether a day is one of them.
    pub fn has(self, day: LocalDay) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// Whether a day is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.until && other.from <= self.until
    }
}

/// The first of January 2020 and the last of December 2100.
const FIRST: i32 = 18_262;
const LAST: i32 = 47_846;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(from: i32, until: i32) -> LeaveDays {
        LeaveDays { from: LocalDay(from), until: LocalDay(until) }
    }

    #[test]
    fn leave_is_of_our_years_and_has_a_year_at_most() {
        assert_eq!(LocalDay::from_ymd(2020, 1, 1), Some(LocalDay(FIRST)));
        assert_eq!(LocalDay::from_ymd(2100, 12, 31), Some(LocalDay(LAST)));
        assert!(days(20_000, 20_000).is_possible() && days(20_000, 20_365).is_possible());
        for wrong in [days(20_001, 20_000), days(20_000, 20_366), days(FIRST - 1, FIRST), days(LAST, LAST + 1)] {
            assert!(!wrong.is_possible(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn two_leaves_overlap_if_and_only_if_a_day_is_in_both(a in 0..40_i32, b in 0..9_i32, c in 0..40_i32, d in 0..9_i32) {
            let (one, other) = (days(a, a + b), days(c, c + d));
            let shared = (0..60).map(LocalDay).any(|day| one.has(day) && other.has(day));
            prop_assert_eq!(one.overlaps(other), shared);
            prop_assert_eq!(other.overlaps(one), shared);
        }
    }
}
