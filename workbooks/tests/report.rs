//! What LibreOffice, which is not ours, reads of a report's workbook, before and after it has computed every formula again.

mod office;

use domain::exports::{Cell, Kind};
use domain::people::Language;
use domain::reports::chart::{Chart, Form};
use domain::reports::{Block, Column, Head, KeyFigure, Period, Report, ReportKind, Table, grouped};
use domain::sales::letterhead::Letterhead;
use domain::{LocalDay, TimeZone, UtcMillis};
use rust_xlsxwriter::{Formula, Workbook};
use std::time::SystemTime;

fn head() -> Head {
    Head {
        language: Language::Id,
        zone: TimeZone::Makassar,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        period: Period::month(LocalDay::from_ymd(2026, 11, 1).expect("a day").month()),
        as_of: UtcMillis(1_764_054_300_000),
        reach: None,
    }
}

fn row(number: i64, name: &str) -> Vec<Cell> {
    vec![
        Cell::text(format!("{number:04}")),
        Cell::text(name),
        Cell::Number(number * 1_234),
        Cell::Number(number * 1_000_001),
        Cell::Number(125),
        LocalDay::from_ymd(2026, 11, 22).map_or(Cell::Nothing, Cell::Day),
        Cell::At(UtcMillis(1_764_054_300_000)),
    ]
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Nomor", Kind::Code, 10),
        Column::new("Nama", Kind::Text, 20),
        Column::summed("Ditagih (Rp)", Kind::Rupiah, 14),
        Column::summed("Volume (m\u{b3})", Kind::Volume, 14),
        Column::new("Bagian", Kind::PerMille, 9),
        Column::new("Hari", Kind::Day, 12),
        Column::new("Waktu (WITA)", Kind::Instant, 16),
    ]
}

fn report() -> Report {
    let names = ["=1+1", "0812", "Sari"];
    let rows = (0_i64..9).map(|number| (format!("Zona {}", number / 3), row(number, names[number as usize % 3])));
    let table = Table::grouped("Pemakaian", "Zona", columns(), grouped(rows));
    let whole = Table::new("Pemakaian", columns(), (0_i64..5).map(|number| row(number, "Budi")).collect()).noted("Catatan.");
    let parts = vec![("QRIS".to_owned(), 75), ("Tunai".to_owned(), 25)];
    let months = vec![("Okt".to_owned(), Some(5)), ("Nov".to_owned(), None), ("Des".to_owned(), Some(-2))];
    Report::new(ReportKind::UsageDetail, &head())
        .with(Block::KeyFigures(vec![KeyFigure::new("Ditagih", Kind::Rupiah, 44_424).noted("lebih")]))
        .with(Block::Paragraph("=cmd()".into()))
        .with(Block::Chart(Chart::ring("Cara membayar", (Kind::Rupiah, "Rp"), parts, Language::Id)))
        .with(Block::Chart(Chart::of("=Bulan!A1", Form::Lines, (Kind::Rupiah, "Rp"), months)))
        .with(Block::Table(table))
        .with(Block::Table(whole))
}

fn bytes(report: &Report) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = workbooks::report(report, folder.path()).expect("a workbook");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0, "nothing is left behind");
    bytes
}

/// Some sheets of a workbook as LibreOffice reads them; with `computing` it computes all formulas first.
fn read(bytes: &[u8], computing: bool, sheets: &[&str]) -> Vec<String> {
    let found = office::sheets(&[bytes.to_vec()], computing).remove(0);
    sheets.iter().map(|sheet| found.get(*sheet).cloned().unwrap_or_else(|| panic!("{sheet}: {found:?}"))).collect()
}

const SHEETS: [&str; 4] = ["Ringkasan", "Grafik", "Pemakaian", "Pemakaian 2"];

