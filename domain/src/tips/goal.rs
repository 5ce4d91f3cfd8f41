//! A month's water beside what somebody wants it to be at the most.

use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// The largest goal that can be set, which no household reaches.
pub const MOST_GOAL: Millilitres = Millilitres::cubic_metres(1_000);

/// A month as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthCourse {
    /// Used from its first day on, today included.
    pub used: Millilitres,
    /// What it will come to (`metering::compare::forecast`); `None` where that is not known.
    pub expected: Option<Millilitres>,
    /// Days that are left of it, with today.
    pub days_left: u8,
    /// What it is to be at the most.
    pub goal: Option<Millilitres>,
}

impl MonthCourse {
    /// A month by what was used before today and today, and by its forecast: it comes to no less than what it has used.
    pub fn of(
        today: LocalDay,
        (before, of_today): (Millilitres, Millilitres),
        expected: Option<Millilitres>,
        goal: Option<Millilitres>,
    ) -> Self {
        let month = today.month();
        let left = month.first_day().0 + month.days() - today.0;
        let days_left = u8::try_from(left).unwrap_or(0);
        let used = before + of_today;
        Self { used, expected: expected.map(|expected| expected.max(used)), days_left, goal }
    }

    /// What each day that is left may take, today's use counted, for the goal to be met; none where there is no goal, or it is passed.
    pub fn a_day(&self) -> Option<Millilitres> {
        let left = self.goal?.0 - self.used.0;
        (left > 0 && self.days_left > 0).then(|| Millilitres(left / i64::from(self.days_left)))
    }

    /// How much of the goal is used, per mille; over 1,000 it is passed.
    pub fn share(&self) -> Option<i64> {
        let goal = self.goal.filter(|goal| *goal > Millilitres::ZERO)?;
        Some((i128::from(self.used.0.max(0)) * 1_000 / i128::from(goal.0)).clamp(0, 99_999) as i64)
    }

    /// Whether the goal is going to be met, as far as that is known.
    pub fn is_met(&self) -> Option<bool> {
        let goal = self.goal?;
        if self.is_exceeded() { Some(false) } else { self.expected.map(|expected| expected <= goal) }
    }

    /// Whether more than the goal has been used already, whatever the rest of the month brings.
    pub fn is_exceeded(&self) -> bool {
        self.goal.is_some_and(|goal| self.used > goal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(day: i8, before: i64, of_today: i64, expected: Option<i64>, goal: Option<i64>) -> MonthCourse {
        let today = LocalDay::from_ymd(2026, 11, day).expect("a day");
        let litres = Millilitres::litres;
        MonthCourse::of(today, (litres(before), litres(of_today)), expected.map(litres), goal.map(litres))
    }

    #[test]
    fn a_goal_is_met_if_the_month_is_expected_to_come_to_no_more() {
        let early = on(11, 4_000, 100, Some(12_000), Some(12_500));
        assert_eq!((early.used, early.days_left), (Millilitres::litres(4_100), 20));
        assert_eq!((early.expected, early.is_met()), (Some(Millilitres::litres(12_000)), Some(true)));
        assert_eq!((early.a_day(), early.share()), (Some(Millilitres::litres(420)), Some(328)));
        let thirsty = on(11, 4_000, 900, Some(12_500), Some(12_000));
        assert_eq!((thirsty.expected, thirsty.is_met()), (Some(Millilitres::litres(12_500)), Some(false)));
        assert!(!thirsty.is_exceeded(), "it is expected to be, and is not yet");
        assert_eq!(on(30, 9_000, 0, Some(9_400), None).days_left, 1, "the last day");
    }

    #[test]
    fn a_goal_that_is_passed_is_not_met_whatever_follows_and_none_says_nothing() {
        let over = on(20, 13_000, 0, None, Some(12_000));
        assert_eq!((over.is_met(), over.a_day(), over.share()), (Some(false), None, Some(1_083)));
        assert!(over.is_exceeded());
        let none = on(20, 13_000, 0, None, None);
        assert_eq!((none.is_met(), none.a_day(), none.share(), none.expected), (None, None, None, None));
        assert_eq!(on(20, 100, 0, None, Some(12_000)).is_met(), None, "no forecast yet");
    }

    proptest! {
        #[test]
        fn a_month_never_comes_to_less_than_what_it_has_used(
            day in 1_i8..=30, before in 0_i64..90_000, of_today in 0_i64..9_000, expected in 0_i64..99_000,
        ) {
            let course = on(day, before, of_today, Some(expected), None);
            prop_assert!(course.expected.is_some_and(|expected| expected >= course.used));
        }
    }
}
