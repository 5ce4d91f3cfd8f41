//! The signature of a toilet whose flapper leaks: the cistern empties slowly and is refilled, by the same volume every so often.

use super::packed::packed;

/// The volumes of a refill: more than a mouthful, less than a large cistern (13 L, before 1990). mL.
const VOLUME: std::ops::RangeInclusive<u16> = 300..=13_000;

/// The longest that a refill takes, seconds.
const REFILL_S: u32 = 300;

/// The longest between two refills, seconds: beyond, people flush as often.
const APART_S: u16 = 5_400;

/// So many alike, over so many seconds: no person uses water as evenly.
const ALIKE: (u8, u32) = (10, 5_400);

/// Refills of a meter of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Refills {
    /// When the use that goes on began, in seconds since 1970; zero if none does.
    begun: u32,
    /// When the last refill began.
    last: u32,
    /// What it took so far, mL; at most 65 L, which is no refill any more.
    volume: u16,
    /// The mean volume, mL.
    pub each: u16,
    /// The mean time from one to the next, seconds.
    pub every_s: u16,
    /// How many are alike.
    pub count: u8,
}
packed!(Refills { begun, last, volume, each, every_s, count });

impl Refills {
    /// Adds what flowed from an instant on, in seconds since 1970. `step` is the register's, mL.
    pub fn add(&mut self, from: u32, ml: u32, still: bool, step: u32) {
        if !still {
            if self.begun == 0 {
                (self.begun, self.volume) = (from, 0);
            }
            self.volume = self.volume.saturating_add(u16::try_from(ml).unwrap_or(u16::MAX));
        } else if self.begun > 0 {
            self.end(from, step);
            self.begun = 0;
        }
    }

    /// Not known what flowed.
    pub fn lost(&mut self) {
        *self = Self::default();
    }

    fn end(&mut self, end: u32, step: u32) {
        let apart = u16::try_from(self.begun - self.last.min(self.begun)).unwrap_or(u16::MAX);
        // A register that steps once for a refill says nothing of its volume.
        let is_refill = VOLUME.contains(&self.volume) && u32::from(self.volume) >= step * 2 && end - self.begun <= REFILL_S;
        let similar = |one: u16, mean: u16, least: u32| u32::from(one.abs_diff(mean)) <= u32::from(mean / 4).max(least);
        let follows = self.count > 0 && is_refill && apart <= APART_S && similar(self.volume, self.each, step);
        if follows && self.count == 1 {
            (self.count, self.every_s) = (2, apart);
        } else if follows && similar(apart, self.every_s, 120) {
            self.count = self.count.saturating_add(1);
            self.each = quarter(self.each, self.volume);
            self.every_s = quarter(self.every_s, apart);
        } else {
            (self.count, self.each, self.every_s) = (u8::from(is_refill), self.volume, 0);
        }
        self.last = self.begun;
    }

    /// Whether there are enough alike for long enough.
    pub fn is_leaking_toilet(&self) -> bool {
        self.count >= ALIKE.0 && self.last - self.first() >= ALIKE.1
    }

    /// About when the first of those alike began.
    pub fn first(&self) -> u32 {
        self.last.saturating_sub(u32::from(self.every_s) * u32::from(self.count.saturating_sub(1)))
    }

    /// What runs through, mL/h.
    pub fn rate(&self) -> u32 {
        u32::from(self.each) * 3_600 / u32::from(self.every_s.max(1))
    }

    /// Whether no refill has come for three times as long as between two.
    pub fn is_over(&self, now: u32) -> bool {
        now.saturating_sub(self.last) > u32::from(self.every_s).max(600) * 3
    }
}

/// A mean moved toward a value by a quarter of their distance.
fn quarter(mean: u16, value: u16) -> u16 {
    ((u32::from(mean) * 3 + u32::from(value)) / 4) as u16
}
