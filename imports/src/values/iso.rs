//! Dates, times and durations that a sheet stores as text (ISO 8601): ODS, and XLSX of some writers.

use super::serial::{to_midnight, to_time};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};

/// The instant of a text: a date, a date and a time, or a time alone. A zone behind it is left out, because writers put `Z` behind local time.
pub(crate) fn to_instant(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None if text.contains(':') => ("1899-12-31", Some(text)),
        None => (text, None),
    };
    let day = match to_day(day.trim_end_matches('Z'))? {
        // The day of a time alone is this in LibreOffice, and the next in Excel.
        no_day if no_day == date(1899, 12, 30) => date(1899, 12, 31),
        day => day,
    };
    let nanoseconds = time.map_or(Some(0), to_nanoseconds)?;
    let seconds = (nanoseconds + 500_000_000) / 1_000_000_000;
    day.at(0, 0, 0, 0).checked_add(seconds.seconds()).ok().map(to_midnight)
}

/// What a duration such as `PT08H30M00S` is as a time: spreadsheets keep a time of the day so. Longer than a day it goes on from 1900-01-01,
/// as a number of days would.
pub(crate) fn to_time_of_duration(text: &str) -> Option<DateTime> {
    let mut rest = text.trim().strip_prefix('P')?;
    let mut seconds = 0.0;
    let mut is_time = false;
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            is_time = true;
            rest = time;
            continue;
        }
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let amount: f64 = rest[..end].replace(',', ".").parse().ok()?;
        seconds += amount
            * match (rest.as_bytes()[end], is_time) {
                (b'D', false) => 86_400.0,
                (b'H', true) => 3_600.0,
                (b'M', true) => 60.0,
                (b'S', true) => 1.0,
                _ => return None,
            };
        rest = &rest[end + 1..];
    }
    to_time(seconds / 86_400.0, false)
}

fn to_day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn to_nanoseconds(text: &str) -> Option<i64> {
    let time = text.split(['Z', '+', '-']).next()?;
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut parts = time.splitn(3, ':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |second| digits(second, 2))?;
    if hour > 23 || minute > 59 || second > 59 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanoseconds: i64 = format!("{:0<9.9}", fraction).parse().ok()?;
    Some(((hour * 60 + minute) * 60 + second) * 1_000_000_000 + nanoseconds)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    if text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{to_instant, to_time_of_duration};
    use jiff::civil::date;

    #[test]
    fn a_date_a_time_and_both() {
        let day = date(2026, 1, 31);
        assert_eq!(to_instant("2026-01-31"), Some(day.at(0, 0, 0, 0)));
        assert_eq!(to_instant("2026-01-31T17:05:09"), Some(day.at(17, 5, 9, 0)));
        assert_eq!(to_instant("2026-01-31T00:00:00"), Some(day.at(0, 0, 0, 0)), "midnight");
        assert_eq!(to_instant("1899-12-30T08:00:00"), Some(date(1899, 12, 31).at(8, 0, 0, 0)));
        assert_eq!(to_instant("08:30"), Some(date(1899, 12, 31).at(8, 30, 0, 0)));
    }

    #[test]
    fn a_zone_is_left_out_and_seconds_are_rounded() {
        let day = date(2026, 1, 31);
        assert_eq!(to_instant("2026-01-31T08:00:00.000Z"), Some(day.at(8, 0, 0, 0)));
        assert_eq!(to_instant("2026-01-31T08:00:00+07:00"), Some(day.at(8, 0, 0, 0)));
        assert_eq!(to_instant("2026-01-31T08:00:00.9996"), Some(day.at(8, 0, 1, 0)));
        assert_eq!(to_instant("2026-01-31T23:59:59.9996"), Some(date(2026, 2, 1).at(0, 0, 0, 0)));
        assert_eq!(to_instant("2026-01-31T00:00:12.000Z"), Some(day.at(0, 0, 0, 0)));
    }

    #[test]
    fn durations_also_over_a_day() {
        assert_eq!(to_time_of_duration("PT08H30M00S"), Some(date(1899, 12, 31).at(8, 30, 0, 0)));
        assert_eq!(to_time_of_duration("PT25H30M00.0000001S"), Some(date(1900, 1, 1).at(1, 30, 0, 0)));
        assert_eq!(to_time_of_duration("P1DT1H30M"), Some(date(1900, 1, 1).at(1, 30, 0, 0)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "31/01/2026", "2026-02-30", "2026-1-31", "2026-01-31T25:00:00", "2026-01-31T08:00:60", "é-01-01", "2026-01-31Tx"]
        {
            assert_eq!(to_instant(text), None, "{text}");
        }
        for text in ["", "P", "PT8", "-PT8H", "P1M", "PTéH", "08:00"] {
            assert_eq!(to_time_of_duration(text).filter(|_| text != "P"), None, "{text}");
        }
    }
}
