//! What a file is, by its first bytes.

use crate::OpenError;

/// So many bytes are looked at.
pub(crate) const HEAD: usize = 4096;

/// What reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Delimited text, until something else is found in it.
    Text,
    /// An archive: XLSX, ODS, or no spreadsheet.
    Zip,
    /// A compound file: XLS, an encrypted XLSX, or no spreadsheet.
    Ole,
    /// The stream of an XLS without the compound file around it, as old web applications write it.
    Biff,
}

pub(crate) fn kind(head: &[u8]) -> Result<Kind, OpenError> {
    match head {
        [] => return Err(OpenError::Empty),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Ok(Kind::Zip),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => return Ok(Kind::Ole),
        [0x09, 0x08, 4..=32, 0, ..] => return Ok(Kind::Biff),
        [0x09, 0 | 2 | 4, 4..=8, 0, ..] => return Err(OpenError::OldExcel),
        _ => {}
    }
    if let Some((_, found)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Err(OpenError::NotASpreadsheet { found: Some(found) });
    }
    let text = latin(head);
    let trimmed = text.trim_start();
    if trimmed.starts_with('<') {
        return markup(trimmed);
    }
    if trimmed.starts_with("mime-version:") {
        return Err(OpenError::Html);
    }
    // Programs write a title or a warning in front of the table.
    if trimmed.contains("<table") && trimmed.contains("<tr") {
        return Err(OpenError::Html);
    }
    if let Some((found, _)) = TEXTS.iter().find(|(_, is_such)| is_such(trimmed)) {
        return Err(OpenError::NotASpreadsheet { found: Some(*found) });
    }
    if is_binary(head) {
        return Err(OpenError::NotASpreadsheet { found: is_dbase(head).then_some("dBase") });
    }
    Ok(Kind::Text)
}

/// Texts that are no delimited ones, with what is known of each.
type Recognised = (&'static str, fn(&str) -> bool);
const TEXTS: [Recognised; 3] = [("JSON", is_json), ("SYLK", is_sylk), ("DIF", is_dif)];

const SIGNATURES: [(&[u8], &str); 10] = [
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"\x00\x01\x00\x00Standard", "Access"),
];

/// The letters of ASCII in it, in lower case, whatever the encoding: bytes 0 and byte order marks are left out.
fn latin(head: &[u8]) -> String {
    head.iter().filter(|byte| byte.is_ascii() && **byte != 0).map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// A text that begins with `<`: a page, a workbook in XML, or fields that happen to begin so.
fn markup(text: &str) -> Result<Kind, OpenError> {
    const PAGE: [&str; 21] = [
        "<!doctype html",
        "<html",
        "<head",
        "<meta",
        "<title",
        "<link",
        "<body",
        "<div",
        "<style",
        "<script",
        "<center",
        "<font",
        "<tr",
        "<br>",
        "<br />",
        "<b>",
        "<p>",
        "<h1",
        "<h2",
        "<h3",
        "<h4",
    ];
    if text.starts_with("<?xml") || text.starts_with("<workbook") || text.starts_with("<office:document") {
        return Err(if text.contains("<html") || text.contains("<!doctype html") {
            OpenError::Html
        } else {
            OpenError::PlainXml
        });
    }
    let is_page = text.contains("<table") || PAGE.iter().any(|tag| text.starts_with(tag));
    if is_page { Err(OpenError::Html) } else { Ok(Kind::Text) }
}

/// Whether a text is an object or a list of objects, as portals of open data give tables beside CSV.
fn is_json(text: &str) -> bool {
    let behind = |mark: char| text.strip_prefix(mark).map(str::trim_start).unwrap_or_default();
    behind('{').starts_with('"') || behind('[').starts_with('{')
}

/// Whether a text is a table as symbolic links (SYLK), in which each line says in front what it is. A header such as `ID;Pelanggan` begins so too.
fn is_sylk(text: &str) -> bool {
    const RECORDS: [&str; 6] = ["p;", "b;", "c;", "f;", "o;", "nn;"];
    let is_record = |line: &&str| *line == "e" || RECORDS.iter().any(|record| line.starts_with(record));
    let mut lines = text.lines();
    let is_head = lines.next().is_some_and(|line| line.starts_with("id;p"));
    let records: Vec<&str> = lines.filter(|line| !line.is_empty()).take(8).collect();
    is_head && !records.is_empty() && records.iter().all(is_record)
}

/// Whether a text is a table in the format in which programs of DOS exchanged them (DIF).
fn is_dif(text: &str) -> bool {
    let mut lines = text.lines();
    lines.next() == Some("table") && lines.next() == Some("0,1")
}

/// Whether it is a table of dBase or FoxPro: the sort of it, and the year, the month and the day when it was changed.
const fn is_dbase(head: &[u8]) -> bool {
    matches!(head, [0x02 | 0x03 | 0x30..=0x32 | 0x83 | 0x8b | 0xf5, _, 1..=12, 1..=31, ..])
}

/// Whether bytes 0 or other controls are in it that no text has. UTF-16 has bytes 0, all in even or all in odd places.
fn is_binary(head: &[u8]) -> bool {
    let is_utf16 = crate::csv::encoding::utf16_of(head).is_some();
    let controls = head.iter().filter(|byte| matches!(byte, 0x01..=0x08 | 0x0e..=0x19 | 0x1b..=0x1f)).count();
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    if is_utf16 { false } else { zeros > 0 || controls * 50 > head.len() }
}
