//! A date or a time in a cell. Which of day and month is first is decided by the column, never by the cell.

use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::date_text::{self, Spelled};
use crate::imports::parse::plain::{is_scientific, lost_digits, text_of};
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

/// Reads a local time; a date alone is its midnight. Seconds of a minute after midnight are taken off: some programs write midnights of
/// Jakarta 12, 36 or 48 s late. `None` if there is nothing.
///
/// # Errors
/// It is no date, or one in another order than its column's.
pub fn read(cell: &Cell, rules: DateRules) -> Parsed<Option<DateTime>> {
    let time = match cell {
        Cell::Time(time) => *time,
        Cell::Number(number) => of_number(*number, rules.is_1904)?,
        _ => {
            let Some(text) = text_of(cell)? else { return Ok((None, None)) };
            if is_scientific(&text) {
                return Err(lost_digits());
            }
            of_text(&text, rules)?
        }
    };
    if time.date() == date(1899, 12, 31) || time.date() == date(1904, 1, 1) && rules.is_1904 {
        return Err(edit(Reason::NoDate));
    }
    let shifted = time.checked_add(Span::new().hours(rules.shift_hours)).unwrap_or(time);
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

/// A day as spreadsheets number it, with the time of the day as a fraction; or eight digits `YYYYMMDD`.
fn of_number(number: f64, is_1904: bool) -> Result<DateTime, Doubt> {
    if number.fract() == 0.0 && (19_000_101.0..=21_001_231.0).contains(&number) {
        return compact_day(number as i32).ok_or(edit(Reason::NotADate));
    }
    if !(0.0..=LAST_DAY).contains(&number) {
        return Err(edit(Reason::NotADate));
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

fn of_text(text: &str, rules: DateRules) -> Result<DateTime, Doubt> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().and_then(compact_day).ok_or(edit(Reason::NotADate));
    }
    let Spelled { numbers, year, is_year_short, order, clock } = date_text::spelled(text).ok_or(edit(Reason::NotADate))?;
    let (month, day) = match order.unwrap_or(rules.order) {
        DateOrder::DayFirst => (numbers[1], numbers[0]),
        DateOrder::MonthFirst => (numbers[0], numbers[1]),
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

const fn edit(reason: Reason) -> Doubt {
    Doubt::new(reason, Action::EditCell)
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
