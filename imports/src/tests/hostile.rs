//! Files made to exhaust a reader are refused by their limit, and what is damaged anywhere never ends the process.

use super::archives::{ods_rows, xlsx, xlsx_of, zip};
use super::{open, open_with, rows};
use crate::{Exceeded, Limits, OpenError, Options, Quantity, ReadError};
use proptest::prelude::*;
use std::path::Path;

#[test]
fn rows_without_end() {
    let text = "x".repeat(1000);
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(20);
    let shared = xlsx(&format!("<sheetData><row>{cells}</row></sheetData>"), &format!("<si><t>{text}</t></si>"));
    assert_eq!(refusal(&shared), Quantity::RowBytes);
    let repeated = format!(
        r#"<table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="9000"><text:p>{text}</text:p></table:table-cell></table:table-row>"#
    );
    assert_eq!(refusal(&ods_rows(&repeated)), Quantity::RowBytes);
}

fn limits() -> Limits {
    Limits {
        inflated_bytes: 1 << 20,
        cell_bytes: 1 << 10,
        row_bytes: 16 << 10,
        shared_bytes: 1 << 16,
        cells: 10_000,
        parts: 20,
        sheets: 3,
        ..Limits::default()
    }
}

fn refusal(bytes: &[u8]) -> Quantity {
    let mut workbook = match open_with(bytes, &limits(), &Options::default()) {
        Ok(workbook) => workbook,
        Err(OpenError::TooLarge(Exceeded { quantity, .. })) => return quantity,
        Err(other) => panic!("{other}"),
    };
    match rows(&mut workbook, 0) {
        Err(ReadError::TooLarge(Exceeded { quantity, .. })) => quantity,
        other => panic!("{:?}", other.map(|(rows, _)| rows.len())),
    }
}

