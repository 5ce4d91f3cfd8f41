//! A time of the day in a cell of its own, beside that of the day.

use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::date_text::time_alone;
use crate::imports::parse::plain::{number_text, text_of, unmarked, whole_of_float};
use jiff::civil::{Date, Time, date};

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;

/// The days on which spreadsheets and programs have a time alone.
const NO_DAYS: [Date; 3] = [date(1899, 12, 31), date(1899, 12, 30), date(1904, 1, 1)];

/// The same as they stand in texts that were written from such cells.
const NO_DAYS_IN_TEXT: [&str; 3] = ["1899-12-31", "1899-12-30", "1904-01-01"];

/// The most digits of a time without a mark: `134500`.
const MOST: usize = 6;

/// Digits behind the mark from which on a text is a part of a day, as `0.573`; `0.57` could be a minute as well.
const PART_OF_DAY: usize = 3;

/// Whether a day is that of a time alone.
pub fn is_no_day(day: Date) -> bool {
    NO_DAYS.contains(&day)
}

/// How many digits the times of a column have that stand without a mark: 4 as in `1345`, 6 as in `134500`, and 0 where none is so long, so that one or
/// two digits are an hour.
pub fn digits_of<'a>(cells: impl Iterator<Item = &'a Cell>) -> usize {
    let digits = |cell: &Cell| {
        let text = text_of(cell).ok().flatten().unwrap_or_default();
        let bare = bare(&text);
        if are_digits(bare) && bare.len() <= MOST { bare.len() } else { 0 }
    };
    match cells.map(digits).max().unwrap_or(0) {
        0..=2 => 0,
        3 | 4 => 4,
        _ => MOST,
    }
}

/// Reads a time of the day; `None` if there is nothing. `digits` is what [`digits_of`] says of the column.
///
/// # Errors
/// It is no time of the day.
pub fn read(cell: &Cell, digits: usize) -> Parsed<Option<Time>> {
    let time = match cell {
        Cell::Time(time) => Some(time.time()).filter(|_| is_no_day(time.date())),
        Cell::Number(number) => of_number(*number, digits),
        _ => {
            let Some(text) = text_of(cell)? else { return Ok((None, None)) };
            of_text(bare(&text), digits)
        }
    };
    match time {
        Some(time) => Ok((Some(time), None)),
        None => Err(Doubt::new(Reason::NotATime, Action::EditCell)),
    }
}

