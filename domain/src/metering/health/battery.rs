//! A battery by the lowest level of each week: how fast it falls, and when it will be empty by that.

use crate::UtcMillis;
use crate::core::local_time::DAY_MS;
use crate::leaks::packed::packed;

/// Weeks that are kept: half a year, in which a battery of ten years falls by five points.
const WEEKS: usize = 27;

/// No level is known of a week.
const NONE: u8 = u8::MAX;

const WEEK_MS: i64 = 7 * DAY_MS;

/// A level that is higher by so many points than the week before is that of another battery.
const ANOTHER: u8 = 15;

/// Over fewer weeks than this no fall is measured: levels follow the temperature.
const LEAST_WEEKS: usize = 2;

/// A fall by fewer points than this is the coarseness of the level.
const LEAST_FALL: u8 = 3;

/// What is kept of a battery. It follows from the set of levels, whatever their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Battery {
    /// The newest week with a level, counted from 1970; zero before the first.
    week: u16,
    /// The lowest level of that week and of those before it.
    lowest: [u8; WEEKS],
    /// When the newest level was read.
    at: i64,
    /// The newest level, per cent.
    level: u8,
}
packed!(Battery { week, lowest, at, level });

impl Default for Battery {
    fn default() -> Self {
        Self { week: 0, lowest: [NONE; WEEKS], at: 0, level: NONE }
    }
}

impl Battery {
    /// Takes up a level in per cent. What is no percentage is passed over, and what is older than the weeks that are kept.
    pub(super) fn absorb(&mut self, t: UtcMillis, level: i16) {
        let Some(level) = u8::try_from(level).ok().filter(|level| *level <= 100) else { return };
        let Ok(week) = u16::try_from(t.0.div_euclid(WEEK_MS)) else { return };
        if week > self.week {
            let by = usize::from(week - self.week).min(WEEKS);
            self.lowest.copy_within(..WEEKS - by, by);
            self.lowest[..by].fill(NONE);
            self.week = week;
        }
        if let Some(lowest) = self.lowest.get_mut(usize::from(self.week - week)) {
            *lowest = level.min(*lowest);
        }
        if t.0 > self.at || t.0 == self.at && level < self.level {
            (self.at, self.level) = (t.0, level);
        }
    }

    /// The newest level, per cent.
    pub(super) fn level(&self) -> Option<u8> {
        Some(self.level).filter(|level| *level != NONE)
    }

    /// When it will be empty if it goes on to fall as fast as it fell over any two weeks or more up to now; none where no fall is measured.
    pub(super) fn empty_at(&self) -> Option<UtcMillis> {
        let known = || self.lowest.iter().copied().enumerate().filter(|(_, level)| *level != NONE);
        let (newest, now) = known().next()?;
        // Another battery since: nothing is known of how it falls.
        if self.level >= now.saturating_add(ANOTHER) {
            return None;
        }
        let (mut later, mut soonest) = (now, None::<i64>);
        for (place, level) in known().skip(1) {
            if later >= level.saturating_add(ANOTHER) {
                break;
            }
            later = level;
            let (weeks, fall) = (place - newest, level.saturating_sub(now));
            if weeks >= LEAST_WEEKS && fall >= LEAST_FALL {
                let left = i64::from(now) * weeks as i64 * WEEK_MS / i64::from(fall);
                soonest = Some(soonest.map_or(left, |soonest| soonest.min(left)));
            }
        }
        let begun = (i64::from(self.week) - newest as i64) * WEEK_MS;
        soonest.map(|left| UtcMillis(begun + left))
    }
}
