//! Any records, with any delimiter, ends of lines and quotes, are read as the same records on the same lines.

use super::{open_with, rows};
use crate::{Limits, Options};
use domain::imports::{Cell, SheetRow};
use proptest::prelude::*;

/// A record as somebody may write it: each field quoted or not.
fn write(records: &[Vec<(String, bool)>], delimiter: char, end: &str, ends_last: bool) -> String {
    let lines: Vec<String> = records
        .iter()
        .map(|fields| {
            let fields = fields.iter().map(|(text, is_quoted)| {
                let must = text.contains([delimiter, '"', '\n', '\r']);
                if *is_quoted || must { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() }
            });
            fields.collect::<Vec<_>>().join(&delimiter.to_string())
        })
        .collect();
    lines.join(end) + if ends_last { end } else { "" }
}

/// Reads letter by letter, with nothing clever in it.
fn naive(text: &str, delimiter: char) -> Vec<(u32, Vec<String>)> {
    let mut records = Vec::new();
    let (mut record, mut field) = (Vec::new(), String::new());
    let (mut line, mut first_line) = (1, 1);
    let (mut is_in_quotes, mut is_start) = (false, true);
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        let is_end = letter == '\n' || (letter == '\r' && letters.get(at + 1) != Some(&'\n'));
        line += u32::from(is_end);
        if is_in_quotes {
            if letter == '"' && letters.get(at + 1) == Some(&'"') {
                field.push('"');
                at += 1;
            } else if letter == '"' {
                is_in_quotes = false;
            } else {
                field.push(letter);
            }
        } else if letter == '"' && is_start {
            is_in_quotes = true;
            is_start = false;
        } else if letter == delimiter {
            record.push(std::mem::take(&mut field));
            is_start = true;
        } else if is_end {
            record.push(std::mem::take(&mut field));
            records.push((first_line, std::mem::take(&mut record)));
            first_line = line;
            is_start = true;
        } else if letter != '\r' || letters.get(at + 1) != Some(&'\n') {
            field.push(letter);
            is_start = false;
        }
        at += 1;
    }
    record.push(field);
    records.push((first_line, record));
    records
}

/// The rows that a visitor is given.
fn visible(records: Vec<(u32, Vec<String>)>) -> Vec<SheetRow> {
    let rows = records.into_iter().map(|(number, fields)| {
        let mut cells: Vec<Cell> =
            fields.into_iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text(text) }).collect();
        while cells.last() == Some(&Cell::Empty) {
            cells.pop();
        }
        SheetRow { number, is_hidden: false, cells }
    });
    rows.filter(|row| !row.cells.iter().all(Cell::is_blank)).collect()
}

fn field() -> impl Strategy<Value = (String, bool)> {
    ("[a-z0-9,;|\t\"\n\ré³ ]{0,6}", any::<bool>())
}

proptest! {
    #[test]
    fn records_are_read_as_they_were_written(
        records in prop::collection::vec(prop::collection::vec(field(), 1..5), 1..20),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        ends_last in any::<bool>(),
        is_utf16 in any::<bool>(),
    ) {
        let text = write(&records, delimiter, end, ends_last);
        // What names a delimiter, or is no text at all, is tested elsewhere.
        prop_assume!(!text.trim().is_empty() && !text.trim_start_matches('"').to_lowercase().starts_with("sep="));
        let bytes = if is_utf16 { format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() } else { text.clone().into_bytes() };
        let options = Options { encoding: (!is_utf16).then(|| "utf-8".to_owned()), delimiter: Some(delimiter as u8) };
        let mut workbook = open_with(&bytes, &Limits::default(), &options).unwrap();
        let expected = visible(naive(&text, delimiter));
        prop_assert_eq!(rows(&mut workbook, 0).unwrap().0, expected);
        // What was written is what the naive machine reads.
        let written: Vec<Vec<String>> = records.into_iter().map(|fields| fields.into_iter().map(|(text, _)| text).collect()).collect();
        let mut naive: Vec<Vec<String>> = naive(&text, delimiter).into_iter().map(|(_, fields)| fields).collect();
        if ends_last {
            naive.pop();
        }
        prop_assert_eq!(naive, written);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(mut workbook) = super::open(&bytes) {
            for sheet in 0..workbook.sheets().len() {
                let _ = rows(&mut workbook, sheet);
            }
        }
    }
}
