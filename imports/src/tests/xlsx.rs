//! XLSX: places, kinds of values, and what a sheet says besides.

use super::archives::{xlsx, xlsx_of, zip};
use super::{open, read, rows, text, texts};
use crate::{Failure, Format, Occurrences, ReadError, TallMerge};
use domain::imports::Cell;
use jiff::civil::{DateTime, date};

fn one(cell: &str) -> Cell {
    let (_, cells) =
        read(&xlsx(&format!("<sheetData><row r=\"1\">{cell}<c r=\"B1\"><v>1</v></c></row></sheetData>"), "")).remove(0);
    cells.into_iter().next().unwrap()
}

fn time(serial: &str, style: usize) -> Cell {
    one(&format!("<c r=\"A1\" s=\"{style}\"><v>{serial}</v></c>"))
}

fn at(day: (i16, i8, i8), hour: i8, minute: i8) -> Cell {
    Cell::Time(DateTime::from_parts(date(day.0, day.1, day.2), jiff::civil::time(hour, minute, 0, 0)))
}

#[test]
fn rows_and_columns_are_the_sheets_own() {
    let sheet = r#"<dimension ref="C5:D9"/><sheetData><row r="5"><c r="C5"><v>1</v></c></row><row r="6" hidden="1"/>
        <row r="9" hidden="1"><c r="D9"><v>2</v></c><c r="E9" s="1"/></row><row><c><v>3</v></c><c/><c><v>4</v></c></row></sheetData>"#;
    let number = Cell::Number;
    let expected = [
        (5, vec![Cell::Empty, Cell::Empty, number(1.0)]),
        (9, vec![Cell::Empty, Cell::Empty, Cell::Empty, number(2.0)]),
        (10, vec![number(3.0), Cell::Empty, number(4.0)]),
    ];
    assert_eq!(read(&xlsx(sheet, "")), expected);
    let (rows, notes) = rows(&mut open(&xlsx(sheet, "")).unwrap(), 0).unwrap();
    assert_eq!((rows[1].is_hidden, notes.hidden_rows, notes.rows), (true, 1, 3));
}

#[test]
fn texts_shared_and_in_the_cell() {
    let strings = "<si><t>Budi &amp; Siti</t></si><si><r><t>Jl. </t></r><r><t xml:space=\"preserve\"> Melati</t></r><rPh><t>x</t></rPh></si><si/><si><t>a_x000D_b</t></si>";
    let sheet = r#"<sheetData><row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>
        <c t="inlineStr"><is><t>0812</t></is></c><c t="str"><f>A1</f><v>&lt;x&#233;&gt;</v></c><c t="str"><v></v></c><c t="str"><v> 7 </v></c></row></sheetData>"#;
    let cells = ["Budi & Siti", "Jl.  Melati", "", "a\rb", "0812", "<xé>", "", " 7 "];
    assert_eq!(read(&xlsx(sheet, strings)), [(1, texts(&cells))]);
}

#[test]
fn numbers_truths_and_errors() {
    assert_eq!(one("<c r=\"A1\"><v>-1250.75</v></c>"), Cell::Number(-1250.75));
    assert_eq!(one("<c r=\"A1\" t=\"n\"><v>3.273010101900001E15</v></c>"), Cell::Number(3_273_010_101_900_001.0));
    assert_eq!(one("<c r=\"A1\" t=\"b\"><v>1</v></c>"), Cell::Bool(true));
    assert_eq!(one("<c r=\"A1\" t=\"b\"><v>false</v></c>"), Cell::Bool(false));
    assert_eq!(one("<c r=\"A1\" t=\"e\"><v>#N/A</v></c>"), Cell::Error("#N/A".to_owned()));
}

#[test]
fn noughts_that_a_format_shows_in_front_stay() {
    assert_eq!(time("124", 5), text("000124"));
    assert_eq!(time("123456", 5), Cell::Number(123_456.0), "none are in front of it");
    assert_eq!(time("12.5", 5), Cell::Number(12.5));
    assert_eq!((time("124", 6), time("12345", 6)), (text("SR-00.124"), text("SR-12.345")), "with marks between");
}

#[test]
fn an_odd_error_is_a_cell_and_not_the_end_of_its_sheet() {
    let sheet = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#ODD!</v></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData>"#;
    let expected = [(1, vec![Cell::Number(1.0), Cell::Error("#ODD!".to_owned())]), (2, vec![Cell::Number(2.0)])];
    assert_eq!(read(&xlsx(sheet, "")), expected);
}

#[test]
fn dates_by_their_style_in_both_systems() {
    for style in [1, 4] {
        assert_eq!(time("46053", style), at((2026, 1, 31), 0, 0));
    }
    assert_eq!(time("46053.75", 1), at((2026, 1, 31), 18, 0));
    assert_eq!(time("59", 1), at((1900, 2, 28), 0, 0));
    assert_eq!(time("60", 1), Cell::Number(60.0), "29 February 1900 is a number");
    assert_eq!(time("61", 1), at((1900, 3, 1), 0, 0));
    assert_eq!(time("0.5", 3), at((1899, 12, 31), 12, 0));
    assert_eq!(time("1.0625", 3), at((1900, 1, 1), 1, 30), "25:30 hours");
    assert_eq!(time("46053.000138889", 1), at((2026, 1, 31), 0, 0), "12 s late");
    assert_eq!(time("-1", 1), Cell::Number(-1.0));
    assert_eq!(time("46053", 2), Cell::Number(46_053.0), "an amount");
    assert_eq!(time("46053", 99), Cell::Number(46_053.0), "no such style");
    assert_eq!(one("<c r=\"A1\" t=\"d\"><v>2026-01-31T08:00:00Z</v></c>"), at((2026, 1, 31), 8, 0));

    let workbook =
        r#"<workbook><workbookPr date1904="1"/><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" s="1"><v>44591</v></c></row></sheetData></worksheet>"#;
    assert_eq!(read(&xlsx_of(workbook, sheet, "<sst/>")), [(1, vec![at((2026, 1, 31), 0, 0)])]);
}

