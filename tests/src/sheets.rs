//! Sheets of invented households, as programs save them: a CSV with semicolons, an XLSX with shared texts, numbers and days.

use crate::households::{COLUMNS, Cell, household};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::path::Path;

/// What writing a sheet comes to.
pub type Written = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// How a CSV is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// As programs on Windows write it. Households have letters of Latin 1, which are the same bytes in it.
    Windows1252,
}

impl Encoding {
    fn bytes(self, text: String) -> Vec<u8> {
        match self {
            Self::Utf8 => text.into_bytes(),
            Self::Windows1252 => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect(),
        }
    }
}

/// Writes the first households as a CSV with semicolons and the first columns of all.
///
/// # Errors
/// The file cannot be written.
pub fn write_csv(file: &Path, rows: u32, columns: usize, encoding: Encoding) -> Written {
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_path(file)?;
    out.write_record(&COLUMNS[..columns])?;
    for n in 0..rows {
        out.write_record(household(n)[..columns].iter().map(|cell| encoding.bytes(cell.to_string())))?;
    }
    Ok(out.flush()?)
}

/// Writes the first households as an XLSX, row by row, with a table of shared texts as Excel saves it.
///
/// # Errors
/// The file cannot be written.
pub fn write_xlsx(file: &Path, rows: u32) -> Written {
    let mut workbook = Workbook::new();
    let of_day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet_with_low_memory()?;
    sheet.set_name("Pelanggan")?;
    for (column, name) in COLUMNS.iter().enumerate() {
        sheet.write_string(0, column as u16, *name)?;
    }
    for n in 0..rows {
        for (column, cell) in household(n).iter().enumerate() {
            write_cell(sheet, (n + 1, column as u16), cell, &of_day)?;
        }
    }
    Ok(workbook.save(file)?)
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, of_day: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Tenths(tenths) => {
            sheet.write_number(row, column, f64::from(*tenths) / 10.0)?;
        }
        Cell::Count(count) => {
            sheet.write_number(row, column, *count)?;
        }
        Cell::Day { year, month, day } => {
            sheet.write_date_with_format(row, column, &ExcelDateTime::from_ymd(*year, *month, *day)?, of_day)?;
        }
    }
    Ok(())
}
