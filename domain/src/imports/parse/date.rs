//! A date or a time in a cell. Which of day and month is first is decided by the column, never by the cell.

use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::date_text::{self, Spelled};
use crate::imports::parse::plain::{is_scientific, lost_digits, number_text, text_of, unmarked, whole_of_float};
use crate::{LocalDay, TimeZone, UtcMillis};
use jiff::civil::{Date, DateTime, Time, date};
use jiff::{Span, ToSpan};

pub use crate::imports::parse::date_text::{DateOrder, OrderHint, hint};

/// How the dates of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRules {
    /// What is first of day and month.
    pub order: DateOrder,
    /// Whether the workbook counts its days from 1904.
    pub is_1904: bool,
    /// The newest year that two digits can mean.
    pub newest_year: i16,
    /// Hours to add: 7, 8 or 9 where a program wrote local midnights in UTC.
    pub shift_hours: u8,
}

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;

/// The last day that spreadsheets know, 31 December 9999, as a number of the system of 1900.
const LAST_DAY: f64 = 2_958_465.0;

/// Years that a record can have.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// The days that texts of five digits can be, as spreadsheets number them: of 1954 to 2064.
const SERIALS: std::ops::RangeInclusive<i32> = 20_000..=60_000;

/// Whether a text is the date of a database that has none: `0000-00-00`, `00/00/0000 00:00`.
fn is_no_day(text: &str) -> bool {
    text.contains('0') && text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'/' | b'.' | b':' | b' '))
}

/// Reads a local time; a date alone is its midnight. Seconds of a minute after midnight are taken off: some programs write midnights of
/// Jakarta 12, 36 or 48 s late. `None` if there is nothing, also where a database wrote noughts for it.
///
/// # Errors
/// It is no date, or one in another order than its column's. Of a month without a day its last is proposed, and of the number of a day in a
/// text that day, and of a date that is written together as it is spoken (`12122010`) what it would be with marks.
pub fn read(cell: &Cell, rules: DateRules) -> Parsed<Option<DateTime>> {
    let time = match cell {
        Cell::Number(number) if *number == 0.0 => return Ok((None, None)),
        Cell::Time(time) => *time,
        Cell::Number(number) => match of_number(*number, rules.is_1904) {
            Ok(time) if YEARS.contains(&time.year()) => time,
            other => match written_together(&number_text(*number), rules.order) {
                Some(doubt) => return Err(doubt),
                None => other?,
            },
        },
        _ => {
            let Some(text) = text_of(cell)? else { return Ok((None, None)) };
            let text = unmarked(&text);
            if is_no_day(text) {
                return Ok((None, None));
            }
            if is_scientific(text) {
                return Err(lost_digits());
            }
            of_text(text, rules)?
        }
    };
    if time.date() == date(1899, 12, 31) || time.date() == date(1904, 1, 1) && rules.is_1904 {
        return Err(edit(Reason::NoDate));
    }
    // Hardly a column is shifted, and computing with spans takes longer than reading a date.
    let shifted = match rules.shift_hours {
        0 => time,
        hours => time.checked_add(Span::new().hours(hours)).unwrap_or(time),
    };
    if !YEARS.contains(&shifted.year()) {
        return Err(edit(Reason::NotADate));
    }
    Ok((Some(on_midnight(shifted)), None))
}

fn on_midnight(time: DateTime) -> DateTime {
    if time.hour() == 0 && time.minute() == 0 { time.date().to_datetime(Time::midnight()) } else { time }
}

/// The local day of a time.
pub fn day(time: DateTime) -> Option<LocalDay> {
    LocalDay::from_ymd(time.year(), time.month(), time.day())
}

/// The instant of a local time in a zone.
pub fn instant(time: DateTime, zone: TimeZone) -> Option<UtcMillis> {
    let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    day(time).map(|day| zone.start_of(day).plus(seconds * 1_000))
}

/// A day as spreadsheets number it, with the time of the day as a fraction; or eight digits `YYYYMMDD`. Four digits of a year are no day: they
/// would be one of 1905.
fn of_number(number: f64, is_1904: bool) -> Result<DateTime, Doubt> {
    if number.fract() == 0.0 && (19_000_101.0..=21_001_231.0).contains(&number) {
        return compact_day(number as i32).ok_or(edit(Reason::NotADate));
    }
    if let Some(time) = compact_time(&number_text(number)) {
        return Ok(time);
    }
    let is_year = number.fract() == 0.0 && (f64::from(*YEARS.start())..=f64::from(*YEARS.end())).contains(&number);
    if is_year || !(0.0..=LAST_DAY).contains(&number) {
        return Err(edit(Reason::NotADate));
    }
    if number.fract() == 0.0
        && let Some(doubt) = of_month(&number_text(number))
    {
        return Err(doubt);
    }
    let seconds = (number.fract() * DAY_S).round() as i32;
    let days = number.trunc() as i32;
    // The system of 1900 has a 29 February that never was, as day 60.
    let first = match (is_1904, days) {
        (true, _) => date(1904, 1, 1),
        (false, 0) => return Err(edit(Reason::NoDate)),
        (false, 60) => return Err(edit(Reason::NoSuchDay)),
        (false, 1..60) => date(1899, 12, 31),
        (false, _) => date(1899, 12, 30),
    };
    let midnight = first.to_datetime(Time::midnight());
    midnight.checked_add(days.days().seconds(seconds)).map_err(|_| edit(Reason::NotADate))
}

