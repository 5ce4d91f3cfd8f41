//! Instants, and the local days and months in which water is used and paid for.
//!
//! Indonesia's three zones are whole hours from UTC and have no summer time (Keppres 41/1987), so a fixed offset is the whole rule
//! and no time-zone database is needed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UtcMillis(pub i64);

/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60_000;
/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a day; local days have no other length in Indonesia.
pub const DAY_MS: i64 = 86_400_000;

impl UtcMillis {
    /// This instant moved by `ms`.
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The zone of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeZone {
    /// Western Indonesia Time, UTC+7.
    #[serde(rename = "Asia/Jakarta")]
    Jakarta,
    /// Central Indonesia Time, UTC+8.
    #[serde(rename = "Asia/Makassar")]
    Makassar,
    /// Eastern Indonesia Time, UTC+9.
    #[serde(rename = "Asia/Jayapura")]
    Jayapura,
}

impl TimeZone {
    /// All three, from west to east.
    pub const ALL: [Self; 3] = [Self::Jakarta, Self::Makassar, Self::Jayapura];

    /// Offset from UTC in milliseconds.
    pub const fn offset_ms(self) -> i64 {
        match self {
            Self::Jakarta => 7 * HOUR_MS,
            Self::Makassar => 8 * HOUR_MS,
            Self::Jayapura => 9 * HOUR_MS,
        }
    }

    /// What people write behind a time.
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::Jakarta => "WIB",
            Self::Makassar => "WITA",
            Self::Jayapura => "WIT",
        }
    }

    /// The IANA name, as it is stored.
    pub const fn iana(self) -> &'static str {
        match self {
            Self::Jakarta => "Asia/Jakarta",
            Self::Makassar => "Asia/Makassar",
            Self::Jayapura => "Asia/Jayapura",
        }
    }

    /// The zone of an IANA name.
    pub fn from_iana(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.iana() == name)
    }

    /// The local day of an instant.
    pub fn day_of(self, t: UtcMillis) -> LocalDay {
        LocalDay((t.0 + self.offset_ms()).div_euclid(DAY_MS) as i32)
    }

    /// Local midnight at which a day begins.
    pub fn start_of(self, day: LocalDay) -> UtcMillis {
        UtcMillis(i64::from(day.0) * DAY_MS - self.offset_ms())
    }

    /// The local hour of the day, 0 to 23.
    pub fn hour_of(self, t: UtcMillis) -> usize {
        ((t.0 + self.offset_ms()).rem_euclid(DAY_MS) / HOUR_MS) as usize
    }

    /// Local hour and minute.
    pub fn clock_of(self, t: UtcMillis) -> (u8, u8) {
        let in_day = (t.0 + self.offset_ms()).rem_euclid(DAY_MS);
        ((in_day / HOUR_MS) as u8, (in_day % HOUR_MS / MINUTE_MS) as u8)
    }
}

/// A day in a property's zone, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LocalDay(pub i32);

impl LocalDay {
    /// From year, month (1–12) and day; `None` if the calendar has no such day.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        Some(Self(date.duration_since(EPOCH).as_hours().div_euclid(24) as i32))
    }

    /// Year, month (1–12), day (1–31).
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// Monday is 0, Sunday is 6.
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) as usize
    }

    /// The month this day is in.
    pub fn month(self) -> LocalMonth {
        let (year, month, _) = self.ymd();
        LocalMonth(i32::from(year) * 12 + i32::from(month) - 1)
    }

    /// This day moved by `days`.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24))
    }
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// A calendar month: `year * 12 + (month - 1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalMonth(pub i32);

impl LocalMonth {
    /// Year and month (1–12).
    pub fn ym(self) -> (i16, i8) {
        (self.0.div_euclid(12) as i16, self.0.rem_euclid(12) as i8 + 1)
    }

    /// The first day of the month.
    pub fn first_day(self) -> LocalDay {
        let (year, month) = self.ym();
        let date = Date::new(year, month, 1).unwrap_or(EPOCH);
        LocalDay(date.duration_since(EPOCH).as_hours().div_euclid(24) as i32)
    }

    /// How many days it has; none behind the last month that a number can name.
    pub fn days(self) -> i32 {
        LocalMonth(self.0.saturating_add(1)).first_day().0 - self.first_day().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn midnight_in_jayapura_comes_two_hours_before_jakarta() {
        let day = LocalDay::from_ymd(2026, 11, 22).expect("a real day");
        let east = TimeZone::Jayapura.start_of(day);
        let west = TimeZone::Jakarta.start_of(day);
        assert_eq!(west.since(east), 2 * HOUR_MS);
        assert_eq!(day.weekday(), 6, "22 November 2026 is a Sunday");
    }

    #[test]
    fn leap_years_are_kept() {
        assert_eq!(LocalDay::from_ymd(2028, 2, 29).map(|d| d.plus(1).ymd()), Some((2028, 3, 1)));
        assert!(LocalDay::from_ymd(2026, 2, 29).is_none());
        assert_eq!(LocalDay::from_ymd(2028, 2, 1).map(|d| d.month().days()), Some(29));
    }

    #[test]
    fn a_month_that_no_calendar_has_is_no_fault() {
        // Whoever asks for a month can name any number.
        assert_eq!(LocalMonth(i32::MAX).days(), 0);
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_its_own_day(t in 0_i64..4_102_444_800_000, zone in 0_usize..3) {
            let (t, zone) = (UtcMillis(t), TimeZone::ALL[zone]);
            let day = zone.day_of(t);
            prop_assert!(zone.start_of(day) <= t && t < zone.start_of(day.plus(1)));
            let (y, m, d) = day.ymd();
            prop_assert_eq!(LocalDay::from_ymd(y, m, d), Some(day));
            prop_assert!(day.month().first_day() <= day && day.0 < day.month().first_day().0 + day.month().days());
        }
    }
}
