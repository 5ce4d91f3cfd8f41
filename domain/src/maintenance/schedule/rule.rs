//! A rule of days as text (RFC 5545, RRULE): read to be checked, and otherwise kept as its author wrote it. Programs that print a rule again lose
//! parts of it, so nothing here prints one.
//!
//! Rules name days. Parts that name hours, and frequencies below a day, are refused: when on a day work is done is the schedule's own window.

use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::{LocalDay, TimeZone, UtcMillis};

/// Bytes of a rule's text at most.
pub const LONGEST_RULE: usize = 500;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every so many days.
    Daily,
    /// Every so many weeks.
    Weekly,
    /// Every so many months.
    Monthly,
    /// Every so many years.
    Yearly,
}

/// When a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// With this day.
    Day(LocalDay),
    /// At this local time of a day: milliseconds after its midnight.
    Local(LocalDay, i64),
    /// At this instant.
    At(UtcMillis),
}

/// A rule, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How often.
    pub frequency: Frequency,
    /// Every which day, week, month or year; 1 is each.
    pub interval: u16,
    /// After how many days it ends.
    pub count: Option<u32>,
    /// When it ends.
    pub until: Option<Until>,
    /// Weekdays (Monday is 0), with the how manieth of the month or year; negative from its end.
    pub by_day: Vec<(Option<i8>, u8)>,
    /// Days of the month; negative from its end.
    pub by_month_day: Vec<i16>,
    /// Months, 1 to 12.
    pub by_month: Vec<i16>,
    /// Days of the year; negative from its end.
    pub by_year_day: Vec<i16>,
    /// Weeks of the year; negative from its end.
    pub by_week: Vec<i16>,
    /// Which of what the other parts give; negative from its end.
    pub by_place: Vec<i16>,
}

/// Why a text is no rule that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRule {
    /// It is empty, too long, or not of the form `NAME=VALUE;NAME=VALUE` in capitals.
    Form,
    /// A part that is not known, or not for rules of days.
    Part,
    /// A part that stands there twice.
    Twice,
    /// A value that its part cannot have.
    Value,
    /// There is no `FREQ`.
    NoFrequency,
    /// Both `COUNT` and `UNTIL`.
    TwoEnds,
    /// A part that its frequency cannot have, such as the first Monday of a week, or parts that programs read in several ways together.
    Mixture,
}

impl BadRule {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Form, Self::Part, Self::Twice, Self::Value, Self::NoFrequency, Self::TwoEnds, Self::Mixture];

    /// The word by which catalogues have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Part => "part",
            Self::Twice => "twice",
            Self::Value => "value",
            Self::NoFrequency => "no-frequency",
            Self::TwoEnds => "two-ends",
            Self::Mixture => "mixture",
        }
    }
}

/// The days of the week in a rule, from Monday.
pub const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// It is none, or says more than days.
    pub fn parse(text: &str) -> Result<Self, BadRule> {
        if text.is_empty() || text.len() > LONGEST_RULE || !text.bytes().all(is_of_a_rule) {
            return Err(BadRule::Form);
        }
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_year_day: Vec::new(),
            by_week: Vec::new(),
            by_place: Vec::new(),
        };
        let mut names: Vec<&str> = Vec::new();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(BadRule::Form)?;
            if names.contains(&name) {
                return Err(BadRule::Twice);
            }
            names.push(name);
            rule.take(name, value)?;
        }
        if !names.contains(&"FREQ") {
            return Err(BadRule::NoFrequency);
        }
        rule.check()?;
        Ok(rule)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), BadRule> {
        match name {
            "FREQ" => {
                self.frequency = match value {
                    "DAILY" => Frequency::Daily,
                    "WEEKLY" => Frequency::Weekly,
                    "MONTHLY" => Frequency::Monthly,
                    "YEARLY" => Frequency::Yearly,
                    _ => return Err(BadRule::Value),
                }
            }
            "INTERVAL" => self.interval = number(value, 1, 366)? as u16,
            "COUNT" => self.count = Some(number(value, 1, 10_000)? as u32),
            "UNTIL" => self.until = Some(until(value)?),
            "BYDAY" => self.by_day = value.split(',').map(weekday).collect::<Result<_, _>>()?,
            "BYMONTHDAY" => self.by_month_day = signed(value, 31)?,
            "BYMONTH" => self.by_month = value.split(',').map(|one| number(one, 1, 12)).collect::<Result<_, _>>()?,
            "BYYEARDAY" => self.by_year_day = signed(value, 366)?,
            "BYWEEKNO" => self.by_week = signed(value, 53)?,
            "BYSETPOS" => self.by_place = signed(value, 366)?,
            "WKST" if WEEKDAYS.contains(&value) => {}
            "WKST" => return Err(BadRule::Value),
            _ => return Err(BadRule::Part),
        }
        Ok(())
    }

    /// What RFC 5545 forbids beyond the parts themselves, and what programs read in several ways.
    fn check(&self) -> Result<(), BadRule> {
        if self.count.is_some() && self.until.is_some() {
            return Err(BadRule::TwoEnds);
        }
        let is = |frequency| self.frequency == frequency;
        let (monthly, yearly) = (is(Frequency::Monthly), is(Frequency::Yearly));
        let has_nth = self.by_day.iter().any(|(nth, _)| nth.is_some());
        let has_each = self.by_day.iter().any(|(nth, _)| nth.is_none());
        // The crate that expands rules refuses the fifth from the end of a month and the 53rd from the end of a year.
        let nths = if yearly { -52..=53 } else { -4..=5 };
        let is_mixed = (has_nth && !monthly && !yearly)
            // Every program that was looked at takes a day that is both: `SU,1SA` has no day at all.
            || (has_nth && has_each)
            || (has_nth && !self.by_week.is_empty())
            || self.by_day.iter().any(|(nth, _)| nth.is_some_and(|nth| !nths.contains(&nth)))
            || (!self.by_month_day.is_empty() && is(Frequency::Weekly))
            || (!self.by_year_day.is_empty() && !yearly)
            || (!self.by_week.is_empty() && !yearly)
            // RFC 5545 takes the weekday from the start; most programs take all seven days.
            || (!self.by_week.is_empty() && self.by_day.is_empty())
            // No month has so many days.
            || (monthly && self.by_place.iter().any(|place| place.abs() > 31))
            || (is(Frequency::Weekly) && self.by_place.iter().any(|place| place.abs() > 7))
            || (!self.by_place.is_empty() && !self.has_parts());
        if is_mixed { Err(BadRule::Mixture) } else { Ok(()) }
    }

    fn has_parts(&self) -> bool {
        let lists = [&self.by_month_day, &self.by_month, &self.by_year_day, &self.by_week];
        !self.by_day.is_empty() || lists.into_iter().any(|list| !list.is_empty())
    }

    /// The last instant at which a day of it may begin its work, in a zone; none where it has no such end.
    pub fn ends_at(&self, zone: TimeZone) -> Option<UtcMillis> {
        self.until.map(|until| match until {
            Until::Day(day) => UtcMillis(zone.start_of(day.plus(1)).0 - 1),
            Until::Local(day, in_day) => zone.start_of(day).plus(in_day),
            Until::At(at) => at,
        })
    }
}

