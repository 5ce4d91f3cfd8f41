//! Reports that are made by themselves: when they are due, by local time, and which days each of them is about.

use crate::alerts::preferences::MinuteOfDay;
use crate::core::json::strict;
use crate::core::local_time::MINUTE_MS;
use crate::core::text::visible;
use crate::core::words::words;
use crate::people::Language;
use crate::reports::{Days, Design, LONGEST_NAME, ReportKind};
use crate::{LocalDay, LocalMonth, ReportTemplateId, TimeZone, UserId, UtcMillis};
use serde::{Deserialize, Serialize};

/// Recipients of a schedule at most.
pub const MOST_RECIPIENTS: usize = 20;

/// Due times that are counted as missed at most: those of ten years of days.
const MOST_MISSED: u32 = 3_660;

/// A day of the week, from Monday (0) to Sunday (6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weekday(u8);

/// A day of the month: 1 to 28, which each month has, or its last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct MonthDay(u8);

/// There is no such day of a week, or not in each month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a weekday is 0 to 6, a day of the month 1 to 28, or 31 for its last one")]
pub struct NoSuchDay;

impl Weekday {
    /// All of them, from Monday on.
    pub const ALL: [Self; 7] = [Self(0), Self(1), Self(2), Self(3), Self(4), Self(5), Self(6)];
}

impl MonthDay {
    /// The last day of each month.
    pub const LAST: Self = Self(31);

    /// All of them, the last one last.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=28).map(Self).chain([Self::LAST])
    }

    /// The day of a month.
    fn of(self, month: LocalMonth) -> LocalDay {
        if self == Self::LAST {
            LocalMonth(month.0 + 1).first_day().plus(-1)
        } else {
            month.first_day().plus(i32::from(self.0) - 1)
        }
    }
}

impl TryFrom<u8> for Weekday {
    type Error = NoSuchDay;

    fn try_from(day: u8) -> Result<Self, NoSuchDay> {
        if day < 7 { Ok(Self(day)) } else { Err(NoSuchDay) }
    }
}

impl From<Weekday> for u8 {
    fn from(day: Weekday) -> Self {
        day.0
    }
}

impl TryFrom<u8> for MonthDay {
    type Error = NoSuchDay;

    fn try_from(day: u8) -> Result<Self, NoSuchDay> {
        if (1..=28).contains(&day) || day == Self::LAST.0 { Ok(Self(day)) } else { Err(NoSuchDay) }
    }
}

impl From<MonthDay> for u8 {
    fn from(day: MonthDay) -> Self {
        day.0
    }
}

/// How often, and on which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "every", content = "on")]
pub enum Rhythm {
    /// Each day.
    Day,
    /// Each week on a day.
    Week(Weekday),
    /// Each month on a day.
    Month(MonthDay),
}

impl Rhythm {
    /// Which days a report is about that is made in this rhythm: the day, the week, or the month that is over.
    pub const fn days(self) -> Days {
        match self {
            Self::Day => Days::Yesterday,
            Self::Week(_) => Days::LastWeek,
            Self::Month(_) => Days::LastMonth,
        }
    }

    /// The first due day from a day on.
    fn first_from(self, day: LocalDay) -> LocalDay {
        match self {
            Self::Day => day,
            Self::Week(on) => day.plus((i32::from(on.0) - weekday(day)).rem_euclid(7)),
            Self::Month(on) => {
                let of_this = on.of(day.month());
                if of_this >= day { of_this } else { on.of(LocalMonth(day.month().0 + 1)) }
            }
        }
    }

    /// The last due day up to a day.
    fn last_until(self, day: LocalDay) -> LocalDay {
        match self {
            Self::Day => day,
            Self::Week(on) => day.plus(-(weekday(day) - i32::from(on.0)).rem_euclid(7)),
            Self::Month(on) => {
                let of_this = on.of(day.month());
                if of_this <= day { of_this } else { on.of(LocalMonth(day.month().0 - 1)) }
            }
        }
    }
}

fn weekday(day: LocalDay) -> i32 {
    i32::try_from(day.weekday()).unwrap_or_default()
}

/// When a report is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// How often.
    pub rhythm: Rhythm,
    /// At which local time.
    pub at: MinuteOfDay,
}