#[test]
fn numbers_that_are_not_finite_are_errors_and_noted() {
    let sheet = r#"<sheetData><row r="3"><c r="A3"><v>NaN</v></c><c r="B3"><v>1e999</v></c></row></sheetData>"#;
    let (rows, notes) = rows(&mut open(&xlsx(sheet, "")).unwrap(), 0).unwrap();
    assert_eq!(rows[0].cells, [Cell::Error("NaN".to_owned()), Cell::Error("1e999".to_owned())]);
    assert_eq!(notes.not_finite, Some(Occurrences { count: 2, first_row: 3 }));
}

#[test]
fn formulas_give_their_stored_result_or_nothing() {
    let sheet = r#"<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v/></c><c r="D1"><v>4</v></c></row></sheetData>"#;
    let (rows, notes) = rows(&mut open(&xlsx(sheet, "")).unwrap(), 0).unwrap();
    assert_eq!(rows[0].cells, [Cell::Number(2.0), Cell::Empty, Cell::Empty, Cell::Number(4.0)]);
    assert_eq!(notes.without_result, Some(Occurrences { count: 2, first_row: 1 }));
}

#[test]
fn merged_areas_are_counted() {
    let sheet = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row></sheetData><mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="A2:A3"/></mergeCells>"#;
    let (rows, notes) = rows(&mut open(&xlsx(sheet, "")).unwrap(), 0).unwrap();
    assert_eq!((rows[0].cells.len(), notes.merges), (1, 2));
    assert_eq!(notes.tall_merges, [TallMerge { column: 0, first_row: 2, last_row: 3 }]);
}

#[test]
fn a_sheet_that_cannot_be_read_says_why_and_the_others_are_read() {
    let workbook = r#"<workbook><sheets><sheet name="Grafik" r:id="r1"/><sheet name="Hilang" r:id="r2"/><sheet name="Rusak" r:id="r3"/>
        <sheet name="Data" state="veryHidden" r:id="r4"/><sheet name="Lain" r:id="r9"/></sheets></workbook>"#;
    let relationships = r#"<Relationships><Relationship Id="r1" Type="x/chartsheet" Target="c.xml"/><Relationship Id="r2" Type="x/worksheet" Target="none.xml"/>
        <Relationship Id="r3" Type="x/worksheet" Target="bad.xml"/><Relationship Id="r4" Type="x/worksheet" Target="/xl/good.xml"/></Relationships>"#;
    let row = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    let bytes = zip(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl\\Workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relationships),
        ("xl/c.xml", "<chartsheet/>"),
        ("xl/bad.xml", &format!("<worksheet><sheetData>{row}<row r=\"2\"><c r=\"A2\"")),
        (
            "xl/good.xml",
            &format!("<x:worksheet><x:sheetData>{}</x:sheetData></x:worksheet>", row.replace("<", "<x:").replace("<x:/", "</x:")),
        ),
    ]);
    let mut workbook = open(&bytes).unwrap();
    assert_eq!(workbook.format(), &Format::Xlsx { has_macros: false });
    let failures: Vec<_> = workbook.sheets().iter().map(|sheet| sheet.failure.clone()).collect();
    assert_eq!(failures, [Some(Failure::NoRows), Some(Failure::Missing), None, None, Some(Failure::Missing)]);
    assert!(matches!(rows(&mut workbook, 0), Err(ReadError::Sheet(Failure::NoRows))));
    assert!(matches!(rows(&mut workbook, 2), Err(ReadError::Broken { row: 2, .. })));
    assert!(matches!(&workbook.sheets()[2].failure, Some(Failure::Broken { row: 2, .. })));
    assert!(workbook.sheets()[3].is_hidden);
    assert_eq!(rows(&mut workbook, 3).unwrap().0[0].cells, [Cell::Number(1.0)]);
}

#[test]
fn damage_is_said_with_its_row() {
    for (sheet, why) in [
        ("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>", "shared text"),
        ("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"2\"/>", "comes behind"),
        ("<row r=\"1\"><c><v>1</v></c></row></row><c/>", "in no row"),
        ("<row r=\"1\"><row r=\"2\">", "within a row"),
        ("<row r=\"0\"/>", "no row"),
        ("<row r=\"1048577\"/>", "no sheet"),
        ("<row r=\"1\"><c r=\"1A\"/></row>", "no cell"),
    ] {
        let error = rows(&mut open(&xlsx(&format!("<sheetData>{sheet}</sheetData>"), "")).unwrap(), 0).unwrap_err();
        assert!(matches!(&error, ReadError::Broken { why: found, .. } if found.contains(why)), "{error:?}");
    }
}

#[test]
fn a_table_with_a_value_in_the_last_cell_is_not_made_dense() {
    let sheet = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>"#;
    let found = read(&xlsx(sheet, ""));
    assert_eq!((found[1].0, found[1].1.len(), &found[1].1[16_383]), (1_048_576, 16_384, &text("x")));
}