#[test]
fn libreoffice_reads_types_and_sums_and_computes_the_same_ones_again() {
    let bytes = bytes(&report());
    let stored = read(&bytes, false, &SHEETS);
    assert_eq!(read(&bytes, true, &SHEETS), stored, "formulas have the results that are stored with them");
    let lines: Vec<&str> = stored[2].lines().collect();
    assert!(lines[0].starts_with("\"Zona\"\t\"Nomor\"\t\"Nama\"\t\"Ditagih (Rp)\""), "{}", lines[0]);
    let first = "\"Zona 0\"\t\"0000\"\t\"=1+1\"\t0\t0.000\t12.5%\t2026-11-22\t2025-11-25 15:05";
    assert_eq!(lines[1], first);
    assert_eq!(lines[2].split('\t').nth(2), Some("\"0812\""), "digits that are text stay text");
    assert!(lines[4].starts_with("\"Jumlah Zona 0\"\t\t\t3,702\t3.000"), "{}", lines[4]);
    let last = lines.last().copied().unwrap_or_default();
    assert!(last.starts_with("\"Jumlah seluruhnya\"\t\t\t44,424\t36.000"), "{last}");
    let ungrouped: Vec<&str> = stored[3].lines().collect();
    assert!(ungrouped[6].starts_with("\"Jumlah\"\t\t12,340\t10.000"), "{}", ungrouped[6]);
    assert!(stored[0].contains("\"Ditagih\"\t44,424\t\"lebih\"") && stored[0].contains("\"=cmd()\""), "{}", stored[0]);
    assert!(stored[1].contains("\"QRIS\"\t75") && stored[1].contains("\"=Bulan!A1\""), "{}", stored[1]);
}

#[test]
fn that_libreoffice_computes_again_shows_in_a_workbook_with_a_wrong_result() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Uji").expect("a name");
    sheet.write_formula(0, 0, Formula::new("=SUM(1,2)").set_result("7")).expect("a formula");
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let shown = [false, true].map(|computing| read(&bytes, computing, &["Uji"])[0].trim().to_owned());
    assert_eq!(shown, ["7", "3"]);
}

/// Whether a file is in the package: its name stands there as it is.
fn has(bytes: &[u8], name: &str) -> bool {
    bytes.windows(name.len()).any(|part| part == name.as_bytes())
}

#[test]
fn charts_are_in_the_package_and_a_report_without_any_has_no_sheet_of_them() {
    let with = bytes(&report());
    assert!(has(&with, "xl/charts/chart1.xml") && has(&with, "xl/charts/chart2.xml"));
    let mut report = report();
    report.blocks.retain(|block| !matches!(block, Block::Chart(_)));
    let without = bytes(&report);
    assert!(!has(&without, "xl/charts/chart1.xml") && has(&without, "xl/worksheets/sheet3.xml"));
    assert!(!has(&without, "xl/worksheets/sheet4.xml"));
}

/// The clock's second.
fn second() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_secs()
}

#[test]
fn the_same_report_is_the_same_file_also_a_second_later() {
    let first = bytes(&report());
    let begun = second();
    while second() == begun {
        std::thread::yield_now();
    }
    assert!(bytes(&report()) == first);
}

#[test]
fn a_sum_beyond_what_a_spreadsheet_counts_is_text_and_no_rows_are_nought() {
    let large = |number: i64| vec![Cell::text("a"), Cell::Number(number)];
    let columns = || vec![Column::new("Nama", Kind::Text, 9), Column::summed("Rp", Kind::Rupiah, 9)];
    let table = Table::new("Banyak", columns(), vec![large(1 << 53), large(7)]);
    let empty = Table::new("Kosong", columns(), Vec::new());
    let report = Report::new(ReportKind::Revenue, &head()).with(Block::Table(table)).with(Block::Table(empty));
    let sheets = read(&bytes(&report), true, &["Banyak", "Kosong"]);
    assert!(sheets[0].contains("\"Jumlah\"\t\"9007199254740999\""), "{}", sheets[0]);
    assert!(sheets[1].contains("\"Jumlah\"\t0"), "{}", sheets[1]);
}
