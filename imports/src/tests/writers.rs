//! The same sheet by every writer gives the same rows. `files/make.py` makes the files; what a writer cannot say is said here.

use super::{open_made, rows, text};
use crate::{Format, Workbook};
use domain::imports::{Cell, SheetRow};
use jiff::civil::{DateTime, date};
use jiff::{Span, ToSpan};
use rust_xlsxwriter::{Format as CellFormat, Formula};

const DAY: DateTime = date(2026, 1, 31).at(0, 0, 0, 0);
const INSTANT: DateTime = date(2026, 1, 31).at(14, 5, 9, 0);

fn record(texts: [&str; 4], amount: f64, is_active: bool, note: Cell) -> Vec<Cell> {
    let mut cells: Vec<Cell> = texts.iter().map(|field| text(field)).collect();
    cells.extend([Cell::Time(DAY), Cell::Time(INSTANT), Cell::Number(amount), Cell::Bool(is_active), note]);
    cells
}

/// The sheet that all of them wrote.
fn expected() -> Vec<SheetRow> {
    let header = ["Nomor", "Nama", "Telepon", "NIK", "Dipasang", "Dibaca", "Tagihan", "Aktif", "Catatan"];
    let error = Cell::Error("#N/A".to_owned());
    let mut total = vec![text("Jumlah")];
    total.resize(6, Cell::Empty);
    total.push(Cell::Number(126_245.75));
    let rows = [
        (1, vec![text("PDAM Tirta Contoh")]),
        (2, vec![text("Pelanggan per 31 Januari 2026")]),
        (4, header.iter().map(|name| text(name)).collect()),
        (5, record(["00012", "Renée Sari", "081234567890", "3273010101900001"], 125_000.0, true, text("ok"))),
        (6, record(["00013", "Ma’ruf", "0812", "9171010101900002"], 1250.75, false, error)),
        (7, record(["00014", "Siti & Budi", "0813", "3273010101900003"], -5.0, true, text("Jl. Melati 5\nRT 05"))),
        (8, total),
    ];
    rows.into_iter().map(|(number, cells)| SheetRow { number, is_hidden: number == 6, cells }).collect()
}

/// As SheetJS writes it in Jakarta's zone: a day is a day again, but an instant within it is not where it was.
fn shifted(by: Span) -> Vec<SheetRow> {
    let mut rows = expected();
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        if *cell == Cell::Time(INSTANT) {
            *cell = Cell::Time(INSTANT + by);
        }
    }
    rows
}

/// What a writer keeps of the sheet besides its cells.
struct Kept {
    hidden_row: bool,
    merges: bool,
    /// None where there is no second sheet.
    hidden_sheet: Option<bool>,
}

const ALL: Kept = Kept { hidden_row: true, merges: true, hidden_sheet: Some(true) };

fn assert_same(name: &str, workbook: &mut Workbook, expected: &[SheetRow], kept: &Kept) {
    let (found, notes) = rows(workbook, 0).unwrap();
    let mut expected = expected.to_vec();
    for row in &mut expected {
        row.is_hidden &= kept.hidden_row;
    }
    assert_eq!(found.len(), expected.len(), "{name}: {found:#?}");
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!((notes.hidden_rows, notes.merges), (kept.hidden_row.into(), kept.merges.into()), "{name}");
    assert_eq!((workbook.sheets()[0].name.as_str(), workbook.sheets()[0].is_hidden), ("Data", false), "{name}");
    let second = workbook.sheets().get(1).map(|sheet| (sheet.name.as_str(), sheet.is_hidden));
    assert_eq!(second, kept.hidden_sheet.map(|is_hidden| ("Rahasia", is_hidden)), "{name}");
}

#[test]
fn xlsx_of_every_writer() {
    for name in ["openpyxl", "xlsxwriter", "exceljs", "sheetjs", "sheetjs-dates", "libreoffice"] {
        let name = format!("{name}.xlsx");
        let mut workbook = open_made(&name);
        assert_eq!(workbook.format(), &Format::Xlsx { has_macros: false });
        assert_same(&name, &mut workbook, &if name == "sheetjs.xlsx" { shifted(12.seconds()) } else { expected() }, &ALL);
    }
}

#[test]
fn xlsb_of_the_one_library_that_writes_it() {
    // Most of its cells do not say in which column they are, which Excel does not write and calamine passes over.
    let mut workbook = open_made("sheetjs.xlsb");
    assert_eq!(workbook.format(), &Format::Xlsb);
    assert_same("sheetjs.xlsb", &mut workbook, &shifted(12.seconds()), &ALL);
}

