//! From the days of a rule to the days on which work is done: Sundays and holidays are worked on, left out, or moved off.

use crate::LocalDay;
use crate::core::words::words;
use crate::maintenance::schedule::holidays::OffDays;
use serde::{Deserialize, Serialize};

words! {
    /// What becomes of work that falls on a Sunday or a holiday.
    OnOffDay {
        /// It stays where it is.
        Keep = "keep",
        /// It is left out.
        Skip = "skip",
        /// It is done on the next working day.
        Next = "next",
        /// It is done on the last working day before.
        Previous = "previous",
    }
}

/// Days that work is moved by at most. Nowhere are so many days off in a row; where somebody has set them, the work is left out.
pub const FURTHEST_SHIFT: i32 = 31;

/// A day on which work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DueDay {
    /// The rule's own day, by which the work is known: it stays the same when holidays change.
    pub rule_day: LocalDay,
    /// When it is done; none where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<LocalDay>,
}

/// When work is done whose rule says a day; none where it is left out.
pub fn shift(day: LocalDay, on_off_day: OnOffDay, off: &OffDays) -> Option<LocalDay> {
    if !off.is_off(day) {
        return Some(day);
    }
    let nearest = |by: i32| (1..=FURTHEST_SHIFT).map(|days| day.plus(by * days)).find(|day| !off.is_off(*day));
    match on_off_day {
        OnOffDay::Keep => Some(day),
        OnOffDay::Skip => None,
        OnOffDay::Next => nearest(1),
        OnOffDay::Previous => nearest(-1),
    }
}

/// The days of a rule with when their work is done, in their order. Of two that come to the same day only the first is done: nobody services a
/// meter twice on a Monday because its Sunday was moved there.
pub fn dues(rule_days: &[LocalDay], on_off_day: OnOffDay, off: &OffDays) -> Vec<DueDay> {
    let mut dues: Vec<DueDay> = Vec::with_capacity(rule_days.len());
    for &rule_day in rule_days {
        let day = shift(rule_day, on_off_day, off);
        let is_taken = day.is_some() && dues.iter().rev().take(2 * FURTHEST_SHIFT as usize + 1).any(|due| due.day == day);
        dues.push(DueDay { rule_day, day: day.filter(|_| !is_taken) });
    }
    dues
}
