//! ODS: what is repeated, merged, hidden; values and their texts.

use super::archives::{ods, ods_rows};
use super::{open, read, rows, text};
use crate::{Occurrences, ReadError, TallMerge};
use domain::imports::Cell;
use jiff::civil::date;

fn one(cell: &str) -> Cell {
    let end = r#"<table:table-cell office:value-type="float" office:value="9"/>"#;
    let row = format!("<table:table-row>{cell}{end}</table:table-row>");
    read(&ods_rows(&row)).remove(0).1.into_iter().next().unwrap()
}

fn valued(attributes: &str, shown: &str) -> Cell {
    one(&format!("<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"))
}

#[test]
fn sheets_are_in_their_order_and_hidden_ones_known() {
    let table = |name: &str, style: &str, value: u8| {
        format!(
            r#"<table:table table:name="{name}" table:style-name="{style}"><table:table-row><table:table-cell office:value-type="float" office:value="{value}"/></table:table-row></table:table>"#
        )
    };
    let bytes = ods(&[table("Z", "ta1", 1), table("A &amp; B", "ta2", 2), table("M", "ta1", 3)].concat());
    let mut workbook = open(&bytes).unwrap();
    let found: Vec<_> = workbook.sheets().iter().map(|sheet| (sheet.name.clone(), sheet.is_hidden)).collect();
    assert_eq!(found, [("Z".to_owned(), false), ("A & B".to_owned(), true), ("M".to_owned(), false)]);
    for (sheet, value) in [(0, 1.0), (1, 2.0), (2, 3.0)] {
        assert_eq!(rows(&mut workbook, sheet).unwrap().0[0].cells, [Cell::Number(value)]);
    }
}

#[test]
fn what_is_repeated_is_repeated_and_what_is_empty_is_passed_over() {
    let bytes = ods_rows(
        r#"<table:table-row table:number-rows-repeated="4"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row table:number-rows-repeated="2" table:visibility="collapse"><table:table-cell table:number-columns-repeated="2"/>
        <table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="16380"/></table:table-row>
        <table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row table:visibility="filter"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>"#,
    );
    let cells = vec![Cell::Empty, Cell::Empty, text("x"), text("x")];
    assert_eq!(read(&bytes), [(5, cells.clone()), (6, cells), (1_048_576, vec![Cell::Number(1.0)])]);
    assert_eq!(rows(&mut open(&bytes).unwrap(), 0).unwrap().1.hidden_rows, 3);
}

#[test]
fn a_merged_value_is_in_its_first_cell_alone() {
    let bytes = ods_rows(
        r#"<table:table-row><table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>a</text:p></table:table-cell>
        <table:covered-table-cell office:value-type="string"><text:p>under it</text:p></table:covered-table-cell>
        <table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell></table:table-row>"#,
    );
    let (rows, notes) = rows(&mut open(&bytes).unwrap(), 0).unwrap();
    assert_eq!((rows[0].cells.as_slice(), notes.merges), ([text("a"), Cell::Empty, text("b")].as_slice(), 1));
}

#[test]
fn noughts_that_are_shown_in_front_stay_and_tall_merges_are_noted() {
    let bytes = ods_rows(
        r#"<table:table-row><table:table-cell table:number-rows-spanned="3" office:value-type="float" office:value="124"><text:p>000124</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="124"><text:p>124</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="0.5"><text:p>0,5</text:p></table:table-cell></table:table-row>"#,
    );
    let (rows, notes) = rows(&mut open(&bytes).unwrap(), 0).unwrap();
    assert_eq!(rows[0].cells, [text("000124"), Cell::Number(124.0), Cell::Number(0.5)]);
    assert_eq!(notes.tall_merges, [TallMerge { column: 0, first_row: 1, last_row: 3 }]);
}

