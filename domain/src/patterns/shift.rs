//! Days from which on more or less is used than before: somebody moved in, a machine came, a shower became a habit.
//!
//! Each day is asked whether the four weeks from it on differ from the four before: by what is usual of both, and by the rank sum, in which
//! a party counts no more than any other busy day. A side has two weeks at least, so that weekends weigh the same on both.

use super::stats::{RankSum, middle};
use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Measured days that a side has at least.
pub const SIDE: usize = 14;

/// Measured days that a side has at most: four weeks.
const SIDE_MOST: usize = 28;

/// What is usual has changed by a fifth at least.
const FIFTH: i64 = 5;

/// How sure it is, see [`RankSum::squared_score`]. Of 400 invented households in which nothing changed it finds a change in none.
const SURE: i64 = 10_000;

/// From one day on it is more, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The first day of what is new.
    pub since: LocalDay,
    /// What was usual a day before it.
    pub before: Millilitres,
    /// What is usual from it on.
    pub after: Millilitres,
    /// The first of the measured days before, of which `before` is.
    pub from: LocalDay,
    /// The last of the measured days from it on, of which `after` is.
    pub until: LocalDay,
    /// How many measured days there are before and after.
    pub days: (u8, u8),
}

impl Shift {
    /// By how much it is more a day; below zero it is less.
    pub fn change(&self) -> Millilitres {
        self.after - self.before
    }
}

/// What changed in a course of measured days, the oldest first. `least`: a smaller change than this is not worth a word, mL a day.
pub fn shifts(course: &[(LocalDay, i64)], least: i64) -> Vec<Shift> {
    let mut candidates: Vec<(i64, usize, Shift)> = (SIDE..(course.len() + 1).saturating_sub(SIDE))
        .filter_map(|place| judge(course, place, least).map(|(score, shift)| (score, place, shift)))
        .collect();
    // The clearest first; what is less than two weeks beside it is the same change, seen from a worse place.
    candidates.sort_by_key(|(score, place, _)| (std::cmp::Reverse(*score), *place));
    let mut found: Vec<(usize, Shift)> = Vec::new();
    for (_, place, shift) in candidates {
        if found.iter().all(|(other, _)| place.abs_diff(*other) >= SIDE) {
            found.push((place, shift));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, shift)| shift).collect()
}

/// Whether it is different from the day at a place on, and how clearly.
fn judge(course: &[(LocalDay, i64)], place: usize, least: i64) -> Option<(i64, Shift)> {
    let before = &course[place.saturating_sub(SIDE_MOST)..place];
    let after = &course[place..(place + SIDE_MOST).min(course.len())];
    let volumes = |days: &[(LocalDay, i64)]| days.iter().map(|(_, volume)| *volume).collect::<Vec<_>>();
    let (old, new) = (volumes(before), volumes(after));
    let (was, is) = (middle(&old)?, middle(&new)?);
    let change = is - was;
    if change.abs() < least.max(1) || change.abs() * FIFTH < was {
        return None;
    }
    let ranks = RankSum::of(&old, &new);
    let score = ranks.squared_score();
    if score < SURE || ranks.is_rise() != (change > 0) {
        return None;
    }
    let days = (before.len() as u8, after.len() as u8);
    let (from, since, until) = (before.first()?.0, after.first()?.0, after.last()?.0);
    Some((score, Shift { since, before: Millilitres(was), after: Millilitres(is), from, until, days }))
}