#[test]
fn parts_that_inflate_without_end() {
    let spaces = " ".repeat(2 << 20);
    assert_eq!(refusal(&xlsx(&format!("<sheetData>{spaces}</sheetData>"), "")), Quantity::InflatedBytes);
    assert_eq!(refusal(&xlsx("<sheetData/>", &spaces)), Quantity::InflatedBytes);
    // The archive says that the part is small: more is not inflated. A part has its size in two places.
    let mut lying = xlsx(&format!("<sheetData>{}</sheetData>", "<row></row>".repeat(200_000)), "");
    let size = u32::try_from("<worksheet><sheetData></sheetData></worksheet>".len() + 11 * 200_000).unwrap().to_le_bytes();
    let places: Vec<usize> = (0..lying.len() - 4).filter(|at| lying[*at..*at + 4] == size).collect();
    assert_eq!(places.len(), 2);
    for place in places {
        lying[place..place + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let mut workbook = open_with(&lying, &limits(), &Options::default()).unwrap();
    assert!(matches!(rows(&mut workbook, 0), Err(ReadError::Broken { row: 0.., .. })));
}

#[test]
fn cells_without_end() {
    let long = "x".repeat(400 << 10);
    assert_eq!(
        refusal(&xlsx(&format!("<sheetData><row><c t=\"str\"><v>{long}</v></c></row></sheetData>"), "")),
        Quantity::CellBytes
    );
    assert_eq!(refusal(&xlsx("<sheetData/>", &format!("<si><t>{long}</t></si>"))), Quantity::CellBytes);
    let escaped = "&amp;".repeat(2000);
    assert_eq!(
        refusal(&xlsx(&format!("<sheetData><row><c t=\"str\"><v>{escaped}</v></c></row></sheetData>"), "")),
        Quantity::CellBytes
    );
    let cell = |inner: &str| {
        format!("<table:table-row><table:table-cell office:value-type=\"string\">{inner}</table:table-cell></table:table-row>")
    };
    assert_eq!(refusal(&ods_rows(&cell("<text:p>x<text:s text:c=\"4000000000\"/></text:p>"))), Quantity::CellBytes);
    assert_eq!(refusal(&ods_rows(&cell(&format!("<text:p>{escaped}</text:p>")))), Quantity::CellBytes);
}

#[test]
fn repeats_without_end() {
    let row = |rows: &str, columns: &str| {
        format!(
            r#"<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{columns}"/></table:table-row>"#
        )
    };
    assert_eq!(refusal(&ods_rows(&row("4000000000", "16384"))), Quantity::Cells);
    assert_eq!(refusal(&ods_rows(&row("1", "4000000000"))), Quantity::Columns);
    assert_eq!(refusal(&ods_rows(&(row("4294967295", "1") + &row("4294967295", "1")))), Quantity::Cells);
}

#[test]
fn tables_and_lists_without_end() {
    let strings = format!("<sst uniqueCount=\"99999999999\">{}</sst>", "<si/>".repeat(20_000));
    assert_eq!(refusal(&xlsx_of("<workbook/>", "<worksheet/>", &strings)), Quantity::SharedBytes);
    let sheets = format!("<workbook><sheets>{}</sheets></workbook>", "<sheet name=\"a\"/>".repeat(4));
    assert_eq!(refusal(&xlsx_of(&sheets, "<worksheet/>", "<sst/>")), Quantity::Sheets);
    let row = |number: u32| format!("<row r=\"{number}\"><c r=\"XFD{number}\"><v>1</v></c></row>");
    assert_eq!(refusal(&xlsx(&format!("<sheetData>{}</sheetData>", row(1)), "")), Quantity::Cells, "all cells before it");
    let names: Vec<String> = (0..30).map(|index| format!("{index}.xml")).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(refusal(&zip(&parts)), Quantity::Parts);
}

#[test]
fn a_count_that_no_reader_can_allocate_does_not_matter() {
    let bytes = xlsx_of(
        r#"<workbook><sheets><sheet name="Data" r:id="r1"/></sheets></workbook>"#,
        r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData></worksheet>"#,
        r#"<sst count="99999999999" uniqueCount="99999999999999"><si><t>a</t></si></sst>"#,
    );
    assert_eq!(super::read(&bytes), [(1, super::texts(&["a"]))]);
}

#[test]
fn a_compound_file_whose_chain_is_a_circle_ends() {
    let mut bytes = super::xls::compound("Workbook", &[0; 5000]);
    // A short stream, in small sectors that follow themselves (their table is the stream's own bytes 0), within a root behind the end.
    let tables = usize::from(bytes[44]);
    bytes[60..64].copy_from_slice(&u32::try_from(tables + 1).unwrap().to_le_bytes());
    let directory = 512 * (1 + tables);
    bytes[directory + 116..directory + 120].copy_from_slice(&0x00ff_ffff_u32.to_le_bytes());
    bytes[directory + 128 + 116..directory + 128 + 124].copy_from_slice(&[0, 0, 0, 0, 100, 0, 0, 0]);
    assert!(matches!(open(&bytes), Err(OpenError::Broken { part, .. }) if part == "OLE"));
}

#[test]
fn a_list_of_parts_without_end() {
    // Names of 60 kB each, in a list of 40 MB.
    let name = |index: usize| format!("{index:04}{}", "n".repeat(60_000));
    let names: Vec<String> = (0..700).map(name).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert!(matches!(open(&zip(&parts)), Err(OpenError::TooLarge(Exceeded { quantity: Quantity::PartList, .. }))));
}

fn made(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_file_that_was_damaged_is_read_or_refused(
        name in prop::sample::select(vec!["xlwt.xls", "libreoffice.xls", "sheetjs-5.xls", "openpyxl.xlsx", "exceljs.xlsx", "sheetjs.xlsb", "libreoffice.ods", "sheetjs.ods"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = made(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(mut workbook) = open(&bytes) {
            for sheet in 0..workbook.sheets().len() {
                let _ = rows(&mut workbook, sheet);
            }
        }
    }
}
