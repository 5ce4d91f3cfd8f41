//! What a reader of PDF sees on a list: poppler's programs, not ours, open it.

use domain::exports::{Cell, Column, Kind, Layout, Printed, PrintedList};
use domain::people::Language;
use domain::{LocalDay, TimeZone, UtcMillis};
use std::io::Write;
use std::process::{Command, Stdio};

/// Rows of a list over several pages.
const MANY: usize = 150;

fn list(rows: Vec<Vec<Cell>>) -> PrintedList {
    let column = |name: &str, kind, width| Column { name: name.into(), kind, width };
    let columns = vec![
        column("Nomor", Kind::Code, 12),
        column("Nama", Kind::Text, 24),
        column("Saldo (Rp)", Kind::Rupiah, 13),
        column("Angka meter (m\u{b3})", Kind::Thousandths, 12),
        column("Terakhir (WIB)", Kind::Instant, 12),
        column("Sampai", Kind::Day, 11),
    ];
    PrintedList {
        title: "Pelanggan".into(),
        utility: "Tirta Bening".into(),
        about: vec!["Data per 2026-11-22 14:05 WIB.".into(), "Baris: 150.".into()],
        name: "pelanggan-20261122-1405.pdf".into(),
        made_at: UtcMillis(1_764_054_300_000),
        layout: Layout { columns, language: Language::Id, zone: TimeZone::Jakarta },
        rows,
    }
}

fn row(number: usize, name: &str) -> Vec<Cell> {
    vec![
        Cell::text(format!("{number:04}")),
        Cell::text(name),
        Cell::Number(-1_250_000),
        Cell::Number(1_234_500),
        Cell::At(UtcMillis(1_764_054_300_000)),
        LocalDay::from_ymd(2026, 12, 1).map_or(Cell::Nothing, Cell::Day),
    ]
}

/// What a program of poppler says of a list.
fn seen(program: &str, arguments: &[&str], paper: PrintedList) -> String {
    let pdf = reports::print(&Printed::List(Box::new(paper))).expect("a list");
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&pdf).expect("written");
    let mut command = Command::new(program);
    let (before, after) = arguments.split_at(arguments.iter().take_while(|argument| **argument != "-").count());
    command.args(before).arg(file.path()).args(after).stderr(Stdio::piped());
    let said = command.output().unwrap_or_else(|error| panic!("{program} of poppler-utils (`cargo xtask setup`): {error}"));
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).expect("text")
}

/// The text with one space between words, and without places where a line may be broken.
fn plain(text: &str) -> String {
    text.replace('\u{200b}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_page_of_a_list_has_the_names_of_the_columns_and_its_number_of_how_many() {
    let rows: Vec<_> = (0..MANY).map(|number| row(number, "Sari")).collect();
    let text = seen("pdftotext", &["-layout", "-"], list(rows));
    let pages: Vec<String> = text.split('\u{c}').map(plain).filter(|page| !page.is_empty()).collect();
    assert!(pages.len() > 2, "{}", pages.len());
    for (place, page) in pages.iter().enumerate() {
        assert!(page.contains("Nomor") && page.contains("Saldo (Rp)"), "{page}");
        assert!(page.contains(&format!("Halaman {} dari {}", place + 1, pages.len())), "{page}");
    }
    assert!(pages[0].contains("Tirta Bening") && pages[0].contains("Data per 2026-11-22 14:05 WIB. Baris: 150."), "{}", pages[0]);
    let all = pages.join(" ");
    for number in 0..MANY {
        assert_eq!(all.matches(&format!(" {number:04} ")).count(), 1, "each row is there once: {number}");
    }
    for part in ["Rp1.250.000", "1.234,500", "25 Nov 2025", "1 Des 2026"] {
        assert!(all.contains(part), "{part}");
    }
}

#[test]
fn nothing_of_a_list_leaves_its_page_or_is_drawn_over_another_row() {
    let names = ["W".repeat(200), "Jalan ".repeat(30), "\u{6c34}".repeat(80), "#set page(fill: red) *Sari*".to_owned()];
    let rows = (0..40).map(|number| row(number, &names[number % names.len()])).collect();
    let boxes = seen("pdftotext", &["-bbox", "-"], list(rows));
    let edge = |line: &str, name: &str| {
        let found = line.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"')?.0.parse::<f64>().ok());
        found.expect("an edge")
    };
    let mut numbers: Vec<(usize, f64)> = Vec::new();
    let mut page = 0;
    for line in boxes.lines() {
        page += usize::from(line.contains("<page "));
        if !line.contains("<word ") {
            continue;
        }
        let (left, right) = (edge(line, "xMin"), edge(line, "xMax"));
        let (top, bottom) = (edge(line, "yMin"), edge(line, "yMax"));
        assert!(left >= 0.0 && right <= 842.0 && top >= 0.0 && bottom <= 595.4, "{line}");
        let word = line.split_once('>').and_then(|(_, rest)| rest.split_once('<')).map_or("", |(word, _)| word);
        if word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()) && left < 60.0 {
            numbers.push((page, top));
        }
    }
    assert_eq!(numbers.len(), 40, "every row has its number");
    numbers.sort_by(|one, other| one.partial_cmp(other).expect("places"));
    let is_below = |pair: &[(usize, f64)]| pair[1].0 > pair[0].0 || pair[1].1 > pair[0].1 + 5.0;
    assert!(numbers.windows(2).all(is_below), "{numbers:?}");
}

#[test]
fn a_list_without_rows_and_the_same_list_again_are_papers_too() {
    let pdf = |rows| reports::print(&Printed::List(Box::new(list(rows)))).expect("a list");
    assert_eq!(pdf(Vec::new()), pdf(Vec::new()));
    let about = seen("pdfinfo", &[], list(vec![row(1, "Sari")]));
    let line = |name: &str| about.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    assert!(line("Title:").ends_with("Pelanggan") && line("Pages:").ends_with(" 1"), "{about}");
    assert!(line("Page size:").contains("841.8") && line("Page size:").contains("595.2"), "{about}");
}