impl Timing {
    /// The instant at which it is due on a day.
    pub fn on(self, day: LocalDay, zone: TimeZone) -> UtcMillis {
        zone.start_of(day).plus(i64::from(u16::from(self.at)) * MINUTE_MS)
    }

    /// The first due instant behind `after`.
    pub fn next_after(self, after: UtcMillis, zone: TimeZone) -> UtcMillis {
        let day = self.rhythm.first_from(zone.day_of(after));
        let next = self.on(day, zone);
        if next > after { next } else { self.on(self.rhythm.first_from(day.plus(1)), zone) }
    }

    /// The last due instant that is not behind `at`, with its local day.
    pub fn latest(self, at: UtcMillis, zone: TimeZone) -> (LocalDay, UtcMillis) {
        let day = self.rhythm.last_until(zone.day_of(at));
        let latest = self.on(day, zone);
        if latest <= at {
            return (day, latest);
        }
        let day = self.rhythm.last_until(day.plus(-1));
        (day, self.on(day, zone))
    }

    /// How many due instants there are from `first` on before `latest`: what was missed while the server stood still.
    pub fn missed(self, first: UtcMillis, latest: UtcMillis, zone: TimeZone) -> u32 {
        let (mut missed, mut due) = (0, first);
        while due < latest && missed < MOST_MISSED {
            missed += 1;
            due = self.next_after(due, zone);
        }
        missed
    }
}

/// What a schedule makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "from", content = "of")]
pub enum ReportSource {
    /// A template as it is when the report is due.
    Template(ReportTemplateId),
    /// A report of the schedule's own.
    Design(#[serde(deserialize_with = "strict")] Box<Design>),
}

words! {
    /// Whether a schedule makes reports.
    ScheduleState {
        /// It does.
        On = "on",
        /// Not until somebody switches it on.
        Off = "off",
    }
}

words! {
    /// What became of a report that was due.
    RunState {
        /// It was made.
        Made = "made",
        /// The template that it is made from was removed.
        TemplateGone = "template_gone",
        /// It is of a kind that the server does not fill.
        NotOffered = "not_offered",
        /// It has more rows than a run holds.
        TooLarge = "too_large",
    }
}

/// What somebody says of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleContent {
    /// What it is called.
    pub name: String,
    /// What it makes. Its days are those of the rhythm, whatever the report itself says.
    pub source: ReportSource,
    /// When.
    pub timing: Timing,
    /// For whom: admins of the utility.
    pub recipients: Vec<UserId>,
    /// Whether it goes to them by e-mail as well.
    pub email: bool,
    /// The language of the reports.
    pub language: Language,
    /// Whether it makes any.
    pub state: ScheduleState,
}

/// A part of a schedule that cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleField {
    /// The name.
    Name,
    /// The report: its pieces, or a kind that the server does not fill.
    Source,
    /// The recipients: none, or too many.
    Recipients,
}

impl ScheduleField {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Source => "source",
            Self::Recipients => "recipients",
        }
    }
}

impl ReportKind {
    /// The kinds that the server fills by itself, of its own tables. Use is of whole months, which no day or week is: it is made by devices.
    pub const SCHEDULED: [Self; 7] =
        [Self::Revenue, Self::CashBook, Self::Receivables, Self::DeviceStatus, Self::Alerts, Self::Vouchers, Self::Technicians];
}

impl ScheduleContent {
    /// As it is kept.
    ///
    /// # Errors
    /// The field that cannot be kept.
    pub fn clean(self) -> Result<Self, ScheduleField> {
        let name = visible(&self.name).trim().to_owned();
        let letters = name.chars().count();
        if letters == 0 || letters > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(ScheduleField::Name);
        }
        let source = match self.source {
            ReportSource::Template(id) => ReportSource::Template(id),
            ReportSource::Design(design) => {
                let design = Design { days: self.timing.rhythm.days(), ..*design }.clean().map_err(|_| ScheduleField::Source)?;
                if !ReportKind::SCHEDULED.contains(&design.kind) {
                    return Err(ScheduleField::Source);
                }
                ReportSource::Design(Box::new(design))
            }
        };
        let mut recipients = self.recipients;
        recipients.sort_unstable();
        recipients.dedup();
        if recipients.is_empty() || recipients.len() > MOST_RECIPIENTS {
            return Err(ScheduleField::Recipients);
        }
        Ok(Self { name, source, recipients, ..self })
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
