//! The files that are read, made once and kept under `target/bench/import`: a CSV by this program, an XLSX by `rust_xlsxwriter`, an ODS by
//! `ods.py` from a CSV.

use super::super::{Outcome, results};
use super::households::{COLUMNS, Cell, DAYS, NUMBERS, household};
use super::theirs::python;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A part of the files' names. With another one, files of before are not used again.
const EDITION: u32 = 1;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Ods,
}

impl Format {
    /// As it is asked for, and as the file's name ends.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
        }
    }

    /// Columns of a file.
    pub const fn columns(self) -> usize {
        match self {
            Self::Csv => 10,
            Self::Xlsx | Self::Ods => COLUMNS.len(),
        }
    }
}

/// A file with so many households, made if it is not there.
pub fn made(format: Format, rows: u32) -> Outcome<PathBuf> {
    let folder = results()?.join("import");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("households-{EDITION}-{rows}.{}", format.name()));
    if !file.exists() {
        // A file that is there is whole.
        let part = file.with_extension("part");
        match format {
            Format::Csv => write_csv(&part, rows, format.columns())?,
            Format::Xlsx => write_xlsx(&part, rows)?,
            Format::Ods => write_ods(&part, rows)?,
        }
        std::fs::rename(&part, &file)?;
    }
    Ok(file)
}

fn write_csv(file: &Path, rows: u32, columns: usize) -> Outcome {
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_path(file)?;
    out.write_record(&COLUMNS[..columns])?;
    for n in 0..rows {
        out.write_record(household(n)[..columns].iter().map(ToString::to_string))?;
    }
    Ok(out.flush()?)
}

/// Row by row, with a table of shared texts as Excel saves it.
fn write_xlsx(file: &Path, rows: u32) -> Outcome {
    let mut workbook = Workbook::new();
    let of_day = CellFormat::new().set_num_format("dd/mm/yyyy");
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

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, of_day: &CellFormat) -> Result<(), XlsxError> {
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

fn write_ods(file: &Path, rows: u32) -> Outcome {
    let folder = tempfile::tempdir()?;
    let (source, script) = (folder.path().join("households.csv"), folder.path().join("ods.py"));
    write_csv(&source, rows, Format::Ods.columns())?;
    std::fs::write(&script, include_str!("ods.py"))?;
    let status = Command::new(python()?).arg(&script).arg(&source).arg(file).args([NUMBERS, DAYS]).status()?;
    if status.success() { Ok(()) } else { Err(format!("ods.py ended with {status}").into()) }
}
