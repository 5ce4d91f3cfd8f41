//! The least flow of a night against the meter's other nights, and whether it rises from week to week.

use super::packed::packed;

/// The nights that are needed before the meter's own nights say anything.
const NEEDED: u8 = 7;

/// Nights that are needed before a rise can be distinguished from chance: four weeks.
const RISE_NEEDED: u8 = 28;

/// A night has to be above the highest usual one by half and by 3 L/h: less than a dripping tap is not worth a visit. mL/h.
const ABOVE: u32 = 3_000;

/// So many nights on end: guests stay up for two.
const NIGHTS: u8 = 3;

/// A rise: above the month before by half and by 2 L/h, for so many nights on end above it by 1 L/h. mL/h.
const RISE: (u8, u32, u32) = (7, 2_000, 1_000);

/// Nights of a meter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Nights {
    /// The highest usual one, mL/h; falls by a thirtieth a night.
    pub high: u32,
    /// The mean of about a month, mL/h.
    pub slow: u32,
    /// The mean of about the last four, mL/h.
    pub fast: u32,
    nights: u8,
    over: u8,
    /// Nights on end above the mean of the month.
    pub rising: u8,
}
packed!(Nights { high, slow, fast, nights, over, rising });

/// What a night says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Night {
    /// Whether more flowed than in any usual night, for long enough.
    pub above: bool,
    /// Whether it has risen.
    pub risen: bool,
    /// Whether it is a usual night.
    pub usual: bool,
}

impl Nights {
    /// Takes the least flow of a night, in mL/h. `learns`: no leak is known to run.
    pub fn add(&mut self, least: u32, learns: bool) -> Night {
        let over = least > self.high.saturating_mul(3) / 2 + ABOVE && self.nights >= NEEDED;
        self.over = if over { (self.over + 1).min(NIGHTS) } else { 0 };
        self.fast = toward(self.fast, least, 4);
        self.rising = if least > self.slow + RISE.2 { self.rising.saturating_add(1) } else { 0 };
        let risen = self.nights >= RISE_NEEDED && self.rising >= RISE.0 && self.fast >= self.slow.saturating_mul(3) / 2 + RISE.1;
        if learns && !over {
            self.high = (self.high - self.high / 30).max(least);
            self.slow = toward(self.slow, least, u32::from(self.nights).clamp(1, 32));
            self.nights = self.nights.saturating_add(1);
        }
        Night { above: self.over >= NIGHTS, risen, usual: least <= self.high + ABOVE / 3 }
    }
}

/// A mean moved toward a value by a part of their distance.
pub(super) fn toward(mean: u32, value: u32, part: u32) -> u32 {
    if value >= mean { mean + (value - mean) / part } else { mean - (mean - value).div_ceil(part) }
}
