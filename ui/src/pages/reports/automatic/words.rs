//! What rhythms, due times and states of runs are called.

use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use domain::TimeZone;
use domain::alerts::preferences::MinuteOfDay;
use domain::people::Language;
use domain::reports::{MonthDay, Rhythm, RunState, Timing, Weekday};

/// A day of the week.
pub fn weekday(of: Weekday) -> String {
    format::weekday_name(usize::from(u8::from(of)), language()).to_owned()
}

/// A day of the month.
pub fn month_day(of: MonthDay) -> String {
    if of == MonthDay::LAST { tr("report-day-last") } else { tra("report-day-of-month", &[("n", u8::from(of).to_string())]) }
}

/// `06.00`.
pub fn time(of: MinuteOfDay) -> String {
    let minute = u16::from(of);
    let point = if language() == Language::Id { '.' } else { ':' };
    format!("{:02}{point}{:02}", minute / 60, minute % 60)
}

/// `setiap Sen, 06.00 WITA`.
pub fn timing(of: Timing, zone: TimeZone) -> String {
    let when = format!("{} {}", time(of.at), zone.abbreviation());
    match of.rhythm {
        Rhythm::Day => tra("report-every-day", &[("time", when)]),
        Rhythm::Week(on) => tra("report-every-week", &[("day", weekday(on)), ("time", when)]),
        Rhythm::Month(on) => tra("report-every-month", &[("day", month_day(on)), ("time", when)]),
    }
}

/// Which days a report of this rhythm is about.
pub fn about(of: Rhythm) -> String {
    tr(match of {
        Rhythm::Day => "report-about-day",
        Rhythm::Week(_) => "report-about-week",
        Rhythm::Month(_) => "report-about-month",
    })
}

/// What became of a run.
pub fn state(of: RunState) -> String {
    tr(&format!("report-state-{}", of.as_str()))
}
