//! Each kind of report as a workbook: LibreOffice, which is not ours, reads the types and the figures of the model, and computes the stored results
//! again.

mod office;
#[path = "../../domain/src/reports/samples.rs"]
mod samples;

// The samples are the domain's own, which names these as its parts.
use domain::exports::{Cell, Kind};
use domain::people::Language;
use domain::reports::{Block, Head, Period, Report, ReportKind, Step, Table, Total, kinds};
use domain::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis, maintenance, people, sales};

/// Numbers of all sizes, of which no volume is half a litre.
const SEEDS: [i64; 7] = [1_234_567_000, 42_001, 3, 0, 7_000, 15_250_100, 999];

/// Text that a spreadsheet would compute if it were no text.
const NAME: &str = "=1+1";

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// `-1,234.500`: a number in units of 10^-`decimals`.
fn grouped(number: i128, decimals: usize) -> String {
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let mut groups: Vec<&str> = whole.as_bytes().rchunks(3).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.reverse();
    let sign = if number < 0 { "-" } else { "" };
    let point = if decimals > 0 { "." } else { "" };
    format!("{sign}{}{point}{part}", groups.join(","))
}

/// A number as the format of its kind shows it.
fn number(kind: Kind, number: i128) -> String {
    match kind {
        // To the litre, half of one away from zero.
        Kind::Volume => {
            let litres = (number.abs() + 500) / 1_000 * number.signum();
            grouped(litres, 3)
        }
        Kind::Thousandths => grouped(number, 3),
        Kind::PerMille => format!("{}%", grouped(number, 1).replace(',', "")),
        _ => grouped(number, 0),
    }
}

/// A cell as LibreOffice writes it.
fn cell(kind: Kind, cell: &Cell, zone: TimeZone) -> String {
    let date = |day: LocalDay| {
        let (year, month, day) = day.ymd();
        format!("{year:04}-{month:02}-{day:02}")
    };
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => quoted(text),
        Cell::Number(of) => number(kind, i128::from(*of)),
        Cell::Day(day) => date(*day),
        Cell::At(at) => {
            let (hour, minute) = zone.clock_of(*at);
            format!("{} {hour:02}:{minute:02}", date(zone.day_of(*at)))
        }
    }
}

/// Lines without what stands for nothing at their ends.
fn bare(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.trim_end_matches('\t').to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// A row of sums below some rows.
fn sums(table: &Table, name: &str, rows: &[&Vec<Cell>]) -> String {
    let mut cells: Vec<String> = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let sum = rows.iter().map(|row| if let Cell::Number(of) = &row[place] { i128::from(*of) } else { 0 }).sum();
        cells.push(if column.total == Total::Sum { number(column.of.kind, sum) } else { String::new() });
    }
    match (table.group.is_some(), table.columns.first()) {
        (true, _) => cells.insert(0, quoted(name)),
        (false, Some(first)) if first.total == Total::Nothing => cells[0] = quoted(name),
        (false, _) => {}
    }
    cells.join("\t")
}

/// A group's name; what has none is an empty cell, and no empty text.
fn of_group(name: &str) -> String {
    if name.is_empty() { String::new() } else { quoted(name) }
}

/// The whole sheet of a table, by the model alone.
fn expected(report: &Report, table: &Table) -> Vec<String> {
    let line =
        |group: Option<&str>, cells: Vec<String>| group.map(of_group).into_iter().chain(cells).collect::<Vec<_>>().join("\t");
    let names = table.columns.iter().map(|column| quoted(&column.of.name)).collect();
    let mut lines = vec![line(table.group.as_deref(), names)];
    let is_summed = table.columns.iter().any(|column| column.total == Total::Sum);
    for group in &table.groups {
        let name = table.group.as_ref().map(|_| group.name.as_str());
        for row in &group.rows {
            let cells = table.columns.iter().zip(row).map(|(column, of)| cell(column.of.kind, of, report.zone)).collect();
            lines.push(line(name, cells));
        }
        if is_summed && name.is_some() {
            let rows: Vec<&Vec<Cell>> = group.rows.iter().collect();
            lines.push(sums(table, &Table::subtotal_name(report.language, &group.name), &rows));
        }
    }
    if is_summed {
        let rows: Vec<&Vec<Cell>> = table.rows().collect();
        lines.push(sums(table, table.total_name(report.language), &rows));
    }
    if !table.note.is_empty() {
        lines.extend([String::new(), quoted(&table.note)]);
    }
    bare(lines)
}

#[test]
fn each_kind_has_the_models_types_and_figures_in_libreoffice_also_once_it_has_computed_them() {
    let reports: Vec<Report> =
        [Language::Id, Language::En].into_iter().flat_map(|of| samples::of_each(&samples::head(of), NAME, &SEEDS)).collect();
    assert_eq!(reports.len(), ReportKind::ALL.len() * 2, "one of each kind in each language");
    let folder = tempfile::tempdir().expect("a folder");
    let books: Vec<Vec<u8>> =
        reports.iter().map(|report| workbooks::report(report, folder.path()).expect("a workbook")).collect();
    let stored = office::sheets(&books, false);
    let computed = office::sheets(&books, true);
    for (report, (stored, computed)) in reports.iter().zip(stored.iter().zip(&computed)) {
        assert_eq!(stored, computed, "{:?}: formulas have the results that are stored with them", report.kind);
        let sheets: Vec<Vec<String>> = stored.values().map(|sheet| bare(sheet.lines().map(str::to_owned))).collect();
        for table in report.tables() {
            let wanted = expected(report, table);
            let is_there = sheets.contains(&wanted);
            let near = sheets.iter().find(|sheet| sheet.first() == wanted.first());
            assert!(is_there, "{:?} {}:\n{wanted:#?}\n{near:#?}", report.kind, table.title);
        }
        let front = if report.language == Language::Id { "Ringkasan" } else { "Summary" };
        let front = bare(stored[front].lines().map(str::to_owned));
        for block in &report.blocks {
            let Block::KeyFigures(figures) = block else { continue };
            for figure in figures {
                let note = if figure.note.is_empty() { String::new() } else { quoted(&figure.note) };
                let line = [quoted(&figure.name), cell(figure.kind, &figure.value, report.zone), note].join("\t");
                let line = line.trim_end_matches('\t');
                assert!(front.iter().any(|of| of == line), "{:?}: {line}\n{front:#?}", report.kind);
            }
        }
    }
}