fn compact_day(number: i32) -> Option<DateTime> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some(date.to_datetime(Time::midnight()))
}

/// A day of eight digits with the time of the day behind it: `20240112083000`, `202401120830`, `20240112 08:30`, `20240112T083000Z`.
fn compact_time(text: &str) -> Option<DateTime> {
    let (day, rest) = text.split_at_checked(8).filter(|(day, _)| day.bytes().all(|byte| byte.is_ascii_digit()))?;
    let day = compact_day(day.parse().ok()?)?;
    let digits = rest.trim_start_matches([' ', 'T']).trim_end_matches('Z');
    let clock = match digits.len() {
        4 | 6 if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |part| part.parse().ok());
            Time::new(part(0)?, part(2)?, part(4)?, 0).ok()
        }
        _ => date_text::time_alone(rest.strip_prefix([' ', 'T'])?),
    };
    Some(day.date().to_datetime(clock?))
}

fn of_text(text: &str, rules: DateRules) -> Result<DateTime, Doubt> {
    let text = whole_of_float(text).unwrap_or(text);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let day = text.parse().ok().and_then(compact_day);
        return day.ok_or_else(|| written_together(text, rules.order).unwrap_or(edit(Reason::NotADate)));
    }
    let Some(Spelled { numbers, year, is_year_short, order, clock }) = date_text::spelled(text) else {
        if let Some(time) = compact_time(text) {
            return Ok(time);
        }
        return Err(of_serial(text, rules).or_else(|| of_month(text)).unwrap_or(edit(Reason::NotADate)));
    };
    let (year, month, day) = match order.unwrap_or(rules.order) {
        DateOrder::YearFirst if is_year_short => (i16::from(numbers[0]), numbers[1], year as i8),
        DateOrder::DayFirst | DateOrder::YearFirst => (year, numbers[1], numbers[0]),
        DateOrder::MonthFirst => (year, numbers[0], numbers[1]),
    };
    if order.is_none() && month > 12 && day <= 12 {
        return Err(Doubt::new(Reason::OtherDateOrder, Action::ChooseDateOrder));
    }
    let year = match year {
        short if is_year_short && 2000 + short > rules.newest_year => 1900 + short,
        short if is_year_short => 2000 + short,
        year => year,
    };
    let date = Date::new(year, month, day).map_err(|_| edit(Reason::NoSuchDay))?;
    Ok(date.to_datetime(clock))
}

/// That a text has a month and no day, with the last day of it as what is proposed: registers of a month are read at its end.
fn of_month(text: &str) -> Option<Doubt> {
    let (year, month) = date_text::month_alone(text)?;
    let last = Date::new(year, month, 1).ok()?.last_of_month();
    Some(edit(Reason::NotADate).proposing(last.to_string()))
}

/// That a number has a date's day, month and year without marks between them, with that date as what is proposed: `12122010`, and `1122010`,
/// which was `01122010`.
fn written_together(text: &str, order: DateOrder) -> Option<Doubt> {
    let is_date = matches!(text.len(), 7 | 8) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = text.parse().ok().filter(|_| is_date)?;
    let (first, second) = ((number / 1_000_000) as i8, (number / 10_000 % 100) as i8);
    let year = i16::try_from(number % 10_000).ok().filter(|year| YEARS.contains(year))?;
    let (day, month) = match order {
        DateOrder::DayFirst | DateOrder::YearFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    let date = Date::new(year, month, day).ok()?;
    Some(edit(Reason::NotADate).proposing(date.to_string()))
}

/// That a text is the number of a day as spreadsheets count them, with that day as what is proposed; and with the time that a fraction of it is.
fn of_serial(text: &str, rules: DateRules) -> Option<Doubt> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    whole.parse().ok().filter(|days| whole.len() == 5 && SERIALS.contains(days))?;
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let number = format!("{whole}.{fraction}").parse().ok().filter(|_| is_fraction)?;
    let time = of_number(number, rules.is_1904).ok()?;
    let is_day = time.time() == Time::midnight();
    Some(edit(Reason::NotADate).proposing(if is_day {
        time.date().to_string()
    } else {
        time.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }))
}

const fn edit(reason: Reason) -> Doubt {
    Doubt::new(reason, Action::EditCell)
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
