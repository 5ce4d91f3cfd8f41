//! What came of an advice: the days before it was applied beside as many after it.
//!
//! Both stretches are whole weeks and equally long, the day itself is in neither, and only measured days count. A household's days differ by
//! themselves: the margin says by how much the difference of two such means does. Weather, guests and other advice are not taken out.

use crate::billing::charging::Charged;
use crate::billing::tariff::{DayVolume, TariffVersion, month_charge};
use crate::patterns::Found;
use crate::tips::Category;
use crate::{LocalDay, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Days of a stretch at most.
pub const WINDOW_DAYS: i32 = 28;

/// Measured days that a stretch needs.
pub const NEEDED_DAYS: u8 = 14;

/// How sure a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// Less is used, and by more than the days differ by themselves.
    Saved,
    /// The days differ as much by themselves.
    Unclear,
    /// More is used, and by more than that.
    More,
}

/// A difference that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The length of a stretch, days.
    pub window: u8,
    /// Measured days before and after.
    pub days: (u8, u8),
    /// The mean of a day before.
    pub before: Millilitres,
    /// The mean of a day after.
    pub after: Millilitres,
    /// By how much what is saved a day may be off: two standard errors, which hold in about 95 of 100 cases.
    pub margin: Millilitres,
}

impl Measured {
    /// What is saved a day; below zero more is used.
    pub fn saved(&self) -> Millilitres {
        self.before - self.after
    }

    /// How sure that is.
    pub fn sureness(&self) -> Sureness {
        let saved = self.saved().0;
        if saved > self.margin.0 {
            Sureness::Saved
        } else if -saved > self.margin.0 {
            Sureness::More
        } else {
            Sureness::Unclear
        }
    }
}

/// What is known of what an advice did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// Fewer than two whole weeks have passed.
    Early {
        /// The day from which on it may be known.
        from: LocalDay,
    },
    /// Too few days were measured.
    TooFew {
        /// Before it.
        before: u8,
        /// After it.
        after: u8,
    },
    /// It was measured.
    Measured(Measured),
}

/// By which water what came of an advice was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredBy {
    /// By all that was used.
    #[default]
    Day,
    /// By the water alone that the advice is about ([`own_volume`]).
    Own,
    /// By what each shower uses ([`super::shower_effect`]).
    Showers,
}

/// So many fills of one volume in a night are a cistern's that does not close; fewer are somebody's.
const FILLS: u16 = 5;

/// What a day's draws have of the water that an advice is about, where that is known well enough to be measured alone: what runs away, and what
/// a hose gives. `None` of all other advice. What all showers use would not do: it differs by how often somebody takes one, and shorter ones are taken
/// for taps.
pub fn own_volume(category: Category, found: &Found) -> Option<Millilitres> {
    let fills = if found.night_fills.count >= FILLS { found.night_fills.volume } else { Millilitres::ZERO };
    match category {
        // Fills are counted at night, in five hours of 24.
        Category::Leak => Some(Millilitres(found.base.0 + fills.0 * 24 / 5)),
        Category::Garden => Some(found.garden.volume),
        Category::Shower
        | Category::Toilet
        | Category::Tap
        | Category::Laundry
        | Category::Storage
        | Category::Cleaning
        | Category::Habit => None,
    }
}

/// The length of a stretch, days: all whole weeks that have passed since a day, so many days at most; `None` while that is less than two weeks.
pub(super) fn stretch(applied: LocalDay, today: LocalDay, most: i32) -> Option<i32> {
    let passed = today.0.saturating_sub(1).saturating_sub(applied.0);
    (passed >= i32::from(NEEDED_DAYS)).then(|| passed.min(most) / 7 * 7)
}

/// What an advice did that was applied on a day. `volume_of` says what a day used, if enough of it was measured.
pub fn effect(applied: LocalDay, today: LocalDay, volume_of: impl Fn(LocalDay) -> Option<Millilitres>) -> Effect {
    let Some(window) = stretch(applied, today, WINDOW_DAYS) else {
        return Effect::Early { from: applied.plus(i32::from(NEEDED_DAYS) + 1) };
    };
    let of = |days: RangeInclusive<i32>| -> Vec<i64> {
        days.filter_map(|by| volume_of(applied.plus(by))).map(|volume| volume.0).collect()
    };
    let (before, after) = (of(-window..=-1), of(1..=window));
    let days = (before.len() as u8, after.len() as u8);
    if days.0 < NEEDED_DAYS || days.1 < NEEDED_DAYS {
        return Effect::TooFew { before: days.0, after: days.1 };
    }
    let (old, new) = (Sample::of(&before), Sample::of(&after));
    let margin = 2 * (old.squared_error + new.squared_error).isqrt();
    Effect::Measured(Measured {
        window: window as u8,
        days,
        before: Millilitres(old.mean),
        after: Millilitres(new.mean),
        margin: Millilitres(i64::try_from(margin).unwrap_or(i64::MAX)),
    })
}

/// Days of a stretch: their mean, and the square of its standard error.
struct Sample {
    mean: i64,
    squared_error: u128,
}

impl Sample {
    /// Of two values and more.
    fn of(values: &[i64]) -> Self {
        let count = values.len().max(2) as i64;
        let mean = values.iter().sum::<i64>() / count;
        let squares: u128 = values.iter().map(|value| u128::from(value.abs_diff(mean)).pow(2)).sum();
        Self { mean, squared_error: squares / (count as u128 - 1) / count as u128 }
    }
}

/// What `saved` a day was worth on the days from one on, by the prices of each: what their months would have cost more. `days` are in order,
/// from the first of a month.
pub fn worth(versions: &[TariffVersion], days: &[DayVolume], from: LocalDay, saved: Millilitres) -> Rupiah {
    let total = |days: &[DayVolume]| Charged::from(&month_charge(versions, days)).total().0;
    let of_month = |month: &[DayVolume]| {
        let without: Vec<DayVolume> = month
            .iter()
            .map(|day| {
                let more = if day.day >= from { saved } else { Millilitres::ZERO };
                DayVolume { day: day.day, volume: (day.volume + more).max(Millilitres::ZERO) }
            })
            .collect();
        total(&without) - total(month)
    };
    Rupiah(days.chunk_by(|a, b| a.day.month() == b.day.month()).map(of_month).sum())
}

#[cfg(test)]
#[path = "applied_tests.rs"]
mod tests;
