//! A day against its 30-day norm.

use super::night::toward;
use super::packed::packed;

/// Days before the norm is one.
const NEEDED: u8 = 14;

/// Days of the norm.
const DAYS: u32 = 30;

/// A day is far above the norm with four times as much, with half more than the highest of about two months, and with a cubic metre
/// more: five guests of somebody who lives alone use almost as much, washing days come every week.
const FAR: (u32, u32, u32) = (4, 3, 1_000_000);

/// Days on end: a pool is full after one.
const ON_END: u8 = 2;

/// After so many days far above it, what was far is the norm.
const NEW_NORM: u8 = 14;

/// Days of a meter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// The mean of 30 days, mL.
    pub norm: u32,
    /// The highest of late, mL; falls by a sixtieth a day.
    high: u32,
    days: u8,
    /// Days on end far above the norm.
    pub over: u8,
    /// The longest that the register stood still, whole days.
    pub quiet: u8,
}
packed!(Days { norm, high, days, over, quiet });

/// What a day says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// It is like others.
    Usual,
    /// It is above them, for so many mL.
    Above(u32),
}

impl Days {
    /// Takes the volume of a day, mL.
    pub fn add(&mut self, volume: u32) -> Day {
        let least = self.norm.saturating_mul(FAR.0).max(self.high / 2 * FAR.1).max(self.norm + FAR.2);
        if self.days >= NEEDED && volume > least && self.over < NEW_NORM {
            self.over += 1;
            return if self.over >= ON_END { Day::Above(volume - self.norm) } else { Day::Usual };
        }
        self.over = 0;
        self.days = self.days.saturating_add(1);
        self.norm = toward(self.norm, volume, u32::from(self.days).min(DAYS));
        self.high = (self.high - self.high / 60).max(volume);
        Day::Usual
    }

    /// Whether use is usual: 20 L a day and more, over two weeks and more.
    pub fn is_used(&self) -> bool {
        self.days >= NEEDED && self.norm >= 20_000
    }
}
