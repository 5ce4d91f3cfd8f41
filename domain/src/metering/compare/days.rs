//! The days of two windows beside each other: which count, what they sum up to, and how the sums differ.

use crate::core::local_time::DAY_MS;
use crate::metering::compare::window::{Lined, Window, pairs};
use crate::metering::usage_baseline::difference_percent;
use crate::{LocalDay, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// How much of a day must be measured for the day to count, in milliseconds. As much as of an hour for the usage baseline.
const COMPLETE: i64 = DAY_MS * 9 / 10;

/// What is known of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Measured hour by hour.
    Hourly,
    /// Measured as a whole: by readings at its two ends, such as ones by eye.
    Daily,
    /// Not all of it was measured. What is missing is an estimate, shared out over a longer gap, or not known at all.
    Partial,
    /// Nothing is known.
    #[default]
    Missing,
}

impl DayKind {
    /// Of a day with a row, by what of it was measured and whether its hours are known.
    pub const fn of(covered_ms: i64, has_hours: bool) -> Self {
        match (covered_ms >= COMPLETE, has_hours) {
            (true, true) => Self::Hourly,
            (true, false) => Self::Daily,
            (false, _) => Self::Partial,
        }
    }

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Partial => "partial",
            Self::Missing => "missing",
        }
    }

    /// Whether the day was measured.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::Hourly | Self::Daily)
    }
}

/// What a day used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayValue {
    /// Used.
    pub volume: Millilitres,
    /// What that cost by the prices of the day, on top of the month before it; `None` where prices are not known.
    pub cost: Option<Rupiah>,
    /// How much of it is known.
    pub kind: DayKind,
}

/// A day of one window and the one of the other that it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The day of the first window.
    pub a: (LocalDay, DayValue),
    /// The day of the second.
    pub b: (LocalDay, DayValue),
}

impl Pair {
    /// Whether both were measured: a day that was not is left out on both sides.
    pub const fn counts(&self) -> bool {
        self.a.1.kind.is_complete() && self.b.1.kind.is_complete()
    }
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The days that are compared, as much of them as is over and equal.
    pub window: Window,
    /// Days that have another on the other side.
    pub paired: u32,
    /// Of these, measured ones.
    pub complete: u32,
    /// Of the measured ones, those that are known as a whole only.
    pub daily: u32,
    /// Of the paired, those of which not all was measured.
    pub partial: u32,
    /// Of the paired, those of which nothing is known.
    pub missing: u32,
    /// Used on the days that count.
    pub volume: Millilitres,
    /// What that cost; `None` where the prices of one of them are not known.
    pub cost: Option<Rupiah>,
}

impl Side {
    fn of(window: Window, days: impl Iterator<Item = (DayValue, bool)>) -> Self {
        let mut side = Self {
            window,
            paired: 0,
            complete: 0,
            daily: 0,
            partial: 0,
            missing: 0,
            volume: Millilitres::ZERO,
            cost: Some(Rupiah(0)),
        };
        for (day, counts) in days {
            side.paired += 1;
            side.complete += u32::from(day.kind.is_complete());
            side.daily += u32::from(day.kind == DayKind::Daily);
            side.partial += u32::from(day.kind == DayKind::Partial);
            side.missing += u32::from(day.kind == DayKind::Missing);
            if counts {
                side.volume += day.volume;
                side.cost = side.cost.zip(day.cost).and_then(|(sum, cost)| sum.checked_add(cost));
            }
        }
        side
    }

    /// Measured days of the paired ones, per cent.
    pub fn coverage(&self) -> u8 {
        (self.complete * 100).checked_div(self.paired).unwrap_or(0) as u8
    }

    /// Days of the window that have no other.
    pub const fn unpaired(&self) -> u32 {
        (self.window.days() as u32).saturating_sub(self.paired)
    }
}

/// Two windows beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The days, in order of the first window.
    pub pairs: Vec<Pair>,
    /// Pairs that do not count, because one of the two days was not measured.
    pub left_out: u32,
    /// The first window.
    pub a: Side,
    /// The second.
    pub b: Side,
}

impl Compared {
    /// Compares equal parts (see [`super::equal_parts`]) by what each day used.
    pub fn of(a: Window, b: Window, by: Lined, value: impl Fn(LocalDay) -> DayValue) -> Self {
        let pairs: Vec<Pair> =
            pairs(a, b, by).into_iter().map(|(one, other)| Pair { a: (one, value(one)), b: (other, value(other)) }).collect();
        let left_out = pairs.iter().filter(|pair| !pair.counts()).count() as u32;
        let a = Side::of(a, pairs.iter().map(|pair| (pair.a.1, pair.counts())));
        let b = Side::of(b, pairs.iter().map(|pair| (pair.b.1, pair.counts())));
        Self { pairs, left_out, a, b }
    }

    /// Days that count.
    pub fn counted(&self) -> u32 {
        self.pairs.len() as u32 - self.left_out
    }

    /// By how many percent the first window used more than the second; `None` where no day counts or the second used nothing.
    pub fn change(&self) -> Option<i64> {
        difference_percent(self.a.volume, self.b.volume).filter(|_| self.counted() > 0)
    }

    /// The same of what it cost.
    pub fn cost_change(&self) -> Option<i64> {
        let (a, b) = self.a.cost.zip(self.b.cost)?;
        difference_percent(Millilitres(a.0), Millilitres(b.0)).filter(|_| self.counted() > 0)
    }
}
