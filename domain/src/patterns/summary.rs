//! What is said of a connection's use: a usual day, the night, the hours with most, weekdays beside weekends, and what changed.

use super::fixtures::Fixtures;
use super::kept::{Patterns, Whole, each, last, ml};
use super::shift::{Shift, shifts};
use super::stats::{median, middle};
use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Measured days that make a usual one: four of each weekday.
pub(super) const USUAL_DAYS: usize = 28;

/// Fewer measured days say nothing of what is usual: two weekends are among them.
pub(super) const FEWEST: usize = 14;

/// A change of a day by less is not worth a word. mL.
pub(super) const LEAST_SHIFT: i64 = 40_000;

/// Hours that are named.
const PEAKS: usize = 3;

/// An hour with much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    /// The local hour that begins then, 0 to 23.
    pub hour: u8,
    /// What is used in it on a day.
    pub volume: Millilitres,
    /// How much of the day that is, per mille.
    pub share: u16,
}

/// Nights, from 00.00 to 05.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// What is used in one, all of it.
    pub volume: Millilitres,
    /// What flows at the least in any hour of a day, an hour.
    pub floor: Millilitres,
    /// Of how many.
    pub nights: u8,
}

/// Weekdays beside Saturdays and Sundays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekSplit {
    /// A usual weekday.
    pub weekday: Millilitres,
    /// A usual day of a weekend.
    pub weekend: Millilitres,
}

/// What is known of a connection's use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Measured days in the last twelve weeks.
    pub days: u8,
    /// The first of them.
    pub from: Option<LocalDay>,
    /// The last of them.
    pub until: Option<LocalDay>,
    /// A usual day of the last four weeks; `None` before two weeks were measured, as is all that follows.
    pub usual: Option<Millilitres>,
    /// The same by person; `None` also where nobody said how many there are.
    pub per_person: Option<Millilitres>,
    /// The nights of the last two weeks.
    pub night: Option<Night>,
    /// The hours with most, the highest first.
    pub peaks: Vec<Peak>,
    /// Weekdays beside weekends, over six weeks.
    pub split: Option<WeekSplit>,
    /// What changed of the whole day, the oldest first.
    pub shifts: Vec<Shift>,
    /// What the water was drawn for; `None` where nobody has looked yet.
    #[serde(default)]
    pub fixtures: Option<Fixtures>,
}

impl Patterns {
    /// What is known. `persons`: how many live there, where somebody said so.
    pub fn summary(&self, persons: Option<u8>) -> Summary {
        let (whole, by_hours) = (self.whole_days(), self.by_hours());
        let usual = usual_day(&whole);
        Summary {
            days: u8::try_from(whole.len()).unwrap_or(u8::MAX),
            from: whole.first().map(|day| day.day),
            until: whole.last().map(|day| day.day),
            usual,
            per_person: usual.zip(persons.filter(|persons| *persons > 0)).map(|(usual, of)| ml(usual.0 / i64::from(of))),
            night: night(last(&by_hours, FEWEST)),
            peaks: if usual.is_some() { self.peaks() } else { Vec::new() },
            split: split(&whole),
            shifts: shifts(&course(&whole, Whole::volume), LEAST_SHIFT),
            fixtures: self.fixtures(),
        }
    }

    /// The hours with most, the highest first; of two alike the earlier.
    pub(super) fn peaks(&self) -> Vec<Peak> {
        let means: Vec<i64> = (0..24).map(|hour| self.profile().hour(hour).mean().map_or(0, |mean| mean.0.max(0))).collect();
        let day: i64 = means.iter().sum();
        let share = |volume: i64| u16::try_from(volume * 1_000 / day.max(1)).unwrap_or(u16::MAX);
        let mut all: Vec<Peak> = (0_u8..)
            .zip(&means)
            .filter(|(_, volume)| **volume > 0)
            .map(|(hour, volume)| Peak { hour, volume: ml(*volume), share: share(*volume) })
            .collect();
        all.sort_by_key(|peak| (std::cmp::Reverse(peak.volume), peak.hour));
        all.truncate(PEAKS);
        all
    }
}

/// A course of measured days, for [`shifts`].
pub(super) fn course<'d>(days: &[Whole<'d>], volume: impl Fn(&Whole<'d>) -> i64) -> Vec<(LocalDay, i64)> {
    days.iter().map(|day| (day.day, volume(day))).collect()
}

/// A usual day of the last four weeks.
pub(super) fn usual_day(whole: &[Whole<'_>]) -> Option<Millilitres> {
    let days = last(whole, USUAL_DAYS);
    (days.len() >= FEWEST).then(|| middle(&each(days, Whole::volume)).map(ml)).flatten()
}

fn night(days: &[Whole<'_>]) -> Option<Night> {
    if days.len() < FEWEST {
        return None;
    }
    let all = |day: &Whole<'_>| day.night() + 5 * day.floor();
    let volume = median(&mut each(days, all))?;
    let floor = median(&mut each(days, Whole::floor))?;
    Some(Night { volume: ml(volume), floor: ml(floor), nights: u8::try_from(days.len()).unwrap_or(u8::MAX) })
}

/// Weekdays and weekends of the last six weeks, if enough of both were measured.
pub(super) fn split(whole: &[Whole<'_>]) -> Option<WeekSplit> {
    let (weekend, weekdays): (Vec<Whole<'_>>, Vec<Whole<'_>>) = last(whole, 42).iter().copied().partition(|day| day.is_weekend());
    if weekend.len() < 6 || weekdays.len() < 15 {
        return None;
    }
    let usual = |days: &[Whole<'_>]| middle(&each(days, Whole::volume)).map(ml);
    Some(WeekSplit { weekday: usual(&weekdays)?, weekend: usual(&weekend)? })
}
