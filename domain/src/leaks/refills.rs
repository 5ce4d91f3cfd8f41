//! The signature of a toilet whose flapper leaks: the cistern empties slowly and is refilled, by the same volume every so often.

use super::packed::packed;

/// The volumes of a refill: more than a mouthful, less than a large cistern (13 L, before 1990). mL.
const VOLUME: std::ops::RangeInclusive<u32> = 300..=13_000;

/// The longest that a refill takes, seconds.
const REFILL_S: u32 = 300;

/// The longest between two refills, seconds: beyond, people flush as often.
const APART_S: u32 = 5_400;

/// So many alike, over so many seconds: no person uses water as evenly.
const ALIKE: (u8, u32) = (10, 5_400);

/// Refills of a meter of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Refills {
    /// When the use that goes on began, in seconds since 1970; zero if none does.
    begun: u32,
    volume: u32,
    /// When the last refill began.
    last: u32,
    /// The mean volume, mL.
    pub each: u32,
    /// The mean time from one to the next, seconds.
    pub every_s: u32,
    /// How many are alike.
    pub count: u8,
}
packed!(Refills { begun, volume, last, each, every_s, count });

impl Refills {
    /// Adds what flowed from an instant on, in seconds since 1970. `step` is the register's, mL.
    pub fn add(&mut self, from: u32, ml: u32, still: bool, step: u32) {
        if !still {
            if self.begun == 0 {
                (self.begun, self.volume) = (from, 0);
            }
            self.volume = self.volume.saturating_add(ml);
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
        let apart = self.begun - self.last.min(self.begun);
        // A register that steps once for a refill says nothing of its volume.
        let is_refill = VOLUME.contains(&self.volume) && self.volume >= step * 2 && end - self.begun <= REFILL_S;
        let similar = |one: u32, mean: u32, least: u32| one.abs_diff(mean) <= (mean / 4).max(least);
        let follows = self.count > 0 && is_refill && apart <= APART_S && similar(self.volume, self.each, step);
        if follows && self.count == 1 {
            (self.count, self.every_s) = (2, apart);
        } else if follows && similar(apart, self.every_s, 120) {
            self.count = self.count.saturating_add(1);
            self.each = (self.each * 3 + self.volume) / 4;
            self.every_s = (self.every_s * 3 + apart) / 4;
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
        self.last.saturating_sub(self.every_s.saturating_mul(u32::from(self.count.saturating_sub(1))))
    }

    /// What runs through, mL/h.
    pub fn rate(&self) -> u32 {
        u32::try_from(u64::from(self.each) * 3_600 / u64::from(self.every_s.max(1))).unwrap_or(u32::MAX)
    }

    /// Whether no refill has come for three times as long as between two.
    pub fn is_over(&self, now: u32) -> bool {
        now.saturating_sub(self.last) > self.every_s.max(600) * 3
    }
}
