//! Dates that spreadsheets store as a number of days, since 1900 or since 1904.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};

/// The day of a time alone.
const NO_DAY: Date = date(1899, 12, 31);
/// Behind 9999-12-31.
const END: f64 = 2_958_466.0;
/// The day that Excel has and the calendar does not: 29 February 1900.
const LEAP_DAY: i64 = 60;
const DAY_S: i64 = 86_400;

/// The instant of a number of days, as the sheet shows it; none where no calendar has it.
pub(crate) fn to_time(serial: f64, is_1904: bool) -> Option<DateTime> {
    if !(0.0..END).contains(&serial) {
        return None;
    }
    let seconds = (serial * DAY_S as f64).round() as i64;
    let (days, second) = (seconds / DAY_S, seconds % DAY_S);
    let first = match days {
        0 => NO_DAY,
        _ if is_1904 => date(1904, 1, 1),
        1..LEAP_DAY => NO_DAY,
        LEAP_DAY => return None,
        _ => date(1899, 12, 30),
    };
    let day = first.checked_add(days.days()).ok()?;
    day.at(0, 0, 0, 0).checked_add(second.seconds()).ok().map(to_midnight)
}

/// An instant less than a minute after midnight is the day. Libraries of JavaScript write a day so in a zone whose first offset was not
/// whole minutes: in Jakarta 12 s late, by some 36 or 48. What is before midnight, 23.59.59, is the end of a day and stays.
pub(crate) fn to_midnight(instant: DateTime) -> DateTime {
    let is_late = instant.hour() == 0 && instant.minute() == 0;
    if is_late && instant.date() > NO_DAY { instant.date().at(0, 0, 0, 0) } else { instant }
}

#[cfg(test)]
mod tests {
    use super::to_time;
    use jiff::civil::date;

    #[test]
    fn days_since_1900_are_as_excel_shows_them() {
        for (serial, shown) in [
            (1.0, date(1900, 1, 1)),
            (59.0, date(1900, 2, 28)),
            (61.0, date(1900, 3, 1)),
            (46_054.0, date(2026, 2, 1)),
            (2_958_465.0, date(9999, 12, 31)),
        ] {
            assert_eq!(to_time(serial, false), Some(shown.at(0, 0, 0, 0)));
        }
        assert_eq!(to_time(60.0, false), None, "29 February 1900, which was none");
    }

    #[test]
    fn days_since_1904_are_four_years_later() {
        assert_eq!(to_time(44_592.0, true), Some(date(2026, 2, 1).at(0, 0, 0, 0)));
        assert_eq!(to_time(60.0, true), Some(date(1904, 3, 1).at(0, 0, 0, 0)));
    }

    #[test]
    fn a_time_alone_has_the_day_of_none() {
        assert_eq!(to_time(0.5, false), Some(date(1899, 12, 31).at(12, 0, 0, 0)));
        assert_eq!(to_time(0.5, true), Some(date(1899, 12, 31).at(12, 0, 0, 0)));
        assert_eq!(to_time(30.0 / 86_400.0, false), Some(date(1899, 12, 31).at(0, 0, 30, 0)));
    }

    #[test]
    fn midnight_of_javascript_is_midnight_and_the_end_of_a_day_stays() {
        let day = 46_054.0;
        for late in [0.2, 12.0, 36.0, 48.0, 59.0] {
            assert_eq!(to_time(day + late / 86_400.0, false), Some(date(2026, 2, 1).at(0, 0, 0, 0)), "{late} s");
        }
        assert_eq!(to_time(day + 86_399.0 / 86_400.0, false), Some(date(2026, 2, 1).at(23, 59, 59, 0)));
        assert_eq!(to_time(day + 86_399.9 / 86_400.0, false), Some(date(2026, 2, 2).at(0, 0, 0, 0)));
        assert_eq!(to_time(day + 60.0 / 86_400.0, false), Some(date(2026, 2, 1).at(0, 1, 0, 0)));
    }

    #[test]
    fn what_no_calendar_has_is_none() {
        for serial in [-1.0, 2_958_466.0, f64::NAN, f64::INFINITY] {
            assert_eq!(to_time(serial, false), None);
        }
    }
}
