//! Cells: what is text, what is a number, and how each is shown.

use domain::exports::{Cell, Kind, Layout};
use domain::{LocalDay, UtcMillis};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

/// UTF-16 units of a cell at most.
const LONGEST: usize = 32_767;

/// Up to here a floating number holds each whole one: 2^53.
pub const EXACT: u64 = 1 << 53;

/// 1 January 1970 as spreadsheets count days.
const EPOCH: i32 = 25_569;

/// A name of a sheet at most.
pub const LONGEST_NAME: usize = 31;

/// A cell's row, column and format.
pub type At<'a> = (u32, u16, &'a Format);

/// Writes a cell of a column of a kind. Nothing is written for nothing.
///
/// # Errors
/// The sheet has no room for it.
pub fn put(sheet: &mut Worksheet, at: At<'_>, layout: &Layout, (kind, cell): (Kind, &Cell)) -> Result<(), XlsxError> {
    match cell {
        Cell::Nothing => Ok(()),
        Cell::Text(text) => text_at(sheet, at, text),
        Cell::Number(number) if number.unsigned_abs() > EXACT => text_at(sheet, at, &layout.plain(kind, *number)),
        Cell::Number(number) => number_at(sheet, at, scaled(kind, *number)),
        Cell::At(instant) => number_at(sheet, at, serial(layout, *instant)),
        Cell::Day(day) => number_at(sheet, at, of_day(*day)),
    }
}

/// Writes a text, which stays one whatever it looks like.
///
/// # Errors
/// The sheet has no room for it.
pub fn text_at(sheet: &mut Worksheet, (row, column, format): At<'_>, text: &str) -> Result<(), XlsxError> {
    sheet.write_string_with_format(row, column, clean(text), format).map(|_| ())
}

/// Writes a number.
///
/// # Errors
/// The sheet has no room for it.
pub fn number_at(sheet: &mut Worksheet, (row, column, format): At<'_>, number: f64) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, column, number, format).map(|_| ())
}

/// How cells of a kind are shown. Text is text also once somebody edits it.
pub fn format(kind: Kind) -> Format {
    Format::new().set_num_format(match kind {
        Kind::Text | Kind::Code => "@",
        Kind::Whole | Kind::Rupiah => "#,##0",
        Kind::Thousandths | Kind::Volume => "#,##0.000",
        Kind::PerMille => "0.0%",
        Kind::Instant => "yyyy-mm-dd hh:mm",
        Kind::Day => "yyyy-mm-dd",
    })
}

/// The letters that a cell of a kind has at least: a date in a narrower column is shown as hashes.
pub const fn least(kind: Kind) -> usize {
    match kind {
        Kind::Instant => 17,
        Kind::Day => 12,
        Kind::Rupiah | Kind::Thousandths | Kind::Volume => 14,
        Kind::Text | Kind::Code | Kind::Whole | Kind::PerMille => 8,
    }
}

/// A number as a spreadsheet has it: one division by a power of ten, which is exact, so that the result is the nearest there is.
pub fn scaled(kind: Kind, number: i64) -> f64 {
    // A percentage is a part of one.
    let decimals = kind.decimals() + if kind == Kind::PerMille { 2 } else { 0 };
    number as f64 / 10_u32.pow(decimals) as f64
}

/// A day as spreadsheets count it.
fn of_day(day: LocalDay) -> f64 {
    f64::from(day.0.saturating_add(EPOCH))
}

/// An instant in the table's zone, to the minute, as is shown.
fn serial(layout: &Layout, at: UtcMillis) -> f64 {
    let (hour, minute) = layout.zone.clock_of(at);
    of_day(layout.zone.day_of(at)) + f64::from(u16::from(hour) * 60 + u16::from(minute)) / 1_440.0
}

/// A title as the name of a sheet.
pub fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|letter| !"*?:[]\\/'".contains(*letter)).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "Data".to_owned() } else { name }
}

/// A text as a cell takes it: lines end in one way, without what no cell can hold, and not longer than one can be.
pub fn clean(text: &str) -> String {
    // Most are as they are.
    if text.len() <= LONGEST && !text.contains(|letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}')) {
        return text.to_owned();
    }
    let mut units = 0;
    let is_held =
        |letter: &char| matches!(letter, '\t' | '\n') || !(letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}'));
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(is_held)
        .take_while(|letter| {
            units += letter.len_utf16();
            units <= LONGEST
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TimeZone;
    use domain::people::Language;

    #[test]
    fn days_and_minutes_are_counted_as_spreadsheets_count_them() {
        let layout = Layout { columns: Vec::new(), language: Language::Id, zone: TimeZone::Jakarta };
        let day = LocalDay::from_ymd(2026, 11, 22).unwrap();
        assert_eq!(of_day(day), 46_348.0);
        assert_eq!(serial(&layout, layout.zone.start_of(day).plus(12 * 3_600_000)), 46_348.5);
        assert_eq!(
            (scaled(Kind::Thousandths, 1_500), scaled(Kind::Rupiah, -5_000), scaled(Kind::PerMille, 125)),
            (1.5, -5_000.0, 0.125)
        );
    }

    #[test]
    fn a_cell_holds_lines_and_no_control_characters_and_ends_where_it_must() {
        assert_eq!(clean("a\r\nb\rc\u{1}\u{7f}\td\u{ffff}"), "a\nb\nc\td");
        assert_eq!(clean(&"\u{1f4a7}".repeat(20_000)).encode_utf16().count(), 32_766);
        assert_eq!((sheet_name("Pelanggan: [a]/b"), sheet_name("'?'")), ("Pelanggan ab".to_owned(), "Data".to_owned()));
    }
}