#[test]
fn xls_of_every_writer() {
    for name in ["xlwt.xls", "libreoffice.xls"] {
        let mut workbook = open_made(name);
        assert_eq!(workbook.format(), &Format::Xls);
        assert_same(name, &mut workbook, &expected(), &ALL);
    }
    // SheetJS does not write into XLS which rows are hidden, and letters beyond ASCII only as Unicode.
    let kept = Kept { hidden_row: false, ..ALL };
    let mut sheetjs = shifted(12.seconds());
    assert_same("sheetjs.xls", &mut open_made("sheetjs.xls"), &sheetjs, &kept);
    for cell in sheetjs.iter_mut().flat_map(|row| &mut row.cells) {
        if let Cell::Text(text) = cell {
            *text = text.replace(['é', '’'], "_");
        }
    }
    assert_same("sheetjs-5.xls", &mut open_made("sheetjs-5.xls"), &sheetjs, &Kept { merges: false, ..kept });
}

#[test]
fn xls_of_pyexcel_hides_and_merges_nothing_and_has_errors_as_text() {
    let mut expected = expected();
    expected[4].cells[8] = text("#N/A");
    assert_same(
        "pyexcel.xls",
        &mut open_made("pyexcel.xls"),
        &expected,
        &Kept { hidden_row: false, merges: false, hidden_sheet: None },
    );
}

#[test]
fn ods_of_every_writer() {
    let mut workbook = open_made("libreoffice.ods");
    assert_eq!(workbook.format(), &Format::Ods);
    assert_same("libreoffice.ods", &mut workbook, &expected(), &ALL);
    // SheetJS writes UTC into ODS: 17.00 of the day before, which is for the person to mend. Errors and what is hidden it leaves out.
    let mut sheetjs = shifted(-7.hours());
    for cell in sheetjs.iter_mut().flat_map(|row| &mut row.cells) {
        if *cell == Cell::Time(DAY) {
            *cell = Cell::Time(DAY - 7.hours());
        }
    }
    sheetjs[4].cells.pop();
    assert_same(
        "sheetjs.ods",
        &mut open_made("sheetjs.ods"),
        &sheetjs,
        &Kept { hidden_row: false, hidden_sheet: Some(false), ..ALL },
    );
}

#[test]
fn a_sheet_that_begins_in_column_c_has_its_own_columns() {
    let mut expected = expected();
    for row in &mut expected {
        row.cells.splice(0..0, [Cell::Empty, Cell::Empty]);
    }
    assert_same("xlsxwriter-c.xlsx", &mut open_made("xlsxwriter-c.xlsx"), &expected, &ALL);
}

#[test]
fn dates_of_1904_are_right_and_noted() {
    let mut workbook = open_made("xlsxwriter-1904.xlsx");
    assert_same("xlsxwriter-1904.xlsx", &mut workbook, &expected(), &ALL);
    assert!(rows(&mut workbook, 0).unwrap().1.is_1904);
}

#[test]
fn rust_xlsxwriter_as_well() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Data").unwrap();
    let day = CellFormat::new().set_num_format("dd/mm/yyyy");
    let instant = CellFormat::new().set_num_format("dd/mm/yyyy hh:mm:ss");
    for row in expected() {
        for (column, cell) in (0..).zip(row.cells) {
            let at = row.number - 1;
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => _ = sheet.write_string(at, column, text).unwrap(),
                Cell::Number(number) => _ = sheet.write_number(at, column, number).unwrap(),
                Cell::Bool(value) => _ = sheet.write_boolean(at, column, value).unwrap(),
                Cell::Error(name) => _ = sheet.write_formula(at, column, Formula::new("=NA()").set_result(name)).unwrap(),
                Cell::Time(DAY) => _ = sheet.write_number_with_format(at, column, 46_053.0, &day).unwrap(),
                Cell::Time(_) => {
                    let _ = sheet.write_number_with_format(at, column, 46_053.0 + 50_709.0 / 86_400.0, &instant).unwrap();
                }
            }
        }
    }
    sheet.merge_range(0, 0, 0, 8, "PDAM Tirta Contoh", &CellFormat::new()).unwrap();
    sheet.set_row_hidden(5).unwrap();
    book.add_worksheet().set_name("Rahasia").unwrap().set_hidden(true);
    let bytes = book.save_to_buffer().unwrap();
    assert_same("rust_xlsxwriter", &mut super::open(&bytes).unwrap(), &expected(), &ALL);
}
