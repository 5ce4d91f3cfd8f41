//! The readers against calamine, where it can read: cell by cell on every file.

use super::{open_made, rows};
use calamine::{Data, Reader, open_workbook_auto};
use domain::imports::Cell;
use std::collections::BTreeMap;
use std::path::Path;

/// Cells that are not empty, by row and column from 0.
fn ours(name: &str) -> BTreeMap<(u32, u32), Cell> {
    let (rows, _) = rows(&mut open_made(name), 0).unwrap();
    let cells = rows.into_iter().flat_map(|row| (0..).zip(row.cells).map(move |(column, cell)| ((row.number - 1, column), cell)));
    cells.filter(|(_, cell)| *cell != Cell::Empty).collect()
}

fn theirs(name: &str) -> BTreeMap<(u32, u32), Data> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name);
    let mut workbook = open_workbook_auto(path).unwrap();
    let range = workbook.worksheet_range("Data").unwrap();
    let (top, left) = range.start().unwrap();
    let cells = range
        .used_cells()
        .map(|(row, column, data)| ((top + u32::try_from(row).unwrap(), left + u32::try_from(column).unwrap()), data.clone()));
    cells.filter(|(_, data)| !matches!(data, Data::String(text) if text.is_empty())).collect()
}

fn is_same(name: &str, ours: &Cell, theirs: &Data) -> bool {
    match (ours, theirs) {
        (Cell::Text(ours), Data::String(theirs)) => ours == theirs,
        (Cell::Number(ours), Data::Float(theirs)) => ours == theirs,
        (Cell::Number(ours), Data::Int(theirs)) => *ours == *theirs as f64,
        (Cell::Bool(ours), Data::Bool(theirs)) => ours == theirs,
        (Cell::Error(ours), Data::Error(theirs)) => *ours == theirs.to_string(),
        // It has no truths and errors in some files, and texts of dates in others; the instants are compared in `writers`.
        (Cell::Bool(_), Data::Float(_)) | (Cell::Error(_), Data::String(_)) => true,
        (Cell::Time(_), Data::DateTime(_) | Data::DateTimeIso(_)) => true,
        // It does not see the formats of SheetJS.
        (Cell::Time(_), Data::Float(_)) => name.starts_with("sheetjs"),
        _ => false,
    }
}

#[test]
fn both_find_the_same_cells() {
    for name in [
        "openpyxl.xlsx",
        "xlsxwriter.xlsx",
        "xlsxwriter-c.xlsx",
        "exceljs.xlsx",
        "sheetjs.xlsx",
        "libreoffice.xlsx",
        "libreoffice.ods",
        "libreoffice.xls",
        "sheetjs.xls",
        "sheetjs-5.xls",
        "xlwt.xls",
        "pyexcel.xls",
    ] {
        let (ours, theirs) = (ours(name), theirs(name));
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{name}");
        for (place, cell) in &ours {
            assert!(is_same(name, cell, &theirs[place]), "{name} {place:?}: {cell:?} is {:?}", theirs[place]);
        }
    }
}
