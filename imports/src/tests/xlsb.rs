//! XLSB: records written by hand, as Excel has them in its parts: no library writes XLSB but SheetJS, whose file is compared with other writers'.

use super::archives::zip_of;
use super::{open, open_with, rows, text};
use crate::{Exceeded, Failure, Format, Limits, OpenError, Options, Quantity, ReadError, TallMerge};
use domain::imports::{Cell, SheetRow};
use jiff::civil::date;

const ROOT: &[u8] = br#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>"#;
const RELATIONSHIPS: &[u8] = br#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.bin"/>
    <Relationship Id="rId2" Type="x/chartsheet" Target="chartsheets/sheet1.bin"/>
    <Relationship Id="rId3" Type="x/sharedStrings" Target="sharedStrings.bin"/><Relationship Id="rId4" Type="x/styles" Target="styles.bin"/></Relationships>"#;

/// A record: its number in one byte or two, its length in up to four.
fn record(number: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = match number {
        0..=0x7f => vec![number as u8],
        _ => vec![(number & 0x7f) as u8 | 0x80, (number >> 7) as u8],
    };
    let mut length = data.len();
    while length > 0x7f {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(data);
    bytes
}

/// A text with its length in front.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u32::try_from(units.len()).unwrap().to_le_bytes();
    length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
}

/// A row that begins, counted from 0.
fn row(number: u32, is_hidden: bool) -> Vec<u8> {
    let mut data = number.to_le_bytes().to_vec();
    data.extend([0, 0, 0, 0, 0x2c, 1, 0, if is_hidden { 0x10 } else { 0 }, 0, 0, 0, 0, 0]);
    record(0, &data)
}

/// A cell of a column and a style.
fn cell(number: u16, column: u32, style: u8, value: &[u8]) -> Vec<u8> {
    record(number, &[&column.to_le_bytes()[..], &[style, 0, 0, 0], value].concat())
}

/// A cell in the column behind the last one.
fn short(number: u16, style: u8, value: &[u8]) -> Vec<u8> {
    record(number, &[&[style, 0, 0, 0][..], value].concat())
}

/// A whole packed number.
fn packed(number: i32) -> [u8; 4] {
    ((number << 2) | 2).to_le_bytes()
}

/// A sheet of these records between its begin and its end, and what is behind.
fn sheet(inner: &[Vec<u8>], behind: &[Vec<u8>]) -> Vec<u8> {
    [record(129, &[]), record(145, &[]), inner.concat(), record(146, &[]), behind.concat(), record(130, &[])].concat()
}