#[test]
fn numbers_and_truths() {
    assert_eq!(valued(r#"office:value-type="float" office:value="1250.75""#, "1.251"), Cell::Number(1250.75));
    assert_eq!(valued(r#"office:value-type="currency" office:value="-5""#, "Rp-5"), Cell::Number(-5.0));
    let whole = |value: u32, shown: &str| valued(&format!(r#"office:value-type="float" office:value="{value}""#), shown);
    for shown in ["01-002-0003", "SR-10020003", "01.002.0003"] {
        assert_eq!(whole(10_020_003, shown), text(shown));
    }
    assert_eq!([whole(0, "0,00"), whole(1_234, "1.234"), whole(7, "Rp 7")], [0.0, 1_234.0, 7.0].map(Cell::Number));
    assert_eq!(valued(r#"office:value-type="percentage" office:value="0.5""#, "50%"), Cell::Number(0.5));
    assert_eq!(valued(r#"office:value-type="boolean" office:boolean-value="true""#, "BENAR"), Cell::Bool(true));
    assert_eq!(valued(r#"office:value-type="boolean" office:boolean-value="0""#, "SALAH"), Cell::Bool(false));
    assert_eq!(valued(r#"table:formula="of:=TRUE()" office:value-type="float" office:value="1""#, "BENAR"), Cell::Bool(true));
    assert_eq!(valued(r#"office:value-type="float" office:value="0""#, "FALSE"), Cell::Bool(false));
    assert_eq!(valued(r#"office:value-type="float" office:value="1""#, "1"), Cell::Number(1.0));
}

#[test]
fn dates_times_and_durations() {
    let day = date(2026, 1, 31);
    let dated = |value: &str| valued(&format!(r#"office:value-type="date" office:date-value="{value}""#), "shown");
    assert_eq!(dated("2026-01-31"), Cell::Time(day.at(0, 0, 0, 0)));
    assert_eq!(dated("2026-01-31T00:00:00"), Cell::Time(day.at(0, 0, 0, 0)));
    assert_eq!(dated("2026-01-31T14:05:09.000000001"), Cell::Time(day.at(14, 5, 9, 0)));
    assert_eq!(dated("2026-01-31T14:05:09Z"), Cell::Time(day.at(14, 5, 9, 0)));
    assert_eq!(dated("2026-13-31"), text("shown"), "no date: the text");
    let lasting = |value: &str| valued(&format!(r#"office:value-type="time" office:time-value="{value}""#), "shown");
    assert_eq!(lasting("PT08H30M00S"), Cell::Time(date(1899, 12, 31).at(8, 30, 0, 0)));
    assert_eq!(lasting("PT25H30M00S"), Cell::Time(date(1900, 1, 1).at(1, 30, 0, 0)));
}

#[test]
fn errors_are_known_by_their_text() {
    let error = |name: &str| Cell::Error(name.to_owned());
    assert_eq!(
        valued(
            r#"table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error""#,
            "#N/A"
        ),
        error("#N/A")
    );
    assert_eq!(valued(r#"office:value-type="float" office:value="0""#, "#DIV/0!"), error("#DIV/0!"));
    assert_eq!(valued(r#"office:value-type="string""#, "Err:502"), error("Err:502"));
    assert_eq!(valued(r#"office:value-type="string""#, "#1"), text("#1"));
}

#[test]
fn texts_have_their_spaces_lines_and_nothing_else() {
    let cell = r#"<table:table-cell office:value-type="string"><office:annotation><text:p>comment</text:p></office:annotation><draw:frame><draw:text-box><text:p>y</text:p></draw:text-box></draw:frame>
        <text:p>Jl.<text:s text:c="3"/>Melati<text:tab/><text:span>No. &amp; 5</text:span></text:p><text:p>RT<text:line-break/>05</text:p></table:table-cell>"#;
    assert_eq!(one(cell), text("Jl.   Melati\tNo. & 5\nRT\n05"));
    assert_eq!(one(r#"<table:table-cell office:value-type="string" office:string-value="0812"/>"#), text("0812"));
}

#[test]
fn formulas_without_a_result_are_empty_and_noted() {
    let bytes = ods_rows(
        r#"<table:table-row><table:table-cell table:formula="of:=1+1"/><table:table-cell office:value-type="float" office:value="INF"/></table:table-row>"#,
    );
    let (rows, notes) = rows(&mut open(&bytes).unwrap(), 0).unwrap();
    assert_eq!(rows[0].cells, [Cell::Empty, Cell::Error("INF".to_owned())]);
    assert_eq!(notes.without_result, Some(Occurrences { count: 1, first_row: 1 }));
    assert_eq!(notes.not_finite, Some(Occurrences { count: 1, first_row: 1 }));
}

#[test]
fn what_is_cut_off_is_damaged() {
    let content = r#"<office:spreadsheet><table:table table:name="A"><table:table-row><table:table-cell office:value-type="float" office:value="1"/>"#;
    let bytes = super::archives::zip(&[("content.xml", content)]);
    assert!(matches!(rows(&mut open(&bytes).unwrap(), 0), Err(ReadError::Broken { row: 1, .. })));
}
