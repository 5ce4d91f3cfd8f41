//! The days that are kept of a connection, and what is measured of them.

use super::draws::{DayDraws, Found};
use super::profile::Profile;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::metering::reading::DayUse;
use crate::metering::reading::rollup::HourUse;
use crate::{LocalDay, Millilitres};
use std::collections::BTreeMap;

/// Days that are kept, with the newest: twelve weeks.
pub const KEPT_DAYS: i32 = 84;

/// How much of a day or an hour must be measured for it to say anything: nine tenths, as for the usage baseline.
const MEASURED: (i64, i64) = (9, 10);

const fn is_covered(covered_ms: i64, whole_ms: i64) -> bool {
    covered_ms * MEASURED.1 >= whole_ms * MEASURED.0
}

/// Whether so much of a day was measured that its sum says something.
pub const fn is_whole(used: &DayUse) -> bool {
    is_covered(used.covered_ms, DAY_MS)
}

/// Whether so much of an hour was.
pub(super) const fn is_measured(hour: &HourUse) -> bool {
    is_covered(hour.covered_ms, HOUR_MS)
}

/// The hours of the day in which most people bathe, who bathe twice a day: 05.00 to 09.00 and 16.00 to 20.00.
const BATH_HOURS: [usize; 8] = [5, 6, 7, 8, 16, 17, 18, 19];

/// The other hours by day: 09.00 to 16.00 and 20.00 to 23.00.
const OTHER_HOURS: [usize; 10] = [9, 10, 11, 12, 13, 14, 15, 20, 21, 22];

/// The hours in which a household sleeps: 00.00 to 05.00.
const NIGHT_HOURS: [usize; 5] = [0, 1, 2, 3, 4];

/// What is known of how a connection uses water.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    days: BTreeMap<LocalDay, DayUse>,
    draws: BTreeMap<LocalDay, DayDraws>,
    profile: Profile,
    newest: Option<LocalDay>,
}

impl Patterns {
    /// Of days in any order.
    pub fn of(days: impl IntoIterator<Item = (LocalDay, DayUse)>) -> Self {
        let mut patterns = Self::default();
        for (day, used) in days {
            patterns.put(day, used);
        }
        patterns
    }

    /// Takes a day, in the place of what was known of it. Whole days only: of one that is not over too little was used. Days from before the
    /// last [`KEPT_DAYS`] are let go.
    pub fn put(&mut self, day: LocalDay, used: DayUse) {
        if !self.keeps(day) {
            return;
        }
        if let Some(before) = self.days.remove(&day) {
            self.profile.take(day, &before);
        }
        if !used.is_zero() {
            self.profile.add(day, &used);
            self.days.insert(day, used);
        }
    }

    /// Takes what is known of a day's draws, in the place of what was known of them. It keeps the same days as [`Self::put`].
    pub fn put_draws(&mut self, day: LocalDay, draws: DayDraws) {
        if self.keeps(day) {
            self.draws.insert(day, draws);
        }
    }

    /// Lets go what is too old beside a day; whether that day itself is kept.
    fn keeps(&mut self, day: LocalDay) -> bool {
        let newest = self.newest.map_or(day, |newest| newest.max(day));
        self.newest = Some(newest);
        let first = newest.plus(1 - KEPT_DAYS);
        let kept = self.days.split_off(&first);
        for (old, used) in std::mem::replace(&mut self.days, kept) {
            self.profile.take(old, &used);
        }
        self.draws = self.draws.split_off(&first);
        day >= first
    }

    /// What is known of the draws of each day, the oldest first.
    pub(super) fn draws(&self) -> &BTreeMap<LocalDay, DayDraws> {
        &self.draws
    }

    /// The days whose readings were fine enough, the oldest first.
    pub(super) fn fine_days(&self) -> Vec<(LocalDay, &Found)> {
        self.draws.iter().filter_map(|(day, draws)| Some((*day, draws.fine()?))).collect()
    }

    /// What is used by weekday and hour.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The days whose sum is measured, the oldest first.
    pub(super) fn whole_days(&self) -> Vec<Whole<'_>> {
        let whole = self.days.iter().filter(|(_, used)| is_whole(used));
        whole.map(|(day, used)| Whole { day: *day, used }).collect()
    }

    /// The days whose hours are measured as well.
    pub(super) fn by_hours(&self) -> Vec<Whole<'_>> {
        self.whole_days().into_iter().filter(|day| day.has_hours()).collect()
    }
}

/// A day of which enough was measured.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    /// Which.
    pub day: LocalDay,
    used: &'a DayUse,
}

impl Whole<'_> {
    fn has_hours(&self) -> bool {
        is_covered(self.used.hours.iter().map(|hour| hour.covered_ms).sum(), DAY_MS)
    }

    fn of_hours(&self, hours: &[usize]) -> i64 {
        hours.iter().filter_map(|hour| self.used.hours.get(*hour)).map(|hour| hour.volume.0).sum()
    }

    /// All of it, mL.
    pub fn volume(&self) -> i64 {
        self.used.volume.0
    }

    /// An hour, mL.
    pub fn hour(&self, hour: usize) -> i64 {
        self.of_hours(&[hour])
    }

    /// What flows at the least in each measured hour: of a house in which something runs, what runs. mL/h.
    pub fn floor(&self) -> i64 {
        self.used.hours.iter().filter(|hour| is_measured(hour)).map(|hour| hour.volume.0).min().unwrap_or(0).max(0)
    }

    fn above_floor(&self, hours: &[usize]) -> i64 {
        (self.of_hours(hours) - hours.len() as i64 * self.floor()).max(0)
    }

    /// What was used at night beside what runs all day, mL.
    pub fn night(&self) -> i64 {
        self.above_floor(&NIGHT_HOURS)
    }

    /// What was used in the hours of bathing beside what runs all day, mL.
    pub fn baths(&self) -> i64 {
        self.above_floor(&BATH_HOURS)
    }

    /// What was used in the other hours by day, beside what runs all day, mL.
    pub fn others(&self) -> i64 {
        self.above_floor(&OTHER_HOURS)
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(&self) -> bool {
        self.day.weekday() >= 5
    }
}

/// The last of some days, so many at most.
pub(super) fn last<T>(days: &[T], count: usize) -> &[T] {
    &days[days.len().saturating_sub(count)..]
}

/// A volume of each of some days.
pub(super) fn each<'d>(days: &[Whole<'d>], volume: impl Fn(&Whole<'d>) -> i64) -> Vec<i64> {
    days.iter().map(volume).collect()
}

/// As a volume.
pub(super) const fn ml(volume: i64) -> Millilitres {
    Millilitres(volume)
}