/// A workbook with that sheet, two shared texts, and the styles 0 for nothing, 1 for a date, 2 for six digits.
fn xlsb(sheet: &[u8], is_1904: bool) -> Vec<u8> {
    let bundle = |id: u32, relation: &str, name: &str, state: u32| {
        record(156, &[&state.to_le_bytes()[..], &id.to_le_bytes(), &wide(relation), &wide(name)].concat())
    };
    let workbook =
        [record(153, &[u8::from(is_1904), 0, 0, 0]), bundle(1, "rId1", "Data", 0), bundle(2, "rId2", "Grafik", 1)].concat();
    let item = |text: &str| record(19, &[&[0][..], &wide(text)].concat());
    let strings = [record(159, &[9; 8]), item("Siti é"), item("Budi"), record(160, &[])].concat();
    let format = |format: u16| record(47, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
    let styles = [
        record(44, &[&164_u16.to_le_bytes()[..], &wide("000000")].concat()),
        // Styles that cells have by way of others do not count.
        [record(626, &[1, 0, 0, 0]), format(14), record(627, &[])].concat(),
        [record(617, &[3, 0, 0, 0]), format(0), format(14), format(164), record(618, &[])].concat(),
    ]
    .concat();
    zip_of(&[
        ("_rels/.rels", ROOT),
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", RELATIONSHIPS),
        ("xl/sharedStrings.bin", &strings),
        ("xl/styles.bin", &styles),
        ("xl/worksheets/sheet1.bin", sheet),
    ])
}

fn limits() -> Limits {
    Limits { inflated_bytes: 1 << 20, cell_bytes: 1 << 10, row_bytes: 16 << 10, cells: 10_000, ..Limits::default() }
}

#[test]
fn cells_of_every_kind_are_in_their_columns_also_where_they_do_not_name_it() {
    let inner = [
        row(2, false),
        cell(7, 2, 0, &1_u32.to_le_bytes()),
        short(18, 0, &0_u32.to_le_bytes()),
        short(12, 0, &[]),
        short(13, 0, &packed(-5)),
        short(15, 0, &[1]),
        short(14, 0, &[0x2a]),
        short(17, 0, &wide("0812")),
        short(16, 1, &46_053.5_f64.to_le_bytes()),
        row(5, true),
        cell(2, 0, 2, &packed(124)),
        cell(2, 1, 0, &((12_345 << 2) | 3_u32).to_le_bytes()),
        cell(1, 2, 0, &[]),
        cell(8, 3, 0, &[wide("hasil"), vec![0; 10]].concat()),
        cell(9, 4, 0, &[&1.5_f64.to_le_bytes()[..], &[0; 10]].concat()),
        cell(10, 5, 0, &[0; 11]),
        cell(11, 6, 0, &[&[0x07][..], &[0; 10]].concat()),
        cell(62, 7, 0, &[&[1][..], &wide("tebal"), &[0; 8]].concat()),
    ];
    let merge = [2_u32, 4, 1, 1].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
    let mut workbook = open(&xlsb(&sheet(&inner, &[record(176, &merge)]), false)).unwrap();
    assert_eq!(workbook.format(), &Format::Xlsb);
    let (found, notes) = rows(&mut workbook, 0).unwrap();
    let time = Cell::Time(date(2026, 1, 31).at(12, 0, 0, 0));
    let first = vec![
        Cell::Empty,
        Cell::Empty,
        text("Budi"),
        text("Siti é"),
        Cell::Empty,
        Cell::Number(-5.0),
        Cell::Bool(true),
        Cell::Error("#N/A".into()),
        text("0812"),
        time,
    ];
    let second = vec![
        text("000124"),
        Cell::Number(123.45),
        Cell::Empty,
        text("hasil"),
        Cell::Number(1.5),
        Cell::Bool(false),
        Cell::Error("#DIV/0!".into()),
        text("tebal"),
    ];
    let row = |number, is_hidden, cells| SheetRow { number, is_hidden, cells };
    assert_eq!(found, [row(3, false, first), row(6, true, second)]);
    assert_eq!((notes.merges, notes.hidden_rows, notes.is_1904), (1, 1, false));
    assert_eq!(notes.tall_merges, [TallMerge { column: 1, first_row: 3, last_row: 5 }]);
}

#[test]
fn sheets_have_their_names_and_one_without_rows_says_so() {
    let of_1904 = sheet(&[row(0, false), cell(5, 0, 1, &1.0_f64.to_le_bytes())], &[]);
    let mut workbook = open(&xlsb(&of_1904, true)).unwrap();
    let sheets: Vec<(&str, bool, Option<&Failure>)> =
        workbook.sheets().iter().map(|sheet| (sheet.name.as_str(), sheet.is_hidden, sheet.failure.as_ref())).collect();
    assert_eq!(sheets, [("Data", false, None), ("Grafik", true, Some(&Failure::NoRows))]);
    assert!(matches!(rows(&mut workbook, 1), Err(ReadError::Sheet(Failure::NoRows))));
    let (found, notes) = rows(&mut workbook, 0).unwrap();
    assert_eq!((found[0].cells[0].clone(), notes.is_1904), (Cell::Time(date(1904, 1, 2).at(0, 0, 0, 0)), true));
}

#[test]
fn what_has_no_end_is_refused_by_its_limit() {
    let refusal = |sheet: &[u8]| match rows(&mut open_with(&xlsb(sheet, false), &limits(), &Options::default()).unwrap(), 0) {
        Err(ReadError::TooLarge(Exceeded { quantity, .. })) => quantity,
        other => panic!("{:?}", other.map(|(rows, _)| rows.len())),
    };
    let of_row = |cells: Vec<u8>| sheet(&[row(0, false), cells], &[]);
    assert_eq!(refusal(&of_row(cell(6, 0, 0, &wide(&"x".repeat(2_000))))), Quantity::CellBytes);
    // A text that says to be longer than any memory, in a record that is not.
    assert_eq!(refusal(&of_row(cell(6, 0, 0, &0x7fff_ffff_u32.to_le_bytes()))), Quantity::CellBytes);
    let many = (0..40).map(|column| cell(6, column, 0, &wide(&"x".repeat(900)))).collect::<Vec<_>>().concat();
    assert_eq!(refusal(&of_row(many)), Quantity::RowBytes);
    assert_eq!(refusal(&of_row(cell(4, 4_000_000_000, 0, &[1]))), Quantity::Columns);
    let wide_rows = (0..3).map(|number| [row(number, false), cell(4, 16_383, 0, &[1])].concat()).collect::<Vec<_>>();
    assert_eq!(refusal(&sheet(&wide_rows, &[])), Quantity::Cells);
    assert_eq!(refusal(&of_row(record(500, &[0; 2 << 20]))), Quantity::InflatedBytes, "a record that nobody knows");
}

#[test]
fn what_is_damaged_is_refused_and_rows_before_it_were_right() {
    let broken = |bytes: &[u8]| matches!(rows(&mut open(&xlsb(bytes, false)).unwrap(), 0), Err(ReadError::Broken { .. }));
    let whole = sheet(&[row(0, false), cell(4, 0, 0, &[1])], &[]);
    assert!(!broken(&whole));
    assert!(broken(&whole[..whole.len() - 5]), "it ends within its rows");
    assert!(broken(&sheet(&[cell(4, 0, 0, &[1])], &[])), "a cell in no row");
    assert!(broken(&sheet(&[row(1, false), row(1, false)], &[])), "a row twice");
    assert!(broken(&sheet(&[row(0, false), cell(7, 0, 0, &9_u32.to_le_bytes())], &[])), "a shared text that is not there");
    assert!(broken(&sheet(&[row(0, false), record(5, &[0; 9])], &[])), "a number of one byte");
    let strings =
        zip_of(&[("_rels/.rels", ROOT), ("xl/_rels/workbook.bin.rels", RELATIONSHIPS), ("xl/workbook.bin", &[156, 1, 9, 0])]);
    assert!(matches!(open(&strings), Err(OpenError::Broken { part, .. }) if part == "xl/workbook.bin"));
}