const fn is_of_a_rule(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'=' | b';' | b',' | b'+' | b'-')
}

/// A number without a sign within limits.
fn number(text: &str, least: i16, most: i16) -> Result<i16, BadRule> {
    let is_plain = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let value: i16 = if is_plain { text.parse().map_err(|_| BadRule::Value)? } else { return Err(BadRule::Value) };
    if (least..=most).contains(&value) { Ok(value) } else { Err(BadRule::Value) }
}

/// Numbers with or without a sign, none of them zero.
fn signed(text: &str, most: i16) -> Result<Vec<i16>, BadRule> {
    let one = |text: &str| match text.strip_prefix('-') {
        Some(rest) => number(rest, 1, most).map(|value| -value),
        None => number(text.strip_prefix('+').unwrap_or(text), 1, most),
    };
    text.split(',').map(one).collect()
}

/// `MO`, `1MO`, `-1FR`.
fn weekday(text: &str) -> Result<(Option<i8>, u8), BadRule> {
    let at = text.len().checked_sub(2).ok_or(BadRule::Value)?;
    let (nth, name) = text.split_at_checked(at).ok_or(BadRule::Value)?;
    let day = WEEKDAYS.iter().position(|day| *day == name).ok_or(BadRule::Value)? as u8;
    if nth.is_empty() {
        return Ok((None, day));
    }
    let nth = match signed(nth, 53)?.as_slice() {
        [one] => *one as i8,
        _ => return Err(BadRule::Value),
    };
    Ok((Some(nth), day))
}

/// `20271231`, `20271231T170000`, `20271231T100000Z`.
fn until(text: &str) -> Result<Until, BadRule> {
    let digits = |from: usize, to: usize| -> Result<i64, BadRule> {
        let part = text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).ok_or(BadRule::Value)?;
        part.parse().map_err(|_| BadRule::Value)
    };
    let (year, month, day) = (digits(0, 4)? as i16, digits(4, 6)? as i8, digits(6, 8)? as i8);
    let day = LocalDay::from_ymd(year, month, day).ok_or(BadRule::Value)?;
    if text.len() == 8 {
        return Ok(Until::Day(day));
    }
    let (hour, minute, second) = (digits(9, 11)?, digits(11, 13)?, digits(13, 15)?);
    if text.get(8..9) != Some("T") || hour > 23 || minute > 59 || second > 59 {
        return Err(BadRule::Value);
    }
    let in_day = hour * HOUR_MS + minute * MINUTE_MS + second * 1_000;
    match text.get(15..) {
        Some("") => Ok(Until::Local(day, in_day)),
        Some("Z") => Ok(Until::At(UtcMillis(i64::from(day.0) * DAY_MS + in_day))),
        _ => Err(BadRule::Value),
    }
}
