//! What a balance means: its level, when the customer is notified, and when the valve closes (product.md, 1b).

use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::{LocalDay, Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// How low a balance is, from well to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Enough.
    #[default]
    Ok,
    /// At the threshold.
    Warning,
    /// At half of it, or one day.
    Critical,
    /// At zero or below.
    Empty,
}

impl Level {
    /// The level as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Empty => "empty",
        }
    }

    /// The level of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ok, Self::Warning, Self::Critical, Self::Empty].into_iter().find(|level| level.as_str() == word)
    }
}

/// When a customer wants to be notified of a low balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Thresholds {
    /// By rupiah.
    pub rupiah: Rupiah,
    /// By days left.
    pub days: i64,
}

impl Thresholds {
    /// The most that they may be: beyond it a balance would be low for ever.
    pub const MOST: Self = Self { rupiah: Rupiah(100_000_000), days: 365 };

    /// Whether they may be set.
    pub fn are_possible(self) -> bool {
        (0..=Self::MOST.rupiah.0).contains(&self.rupiah.0) && (0..=Self::MOST.days).contains(&self.days)
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { rupiah: Rupiah(50_000), days: 3 }
    }
}

/// A balance, and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Posted less running.
    pub balance: Rupiah,
    /// Tenths of a day that it lasts by the usual use; `None` where that is not known or nothing is used.
    pub tenths_of_days_left: Option<i64>,
}

/// The threshold by rupiah of a low balance that is low by it alone: it lasts for longer than the days at which its customer is notified, those held
/// at 120 % as where a level clears. `None` where its days say why, or are not known.
pub fn rupiah_alone(level: Level, standing: Standing, thresholds: Thresholds) -> Option<Rupiah> {
    if !matches!(level, Level::Warning | Level::Critical) {
        return None;
    }
    let is_by_days = i128::from(standing.tenths_of_days_left?) * 10 <= i128::from(thresholds.days.max(1)) * 120;
    (!is_by_days).then_some(thresholds.rupiah)
}

/// What a customer owes for a connection: a balance below zero, and emergency credit that was lent and not repaid.
pub fn arrears(balance: Rupiah, lent: Rupiah) -> Rupiah {
    Rupiah((-balance.0).max(0) + lent.0.max(0))
}

/// The level without regard to what it was, with every threshold held at `per_cent` of itself.
fn level_at(standing: Standing, thresholds: Thresholds, per_cent: i64) -> Level {
    let within = |amount: i64| i128::from(standing.balance.0) * 100 <= i128::from(amount) * i128::from(per_cent);
    let lasts = |days: i64| {
        standing.tenths_of_days_left.is_some_and(|tenths| i128::from(tenths) * 10 <= i128::from(days) * i128::from(per_cent))
    };
    if standing.balance <= Rupiah(0) {
        Level::Empty
    } else if within(thresholds.rupiah.0 / 2) || lasts(1) {
        Level::Critical
    } else if within(thresholds.rupiah.0) || lasts(thresholds.days) {
        Level::Warning
    } else {
        Level::Ok
    }
}

/// The level now. It worsens at a threshold and clears only at 120 % of it, so that it does not flicker there.
pub fn level(before: Level, standing: Standing, thresholds: Thresholds) -> Level {
    let plain = level_at(standing, thresholds, 100);
    if plain >= before { plain } else { level_at(standing, thresholds, 120).min(before).max(plain) }
}

/// The last notice of a low balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Of which level.
    pub level: Level,
    /// When.
    pub at: UtcMillis,
}

/// Whether the customer is to be notified: once for a level in 24 hours, at once when it is worse than the last notice. A top-up forgets the last
/// notice.
pub fn must_tell(level: Level, last: Option<Notice>, now: UtcMillis) -> bool {
    level != Level::Ok && last.is_none_or(|last| level > last.level || now.since(last.at) >= DAY_MS)
}

/// When valves are left open whatever the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// Local hour from which on the night is protected.
    pub from_hour: usize,
    /// Local hour until before which it is.
    pub until_hour: usize,
    /// The utility's holidays.
    pub holidays: Vec<LocalDay>,
}

impl Default for Protected {
    fn default() -> Self {
        Self { from_hour: 20, until_hour: 8, holidays: Vec::new() }
    }
}

impl Protected {
    /// Whether an instant is protected: at night, on Saturdays and Sundays, and on holidays.
    pub fn covers(&self, at: UtcMillis, zone: TimeZone) -> bool {
        let (day, hour) = (zone.day_of(at), zone.hour_of(at));
        let night = if self.from_hour <= self.until_hour {
            (self.from_hour..self.until_hour).contains(&hour)
        } else {
            hour >= self.from_hour || hour < self.until_hour
        };
        night || day.weekday() >= 5 || self.holidays.contains(&day)
    }

    /// The first instant from `at` on that is not protected; `None` if none comes within 60 days.
    pub fn ends(&self, at: UtcMillis, zone: TimeZone) -> Option<UtcMillis> {
        if !self.covers(at, zone) {
            return Some(at);
        }
        let hour = UtcMillis(at.0.div_euclid(HOUR_MS) * HOUR_MS);
        (1..=60 * 24).map(|ahead| hour.plus(ahead * HOUR_MS)).find(|instant| !self.covers(*instant, zone))
    }

    /// The first instant from `at` on that is protected: at the next weekend at the latest, so `None` is never in practice.
    pub fn begins(&self, at: UtcMillis, zone: TimeZone) -> Option<UtcMillis> {
        if self.covers(at, zone) {
            return Some(at);
        }
        let hour = UtcMillis(at.0.div_euclid(HOUR_MS) * HOUR_MS);
        (1..=7 * 24).map(|ahead| hour.plus(ahead * HOUR_MS)).find(|instant| self.covers(*instant, zone))
    }
}

/// Above this the valve opens again.
pub const REOPENS_ABOVE: Rupiah = Rupiah(10_000);

/// What the balance wants of the valve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValveWish {
    /// It may stay as it is.
    Leave,
    /// It is to close.
    Close,
    /// It is to open.
    Open,
}

/// What is done with the valve of a connection whose credit is gone or has come. `closed_for_credit` is whether it was closed for that
/// reason: a valve that was closed for another one is nobody's to open here.
pub fn valve(balance: Rupiah, closed_for_credit: bool, now: UtcMillis, zone: TimeZone, protected: &Protected) -> ValveWish {
    if closed_for_credit {
        return if balance > REOPENS_ABOVE { ValveWish::Open } else { ValveWish::Leave };
    }
    if balance <= Rupiah(0) && !protected.covers(now, zone) { ValveWish::Close } else { ValveWish::Leave }
}

#[cfg(test)]
#[path = "balance_tests.rs"]
mod tests;