/// A text without the mark of a text, and without the nought that programs write behind whole numbers in a column with gaps.
fn bare(text: &str) -> &str {
    let text = unmarked(text);
    whole_of_float(text).unwrap_or(text)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn of_number(number: f64, digits: usize) -> Option<Time> {
    if (0.0..1.0).contains(&number) {
        return of_part(number);
    }
    if number.fract() == 0.0 {
        return of_digits(&number_text(number), digits);
    }
    // `13.45` was typed as a time, and became a number.
    let hundredths = number * 100.0;
    if (hundredths - hundredths.round()).abs() > 1e-6 { None } else { time_alone(&format!("{number:.2}")) }
}

fn of_text(text: &str, digits: usize) -> Option<Time> {
    if are_digits(text) {
        return of_digits(text, digits);
    }
    if let Some(part) = text.strip_prefix("0.").or_else(|| text.strip_prefix("0,")).filter(|part| are_digits(part)) {
        return if part.len() >= PART_OF_DAY { of_part(format!("0.{part}").parse().ok()?) } else { None };
    }
    let alone = NO_DAYS_IN_TEXT.iter().find_map(|day| text.strip_prefix(*day)).unwrap_or(text);
    time_alone(alone).or_else(|| time_alone(&alone.replace(',', ".")))
}

/// The time that is a part of a day, as spreadsheets store it.
fn of_part(part: f64) -> Option<Time> {
    let seconds = ((part * DAY_S).round() as i32).min(86_399);
    Time::new((seconds / 3_600) as i8, (seconds / 60 % 60) as i8, (seconds % 60) as i8, 0).ok()
}

/// The time of digits without a mark, of which those in front may be lost where they are noughts.
fn of_digits(text: &str, digits: usize) -> Option<Time> {
    if !are_digits(text) || text.len() > MOST {
        return None;
    }
    let own = match text.len() {
        0..=2 => 2,
        3 | 4 => 4,
        _ => MOST,
    };
    let width = own.max(digits);
    let whole = format!("{text:0>width$}");
    let part = |at: usize| -> Option<i8> {
        match whole.get(at..at + 2) {
            Some(part) => part.parse().ok(),
            None => Some(0),
        }
    };
    Time::new(part(0)?, part(2)?, part(4)?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{datetime, time};
    use proptest::prelude::*;

    fn of(cell: Cell, digits: usize) -> Result<Option<Time>, Reason> {
        read(&cell, digits).map(|(time, _)| time).map_err(|doubt| doubt.reason)
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn times_are_read_as_people_and_programs_write_them() {
        for written in [
            "13:45",
            "13.45",
            "13,45",
            "13:45:00",
            "1:45 PM",
            "1.45pm",
            "pukul 13.45 WIB",
            "Jam 13:45",
            "1345",
            "134500",
            "134500.0",
            "'13:45",
            " 13:45 ",
            "1899-12-31 13:45:00",
            "0.572916667",
            "0,572916667",
        ] {
            assert_eq!(of(text(written), 0), Ok(Some(time(13, 45, 0, 0))), "{written}");
        }
        for number in [13.45, 1_345.0, 134_500.0, 13.75 / 24.0] {
            assert_eq!(of(Cell::Number(number), 0), Ok(Some(time(13, 45, 0, 0))), "{number}");
        }
        assert_eq!(of(Cell::Time(datetime(1899, 12, 31, 13, 45, 0, 0)), 0), Ok(Some(time(13, 45, 0, 0))));
        assert_eq!(of(text("8"), 0), Ok(Some(time(8, 0, 0, 0))));
        assert_eq!(of(Cell::Number(0.0), 0), Ok(Some(Time::midnight())));
        assert_eq!((of(Cell::Empty, 0), of(text(" "), 0)), (Ok(None), Ok(None)));
    }

    #[test]
    fn what_is_no_time_is_said() {
        for written in ["siang", "25:00", "13:60", "2575", "8:5", "0.25", "0.5", "12/01/2024", "12/01/2024 13:45", "1345000", "."]
        {
            assert_eq!(of(text(written), 0), Err(Reason::NotATime), "{written}");
        }
        for number in [-0.5, 13.456, 13.75, 45_303.573, 99.0] {
            assert_eq!(of(Cell::Number(number), 0), Err(Reason::NotATime), "{number}");
        }
        assert_eq!(of(Cell::Time(datetime(2024, 1, 12, 13, 45, 0, 0)), 0), Err(Reason::NotATime), "a day as well");
        assert_eq!(of(Cell::Error("#REF!".into()), 0), Err(Reason::ErrorCell));
    }

    #[test]
    fn noughts_that_were_lost_are_those_of_the_column() {
        let column = |numbers: &[f64]| {
            let cells: Vec<Cell> = numbers.iter().copied().map(Cell::Number).collect();
            digits_of(cells.iter())
        };
        assert_eq!((column(&[8.0, 13.0]), column(&[15.0, 930.0]), column(&[15.0, 93_000.0])), (0, 4, 6));
        assert_eq!((column(&[0.5, 13.45]), column(&[20_240_112.0]), column(&[])), (0, 0, 0));
        let fifteen = || Cell::Number(15.0);
        assert_eq!(of(fifteen(), 0), Ok(Some(time(15, 0, 0, 0))));
        assert_eq!(of(fifteen(), 4), Ok(Some(time(0, 15, 0, 0))));
        assert_eq!(of(fifteen(), 6), Ok(Some(time(0, 0, 15, 0))));
        assert_eq!(of(text("930"), 4), Ok(Some(time(9, 30, 0, 0))));
        assert_eq!(of(text("93000"), 6), Ok(Some(time(9, 30, 0, 0))));
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_none(text in "\\PC{0,20}", marked in "[0-9apmAPM:., ]{0,12}", digits in prop_oneof![Just(0_usize), Just(4), Just(6)]) {
            let _ = (read(&Cell::Text(text), digits), read(&Cell::Text(marked), digits));
        }

        #[test]
        fn any_number_is_a_time_or_none(bits in any::<u64>()) {
            let _ = read(&Cell::Number(f64::from_bits(bits)), 0);
        }
    }
}
