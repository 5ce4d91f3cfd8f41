//! How far a meter's clock is off, by how its stamps compare with the instants at which they are received.
//!
//! A reading cannot be received before it was read, so one that seems to be is of a clock that is ahead. Readings that come late are no sign of
//! a clock that is behind, as long as some do not: so the smallest delay counts, over three hours of receiving at the least.

use crate::UtcMillis;
use crate::core::local_time::{HOUR_MS, MINUTE_MS};
use crate::leaks::packed::packed;
use crate::metering::reading::CLOCK_TOLERANCE_MS;

/// Hours that are kept.
const HOURS: usize = 3;

/// What is kept of a meter's stamps: the latest hours in which something was received, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamps {
    /// Hours since 1970; zero where there is none yet.
    hours: [u32; HOURS],
    /// The smallest delay of each hour, milliseconds; negative for a reading that was stamped later than it was received.
    least: [i64; HOURS],
}
packed!(Stamps { hours, least });

impl Stamps {
    /// Takes up a reading.
    pub(super) fn absorb(&mut self, t: UtcMillis, received: UtcMillis) {
        let Ok(hour) = u32::try_from(received.0.div_euclid(HOUR_MS)) else { return };
        let delay = received.since(t);
        if let Some(place) = self.hours.iter().position(|known| *known == hour) {
            self.least[place] = self.least[place].min(delay);
            return;
        }
        let Some(place) = self.hours.iter().position(|known| *known < hour) else { return };
        self.hours.copy_within(place..HOURS - 1, place + 1);
        self.least.copy_within(place..HOURS - 1, place + 1);
        (self.hours[place], self.least[place]) = (hour, delay);
    }

    /// The end of the latest hour in which something was received; none before the first.
    pub(super) fn received_until(&self) -> Option<UtcMillis> {
        (self.hours[0] > 0).then(|| UtcMillis((i64::from(self.hours[0]) + 1) * HOUR_MS))
    }

    /// Milliseconds by which the clock is ahead, in whole minutes; negative where it is behind; zero where it is right or nothing is known.
    pub(super) fn skew_ms(&self) -> i64 {
        let whole_minutes = |ms: i64| ms / MINUTE_MS * MINUTE_MS;
        if self.hours[0] > 0 && self.least[0] < -CLOCK_TOLERANCE_MS {
            return whole_minutes(self.least[0].saturating_neg());
        }
        let is_known = self.hours.iter().all(|hour| *hour > 0);
        let smallest = self.least.iter().copied().min().unwrap_or(0);
        if is_known && smallest > CLOCK_TOLERANCE_MS { -whole_minutes(smallest) } else { 0 }
    }
}
