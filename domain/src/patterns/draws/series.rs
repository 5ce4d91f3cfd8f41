//! A day's readings as minutes, and whether they are fine enough.

use super::Coarse;
use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::{LocalDay, Millilitres, TimeZone, UtcMillis};

/// Minutes of a day.
pub(super) const DAY_MINUTES: usize = 1_440;

/// Minutes before and behind the day that are looked at with it: a washing machine's cycle is not cut at midnight.
pub(super) const AROUND: usize = 180;

const MINUTES: usize = DAY_MINUTES + 2 * AROUND;

/// From one reading to the next at most: a minute, and what clocks and networks add to it. ms.
pub const FINE_MS: i64 = 75_000;

/// A longer stretch says nothing of when its water flowed.
const GAP_MS: i64 = 6 * HOUR_MS;

/// A register that steps further shows no flow: with steps of half a litre a shower looks like taps. mL.
const STEP: i64 = 100;

/// The water of a local day and of three hours around it, by the minute.
#[derive(Clone, Debug)]
pub struct Series {
    from: UtcMillis,
    minutes: Vec<i64>,
    fine_ms: i64,
    step: i64,
    is_begun: bool,
}

impl Series {
    /// Of a day, with nothing in it yet.
    pub fn new(time_zone: TimeZone, day: LocalDay) -> Self {
        let from = time_zone.start_of(day).plus(-(AROUND as i64) * MINUTE_MS);
        Self { from, minutes: vec![0; MINUTES], fine_ms: 0, step: 0, is_begun: false }
    }

    /// The first instant, and the first behind it: what flowed between them belongs into it.
    pub fn span(&self) -> (UtcMillis, UtcMillis) {
        (self.from, self.from.plus(MINUTES as i64 * MINUTE_MS))
    }

    /// Adds what flowed from one reading to the next, evenly and to the millilitre; in order of time. What is outside of the span is left out,
    /// and so is what cannot be: no time, or a volume below zero. The first two readings that are a minute apart set where minutes begin, so
    /// that those of a meter that reports by the minute are whole.
    pub fn add(&mut self, (from, to): (UtcMillis, UtcMillis), volume: Millilitres) {
        let length = to.since(from);
        if length <= 0 || volume < Millilitres::ZERO {
            return;
        }
        if length <= FINE_MS {
            if !self.is_begun {
                self.from = self.from.plus(to.since(self.from).rem_euclid(MINUTE_MS));
                self.is_begun = true;
            }
            let begin = self.from.plus(AROUND as i64 * MINUTE_MS);
            let end = begin.plus(DAY_MS);
            self.fine_ms += to.min(end).since(from.max(begin)).max(0);
            self.step = gcd(self.step, volume.0);
        }
        if volume == Millilitres::ZERO || length > GAP_MS {
            return;
        }
        let (begin, end) = (from.since(self.from), to.since(self.from));
        let before = |instant: i64| volume.0 * (instant.clamp(begin, end) - begin) / length;
        let last = (end - 1).div_euclid(MINUTE_MS).min(MINUTES as i64 - 1);
        for minute in begin.div_euclid(MINUTE_MS).max(0)..=last {
            let share = before((minute + 1) * MINUTE_MS) - before(minute * MINUTE_MS);
            if let Some(sum) = self.minutes.get_mut(minute as usize) {
                *sum += share;
            }
        }
    }

    /// Why nothing can be said, if that is so.
    pub(super) const fn coarse(&self) -> Option<Coarse> {
        if self.fine_ms * 2 < DAY_MS {
            Some(Coarse::Interval)
        } else if self.fine_ms * 10 < DAY_MS * 9 {
            Some(Coarse::Gaps)
        } else if self.step > STEP {
            Some(Coarse::Step)
        } else {
            None
        }
    }

    pub(super) fn minutes(&self) -> &[i64] {
        &self.minutes
    }
}

const fn gcd(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
