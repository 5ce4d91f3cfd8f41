//! Reading of files as a utility has them: by every writer, damaged, hostile.

mod archives;
mod calamine;
mod csv;
mod csv_property;
mod hostile;
mod ods;
mod refused;
mod writers;
mod xls;
mod xlsb;
mod xlsx;

use crate::{Limits, Notes, OpenError, Options, ReadError, Workbook};
use domain::imports::{Cell, SheetRow};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

/// A file with these bytes and a name that says nothing.
fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Opens bytes as a file.
fn open(bytes: &[u8]) -> Result<Workbook, OpenError> {
    open_with(bytes, &Limits::default(), &Options::default())
}

fn open_with(bytes: &[u8], limits: &Limits, options: &Options) -> Result<Workbook, OpenError> {
    crate::open_with(file(bytes).path(), limits, options)
}

/// A file beside these tests.
fn open_made(name: &str) -> Workbook {
    crate::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name), &Limits::default()).unwrap()
}

/// All rows of a sheet.
fn rows(workbook: &mut Workbook, sheet: usize) -> Result<(Vec<SheetRow>, Notes), ReadError> {
    let mut rows = Vec::new();
    let notes = workbook.read(sheet, &mut |row, progress| {
        assert!((0.0..=1.0).contains(&progress.fraction()));
        assert!(rows.last().is_none_or(|before: &SheetRow| before.number < row.number));
        rows.push(row.clone());
        ControlFlow::Continue(())
    })?;
    Ok((rows, notes))
}

/// Rows of the first sheet as numbers and cells.
fn read(bytes: &[u8]) -> Vec<(u32, Vec<Cell>)> {
    let (rows, _) = rows(&mut open(bytes).unwrap(), 0).unwrap();
    rows.into_iter().map(|row| (row.number, row.cells)).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn texts(row: &[&str]) -> Vec<Cell> {
    row.iter().map(|field| if field.is_empty() { Cell::Empty } else { text(field) }).collect()
}
