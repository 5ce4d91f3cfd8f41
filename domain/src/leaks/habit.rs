//! The long uses of a meter that are no bursts: a hose, a pump, a timer, a float valve, and the busy hours of a house.

use super::packed::packed;

/// A use that came so often is known: a burst that was repaired came once.
const OFTEN: u32 = 3;

/// A use that was seen at so many different hours may come at any.
const ANY_HOUR: u32 = 8;

/// By how much a known use may differ from all that were seen: a tenth.
const TENTH: u32 = 10;

/// The highest flow of a use is at most so many times the lowest: a hose is opened more or less.
const WIDE: (u32, u32) = (16, 9);

/// A long use that this meter has had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Habit {
    /// The lowest of its flows, L/h.
    low: u16,
    /// The highest of them, L/h.
    high: u16,
    /// The longest it took, minutes.
    longest_min: u16,
    /// Hours of the day at which it went on, a bit each.
    hours: [u8; 3],
    /// How often it came, up to 255.
    count: u8,
}
packed!(Habit { low, high, longest_min, hours, count });

/// The bits of all hours of a day.
const HOURS: u32 = 0x00FF_FFFF;

impl Habit {
    /// How often it was seen, as far as a byte counts.
    pub const fn count(self) -> u8 {
        self.count
    }

    /// Whether it came often enough.
    pub fn is_known(self) -> bool {
        u32::from(self.count) >= OFTEN
    }

    fn hours(self) -> u32 {
        let [low, middle, high] = self.hours;
        u32::from_le_bytes([low, middle, high, 0])
    }

    /// Whether a flow in L/h may be this use, if it was not seen often yet: all of its flows are about as strong.
    pub fn is_like(self, rate: u32) -> bool {
        let (low, high) = (u32::from(self.low).min(rate), u32::from(self.high).max(rate));
        self.count > 0 && high.saturating_mul(WIDE.1) <= low.saturating_mul(WIDE.0)
    }

    /// Whether it may go on at an hour of the day: it is known, and was seen at this or the hours beside it.
    pub fn comes_at(self, hour: u32) -> bool {
        let (own, now) = (self.hours(), 1 << hour);
        let around = (now | now << 1 | now >> 1 | now << 23 | now >> 23) & HOURS;
        self.is_known() && (own.count_ones() >= ANY_HOUR || own & around != 0)
    }

    /// Whether a flow in L/h is too low to be this use, with or without others on top. `step`: by how much a register blurs it, L/h.
    pub fn is_above(self, rate: u32, step: u32) -> bool {
        (rate + step) * TENTH < u32::from(self.low) * (TENTH - 1)
    }

    /// Whether a flow in L/h is more than this use ever took.
    pub fn is_below(self, rate: u32, step: u32) -> bool {
        rate * TENTH > u32::from(self.high) * (TENTH + 1) + step * TENTH
    }

    /// Whether a flow in L/h is one that this use had, give or take a tenth.
    pub fn is_like_ever(self, rate: u32) -> bool {
        rate * TENTH >= u32::from(self.low) * (TENTH - 1) && rate * TENTH <= u32::from(self.high) * (TENTH + 1)
    }

    /// For how long it may go on: a quarter and five minutes longer than ever, seconds.
    pub fn may_last_s(self) -> u32 {
        self.longest_s() / 4 * 5 + 300
    }

    fn longest_s(self) -> u32 {
        u32::from(self.longest_min) * 60
    }

    /// Whether a flow of a floor in L/h through hours of the day, for so many seconds, may be these busy hours again: it is not above what
    /// these had by a quarter.
    pub fn is_busy(self, rate: u32, for_s: u32, hours: u32) -> bool {
        self.is_known() && self.hours() & hours != 0 && for_s <= self.may_last_s() && rate * 4 <= u32::from(self.high) * 5
    }

    /// Takes a use of a flow in L/h, which took so many seconds, through hours of the day; another use than this one takes its place.
    pub fn take(&mut self, rate: u16, for_s: u32, hours: u32) {
        if !self.is_like(rate.into()) {
            *self = Self { low: rate, high: rate, ..Self::default() };
        }
        (self.low, self.high) = (self.low.min(rate), self.high.max(rate));
        self.came(for_s, hours);
    }

    /// Takes a busy hour: the highest floor counts.
    pub fn take_busy(&mut self, rate: u16, for_s: u32, hours: u32) {
        self.high = self.high.max(rate);
        self.came(for_s, hours);
    }

    fn came(&mut self, for_s: u32, hours: u32) {
        self.longest_min = self.longest_min.max(u16::try_from(for_s / 60).unwrap_or(u16::MAX));
        self.count = self.count.saturating_add(1);
        let [low, middle, high, _] = (self.hours() | hours & HOURS).to_le_bytes();
        self.hours = [low, middle, high];
    }
}
