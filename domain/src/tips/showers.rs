//! What came of an advice about showers, by each shower: what one uses, and not how often somebody takes one.
//!
//! How many showers a household takes differs from month to month by more than what is to be measured, and no advice changes it. So what one shower
//! uses is compared, and what is saved a day is that difference for as many showers as were taken on a day before. The margin is that of a mean by
//! showers of which those of a day belong together: two standard errors of the days' sums beside what as many usual showers use.

use super::Tip;
use super::applied::{Measured, NEEDED_DAYS, stretch};
use crate::patterns::Use;
use crate::{LocalDay, Millilitres};
use std::ops::RangeInclusive;

/// Days of a stretch at most: who lives alone may shower every other day.
pub const SHOWER_DAYS: i32 = 42;

/// Showers that a stretch needs, as for evidence of longer ones.
const NEEDED_SHOWERS: i64 = 8;

/// The advice after which a shower is one draw still, only shorter or with less flow. Who turns the water off in between takes two for one.
const IN_ONE_DRAW: [&str; 3] = ["shower-shorter", "shower-timer", "shower-head"];

/// Whether what came of an advice may be measured by each shower.
pub fn is_by_shower(tip: &Tip) -> bool {
    IN_ONE_DRAW.contains(&tip.name)
}

/// What an advice did that was applied on a day, by each shower; `None` while too few days or showers are known. `showers_of` says what showers a
/// day had, if its readings were fine enough. One that is shortened to less than 20 L is called a tap and is missing since: less is said to be saved
/// then, and not more.
pub fn shower_effect(applied: LocalDay, today: LocalDay, showers_of: impl Fn(LocalDay) -> Option<Use>) -> Option<Measured> {
    let window = stretch(applied, today, SHOWER_DAYS)?;
    let of = |days: RangeInclusive<i32>| -> Vec<Use> { days.filter_map(|by| showers_of(applied.plus(by))).collect() };
    let (before, after) = (Showers::of(&of(-window..=-1))?, Showers::of(&of(1..=window))?);
    // As many as before, each as it is since.
    let as_many = i128::from(before.count) * i128::from(after.volume) / (i128::from(after.count) * i128::from(before.days));
    let error = before.squared_error.saturating_add(after.as_often_as(&before));
    Some(Measured {
        window: window as u8,
        days: (before.days as u8, after.days as u8),
        before: Millilitres(before.volume / before.days),
        after: Millilitres(i64::try_from(as_many).unwrap_or(i64::MAX)),
        margin: Millilitres(i64::try_from(error.isqrt().saturating_mul(2)).unwrap_or(i64::MAX)),
    })
}

/// The showers of a stretch, and the square of the standard error of what they use a day, by what one uses.
struct Showers {
    days: i64,
    count: i64,
    volume: i64,
    squared_error: u128,
}

impl Showers {
    /// Of some days; `None` where they or their showers are too few.
    fn of(days: &[Use]) -> Option<Self> {
        let count: i64 = days.iter().map(|day| i64::from(day.count)).sum();
        if days.len() < usize::from(NEEDED_DAYS) || count < NEEDED_SHOWERS {
            return None;
        }
        let volume: i64 = days.iter().map(|day| day.volume.0).sum();
        let each = volume / count;
        let squares = days.iter().fold(0_u128, |sum, day| {
            let beside = u128::from(day.volume.0.abs_diff(each.saturating_mul(i64::from(day.count))));
            sum.saturating_add(beside.saturating_mul(beside))
        });
        let length = days.len() as u128;
        Some(Self { days: days.len() as i64, count, volume, squared_error: squares / (length - 1) / length })
    }

    /// The square of the standard error, had there been showers as often as in another stretch.
    fn as_often_as(&self, other: &Self) -> u128 {
        let (more, less) = (i128::from(other.count * self.days), i128::from(self.count * other.days));
        let square = |of: i128| of.unsigned_abs().saturating_mul(of.unsigned_abs());
        self.squared_error.saturating_mul(square(more)) / square(less).max(1)
    }
}

#[cfg(test)]
#[path = "showers_tests.rs"]
mod tests;
