//! What a reader of PDF sees on sheets of labels: poppler's programs, not ours, open them.

use domain::UtcMillis;
use domain::exports::{Label, Printed, PrintedLabels};
use domain::people::Language;
use std::io::Write;
use std::process::{Command, Stdio};

fn labels(serials: impl IntoIterator<Item = String>) -> PrintedLabels {
    PrintedLabels {
        utility: "Tirta Bening".into(),
        name: "label-20261122-1405.pdf".into(),
        made_at: UtcMillis(1_764_054_300_000),
        language: Language::Id,
        labels: serials.into_iter().map(|serial| Label { serial, model: "Tirta S-20".into() }).collect(),
    }
}

/// What a program of poppler says of sheets.
fn seen(program: &str, arguments: &[&str], labels: PrintedLabels) -> String {
    let pdf = reports::print(&Printed::Labels(Box::new(labels))).expect("labels");
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&pdf).expect("written");
    let mut command = Command::new(program);
    let (before, after) = arguments.split_at(arguments.iter().take_while(|argument| **argument != "-").count());
    command.args(before).arg(file.path()).args(after).stderr(Stdio::piped());
    let said = command.output().unwrap_or_else(|error| panic!("{program} of poppler-utils (`cargo xtask setup`): {error}"));
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).expect("text")
}

#[test]
fn a_sheet_has_twenty_four_labels_and_the_next_one_begins_another() {
    let text = seen("pdftotext", &["-layout", "-"], labels((1..=25).map(|number| format!("WM-{number:03}"))));
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert_eq!(pages.len(), 2, "{text}");
    assert_eq!((pages[0].matches("WM-").count(), pages[1].matches("WM-").count()), (24, 1));
    for number in 1..=25 {
        assert_eq!(text.matches(&format!("WM-{number:03}")).count(), 1, "each label is there once");
    }
    assert_eq!(text.matches("Tirta Bening").count(), 25);
    let about = seen("pdfinfo", &[], labels(["WM-1".to_owned()]));
    assert!(about.lines().any(|line| line.starts_with("Page size:") && line.contains("A4")), "{about}");
}

#[test]
fn nothing_of_a_label_leaves_its_place() {
    let serials = ["W".repeat(64), "WM-2024-001".to_owned(), "i".repeat(64)];
    let boxes = seen("pdftotext", &["-bbox", "-"], labels(serials.into_iter().cycle().take(24)));
    let edge = |line: &str, name: &str| {
        let found = line.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"')?.0.parse::<f64>().ok());
        found.expect("an edge")
    };
    let (wide, high) = (70.0 * 72.0 / 25.4, 37.0 * 72.0 / 25.4);
    let words: Vec<&str> = boxes.lines().filter(|line| line.contains("<word ")).collect();
    assert!(words.len() >= 24 * 3, "{}", words.len());
    for line in words {
        let (left, right) = (edge(line, "xMin"), edge(line, "xMax"));
        let (top, bottom) = (edge(line, "yMin") - 1.4, edge(line, "yMax") - 1.4);
        assert!((left / wide).floor() == (right / wide).floor(), "beside: {line}");
        assert!((top / high).floor() == (bottom / high).floor(), "below: {line}");
    }
}

#[test]
fn the_same_labels_are_the_same_file_and_none_are_a_file_too() {
    let pdf = |many| {
        let all = labels((0..many).map(|number| format!("WM-{number}")));
        reports::print(&Printed::Labels(Box::new(all))).expect("labels")
    };
    assert_eq!(pdf(3), pdf(3));
    assert!(pdf(0).starts_with(b"%PDF-"));
}
