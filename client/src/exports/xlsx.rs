//! A table as a workbook that a spreadsheet opens with the right types: numbers and dates are numbers with a format, everything else is text,
//! and nothing is a formula or a link. Rows are on disk as soon as the next one comes, so that memory does not grow with them.

use domain::exports::{Cell, Kind, Layout};
use domain::{LocalDay, UtcMillis};
use rust_xlsxwriter::{Format, IgnoreError, Workbook, Worksheet, XlsxError};
use std::path::Path;

/// UTF-16 units of a cell at most.
const LONGEST: usize = 32_767;

/// Up to here a floating number holds each whole one: 2^53.
const EXACT: u64 = 1 << 53;

/// 1 January 1970 as spreadsheets count days.
const EPOCH: i32 = 25_569;

/// The letters by which the sheet about the file is wide.
const ABOUT_WIDTH: f64 = 80.0;

/// A name of a sheet at most.
const LONGEST_NAME: usize = 31;

/// A workbook that is being written.
pub struct Xlsx {
    workbook: Workbook,
    columns: Vec<(Kind, Format)>,
    /// The next row.
    row: u32,
}

impl Xlsx {
    /// Begins a workbook with the names of the columns, which stay in sight. `folder` has room for the rows, in a file without a name.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin(title: &str, layout: &Layout, folder: &Path) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(title))?;
        sheet.set_landscape().set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        let bold = Format::new().set_bold();
        for (place, column) in (0_u16..).zip(&layout.columns) {
            let width = usize::from(column.width).max(least(column.kind)).max(column.name.chars().count() + 2);
            sheet.set_column_width(place, width as f64)?;
            sheet.write_string_with_format(0, place, clean(&column.name), &bold)?;
        }
        let columns = layout.columns.iter().map(|column| (column.kind, format(column.kind))).collect();
        Ok(Self { workbook, columns, row: 1 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// There are too many.
    pub fn put(&mut self, layout: &Layout, cells: &[Cell]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (place, ((kind, format), cell)) in (0_u16..).zip(self.columns.iter().zip(cells)) {
            let at = (self.row, place, format);
            match cell {
                Cell::Nothing => {}
                Cell::Text(text) => text_at(sheet, at, text)?,
                Cell::Number(number) if number.unsigned_abs() > EXACT => text_at(sheet, at, &layout.plain(*kind, *number))?,
                Cell::Number(number) => number_at(sheet, at, scaled(*kind, *number))?,
                Cell::At(instant) => number_at(sheet, at, serial(layout, *instant))?,
                Cell::Day(day) => number_at(sheet, at, of_day(*day))?,
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Ends the workbook, with a sheet of sentences about it.
    ///
    /// # Errors
    /// It cannot be put together.
    pub fn finish(mut self, title: &str, sentences: &[String]) -> Result<Vec<u8>, XlsxError> {
        let last_row = self.row.saturating_sub(1);
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        // Digits that are text are meant to be.
        let sheet = self.workbook.worksheet_from_index(0)?;
        sheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
        let about = self.workbook.add_worksheet();
        about.set_name(sheet_name(title))?;
        about.set_column_width(0, ABOUT_WIDTH)?;
        for (row, sentence) in (0_u32..).zip(sentences) {
            about.write_string(row, 0, clean(sentence))?;
        }
        self.workbook.save_to_buffer()
    }
}

/// A cell's row, column and format.
type At<'a> = (u32, u16, &'a Format);

fn text_at(sheet: &mut Worksheet, (row, column, format): At<'_>, text: &str) -> Result<(), XlsxError> {
    sheet.write_string_with_format(row, column, clean(text), format).map(|_| ())
}

fn number_at(sheet: &mut Worksheet, (row, column, format): At<'_>, number: f64) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, column, number, format).map(|_| ())
}

/// How cells of a kind are shown. Text is text also once somebody edits it.
fn format(kind: Kind) -> Format {
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
const fn least(kind: Kind) -> usize {
    match kind {
        Kind::Instant => 17,
        Kind::Day => 12,
        Kind::Rupiah | Kind::Thousandths | Kind::Volume => 14,
        Kind::Text | Kind::Code | Kind::Whole | Kind::PerMille => 8,
    }
}

/// A number as a spreadsheet has it: one division by a power of ten, which is exact, so that the result is the nearest there is.
fn scaled(kind: Kind, number: i64) -> f64 {
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

fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|letter| !"*?:[]\\/'".contains(*letter)).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "Data".to_owned() } else { name }
}

/// A text as a cell takes it: lines end in one way, without what no cell can hold, and not longer than one can be.
fn clean(text: &str) -> String {
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
    use domain::exports::Column;
    use domain::people::Language;

    #[test]
    fn days_and_minutes_are_counted_as_spreadsheets_count_them() {
        let layout = Layout { columns: Vec::new(), language: Language::Id, zone: TimeZone::Jakarta };
        let day = LocalDay::from_ymd(2026, 11, 22).unwrap();
        assert_eq!(of_day(day), 46_348.0);
        assert_eq!(serial(&layout, layout.zone.start_of(day).plus(12 * 3_600_000)), 46_348.5);
        assert_eq!((scaled(Kind::Thousandths, 1_500), scaled(Kind::Rupiah, -5_000)), (1.5, -5_000.0));
    }

    #[test]
    fn a_cell_holds_lines_and_no_control_characters_and_ends_where_it_must() {
        assert_eq!(clean("a\r\nb\rc\u{1}\u{7f}\td\u{ffff}"), "a\nb\nc\td");
        assert_eq!(clean(&"\u{1f4a7}".repeat(20_000)).encode_utf16().count(), 32_766);
        assert_eq!((sheet_name("Pelanggan: [a]/b"), sheet_name("'?'")), ("Pelanggan ab".to_owned(), "Data".to_owned()));
    }

    #[test]
    fn a_workbook_without_rows_is_one_too() {
        let folder = tempfile::tempdir().unwrap();
        let columns = vec![Column { name: "Nama".into(), kind: Kind::Text, width: 10 }];
        let layout = Layout { columns, language: Language::En, zone: TimeZone::Jakarta };
        let workbook = Xlsx::begin("Pelanggan", &layout, folder.path()).unwrap();
        let bytes = workbook.finish("Keterangan", &["Data terkini.".to_owned()]).unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    }
}
