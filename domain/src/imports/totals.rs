//! Rows of a sheet that are no data: blank ones, totals, notes and signatures below the table, the header once more, and the row of numbers
//! of columns. They are left out and reported, never taken for a customer of that name.

use crate::core::words::words;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::finding::Reason;
use crate::imports::header::one_line;
use crate::imports::parse::money;
use crate::imports::parse::plain::{shown, trimmed};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

words! {
    /// Why a row is left out.
    SkipReason {
        /// Nothing is in it.
        Blank = "blank",
        /// A total or a part of one.
        Total = "total",
        /// A note, a signature, or the name of a group of rows.
        Note = "note",
        /// The names of the columns once more.
        Header = "header",
        /// The numbers of the columns.
        Numbering = "numbering",
        /// The sheet hides it.
        Hidden = "hidden",
    }
}

/// A row that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The row as the sheet counts it.
    pub row: u32,
    /// Why.
    pub reason: SkipReason,
}

/// What a total begins with.
const TOTALS: [&str; 10] = [
    "total",
    "jumlah",
    "subtotal",
    "sub total",
    "sub-total",
    "grand total",
    "jml",
    "grandtotal",
    "sub jumlah",
    "total keseluruhan",
];

/// What a note or a signature begins with.
const NOTES: [&str; 22] = [
    "mengetahui",
    "menyetujui",
    "disetujui",
    "dibuat oleh",
    "diperiksa",
    "dicetak",
    "printed",
    "catatan",
    "keterangan",
    "note",
    "notes",
    "direktur",
    "kepala",
    "manager",
    "manajer",
    "petugas",
    "nip",
    "halaman",
    "page",
    "sumber",
    "tanda tangan",
    "ttd",
];

/// What the name of a group of rows begins with, where it is said in several cells: `Rayon`, `02`, `Barat`; and what explains marks of a list.
const GROUPS: [&str; 19] = [
    "wilayah",
    "wil",
    "rayon",
    "cabang",
    "unit",
    "zona",
    "blok",
    "jalur",
    "kelurahan",
    "kel",
    "desa",
    "dusun",
    "kecamatan",
    "kec",
    "lingkungan",
    "golongan",
    "gol",
    "kelompok",
    "ket",
];

/// What a program writes in the last row of its file, in the first or the second cell, beside a code of the row and how many rows there are.
const TRAILERS: [&str; 8] = ["end", "eof", "trailer", "end of file", "end of report", "end of data", "akhir data", "akhir file"];

/// Which columns tell a row of data from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Columns of what a record is found by: number and serial number.
    pub keys: Vec<usize>,
    /// The column of names.
    pub name: Option<usize>,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Columns that every record fills: of each group one.
    pub required: Vec<Vec<usize>>,
    /// The column of customers' numbers, where these have a digit in them.
    pub number: Option<usize>,
    /// Cells that rows of the sheet have as a rule.
    pub usual: usize,
    /// Columns of numbers and codes, whose values are digits for the most part.
    pub digits: Vec<usize>,
}

impl Shape {
    /// The same with what rows of a sheet have as a rule, and whether their numbers have digits.
    #[must_use]
    pub fn seen(mut self, number: Option<usize>, sample: &[SheetRow]) -> Self {
        let mut counts: Vec<usize> = sample.iter().map(|row| filled(row).count()).collect();
        counts.sort_unstable();
        self.usual = counts.get(counts.len() / 2).copied().unwrap_or(0);
        // Rows with less are those around the data.
        let data: Vec<&SheetRow> = sample.iter().filter(|row| filled(row).count() * 2 > self.usual).collect();
        let width = data.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        self.digits = (0..width).filter(|column| are_mostly(is_code, &data, *column)).collect();
        self.number = number.filter(|column| are_mostly(has_digit, &data, *column));
        self
    }
}

/// Whether the values of a column are so as a rule.
fn are_mostly(is_so: fn(&Cell) -> bool, data: &[&SheetRow], column: usize) -> bool {
    let values = data.iter().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_blank());
    let (all, so) = values.fold((0, 0), |(all, so), cell| (all + 1, so + usize::from(is_so(cell))));
    all >= 3 && so * 3 >= all * 2
}

/// Whether a cell has as many digits as letters at the least, as numbers and codes have, and addresses have not.
fn is_code(cell: &Cell) -> bool {
    let shown = shown(cell);
    let digits = shown.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && digits >= shown.chars().filter(|letter| letter.is_alphabetic()).count()
}

fn filled(row: &SheetRow) -> impl Iterator<Item = &Cell> {
    row.cells.iter().filter(|cell| !cell.is_blank())
}

fn has_digit(cell: &Cell) -> bool {
    shown(cell).bytes().any(|byte| byte.is_ascii_digit())
}

/// Why a row is no data; `None` if it is.
pub fn skip(row: &SheetRow, shape: &Shape) -> Option<SkipReason> {
    let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank());
    let Some((place, first)) = filled.next() else { return Some(SkipReason::Blank) };
    let second = filled.next();
    let others = || row.cells.iter().enumerate().filter(|(at, cell)| *at != place && !cell.is_blank());
    let has_key = || others().any(|(at, _)| shape.keys.contains(&at));
    let has_name = || others().any(|(at, _)| shape.name == Some(at));
    if let Cell::Text(text) = first {
        let text = trimmed(text);
        let text = closed(&text);
        // A total may have in the column of a key how many rows it is of; where it stands in the column of names, not in that of numbers.
        let has_no_number = || shape.number.is_some_and(|number| others().all(|(at, _)| at != number));
        let is_count = || {
            let is_beside = (shape.name != Some(place) || has_no_number()) && !shape.keys.contains(&place);
            is_beside && !has_name() && (shape.name.is_some() || is_total(&text)) && others().all(|(_, cell)| is_sum(cell))
        };
        if begins(&text, &TOTALS) && (!has_key() || is_count()) {
            return Some(SkipReason::Total);
        }
        if begins(&text, &NOTES) && !has_key() && !has_name() && others().count() <= 1 {
            return Some(SkipReason::Note);
        }
    }
    if is_trailer(row) {
        return Some(SkipReason::Note);
    }
    if is_named_total(row, shape) {
        return Some(SkipReason::Total);
    }
    if is_numbering(row) {
        return Some(SkipReason::Numbering);
    }
    let is_named = shape.name == Some(place) || shape.keys.contains(&place) || has_key() || has_name();
    if second.is_some() && !shape.keys.is_empty() && !is_named && is_sum(first) && others().all(|(_, cell)| is_sum(cell)) {
        return Some(SkipReason::Total);
    }
    if is_header(row, &shape.header) {
        return Some(SkipReason::Header);
    }
    if second.is_none() && is_serial(place, first, shape) {
        return None;
    }
    let is_around = is_stray(row, shape) || is_signature(row, shape) || is_group(row, (place, first), shape);
    (second.is_none() && shape.required.len() >= 2 || is_around).then_some(SkipReason::Note)
}

/// Whether a row is the last of a file, which says that it is, and has nothing but numbers besides: `EOF;123`, `99,END`.
fn is_trailer(row: &SheetRow) -> bool {
    let is_end = |cell: &Cell| {
        let Cell::Text(text) = cell else { return false };
        TRAILERS.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
    };
    // Nearly every row has other words, and is asked no more.
    let Some(end) = filled(row).take(2).position(is_end) else { return false };
    let is_number = |(place, cell): (usize, &Cell)| place == end || place < 4 && is_sum(cell);
    filled(row).enumerate().all(is_number)
}

/// Whether the only cell of a row has a meter's serial number: of one more meter of the customer above, who is not named again. It is to be
/// said that the row has no number.
fn is_serial(place: usize, cell: &Cell, shape: &Shape) -> bool {
    let text = shown(cell);
    let text = text.trim();
    shape.keys.iter().skip(1).any(|key| *key == place)
        && text.len() >= 4
        && has_digit(cell)
        && !text.contains(char::is_whitespace)
}

/// `T O T A L` as `TOTAL`; any other text as it is.
fn closed(text: &str) -> Cow<'_, str> {
    let is_spaced = text.len() >= 5 && text.bytes().enumerate().all(|(place, byte)| (place % 2 == 1) == (byte == b' '));
    if is_spaced { Cow::Owned(text.replace(' ', "")) } else { Cow::Borrowed(text) }
}

/// Whether the name is the word for a total and nothing else, and there is no number: a total whose row is counted as well.
fn is_named_total(row: &SheetRow, shape: &Shape) -> bool {
    let cell = |column: usize| row.cells.get(column).filter(|cell| !cell.is_blank());
    // Nearly every row has a key, and is asked no more.
    if shape.keys.iter().any(|key| cell(*key).is_some()) {
        return false;
    }
    let Some(Cell::Text(name)) = shape.name.and_then(cell) else { return false };
    is_total(&trimmed(name))
}

/// Whether a text is the word for a total and nothing else.
fn is_total(text: &str) -> bool {
    let text = closed(text);
    let text = text.trim_end_matches([':', ' ', '.']);
    TOTALS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a row has far less than others, and nothing in it that a record needs: the head or the foot of a page, the signatures below a table,
/// the name of a group with its label (`Wilayah :`, `Utara`). What stands in the column of numbers without a digit is none.
fn is_stray(row: &SheetRow, shape: &Shape) -> bool {
    if shape.usual < 4 || filled(row).count() > (shape.usual / 3).max(2) {
        return false;
    }
    let is_word = |column: usize| {
        let cell = row.cells.get(column).filter(|cell| !cell.is_blank());
        shape.number == Some(column) && cell.is_some_and(|cell| !has_digit(cell))
    };
    let is_there = |column: &usize| row.cells.get(*column).is_some_and(|cell| !cell.is_blank()) && !is_word(*column);
    shape.number.is_some_and(is_word) || !shape.required.iter().flatten().any(is_there)
}

/// Whether a row has signatures beside each other, of which one stands in the column of names: no digit is in it, nothing is in the column of
/// numbers, and the others stand where the sheet has numbers or codes.
fn is_signature(row: &SheetRow, shape: &Shape) -> bool {
    let Some((number, name)) = shape.number.zip(shape.name) else { return false };
    let is_there = |column: usize| row.cells.get(column).is_some_and(|cell| !cell.is_blank());
    // Nearly every row has a number, and is asked no more.
    if is_there(number) || !is_there(name) || shape.usual < 4 || filled(row).any(has_digit) {
        return false;
    }
    let others = || (0..row.cells.len()).filter(|column| *column != name && is_there(*column));
    (1..(shape.usual / 3).max(2)).contains(&others().count()) && others().all(|column| shape.digits.contains(&column))
}

/// Whether a row is the name of a group or a note in several cells, the first of which says what is grouped, where the sheet has numbers or codes.
fn is_group(row: &SheetRow, (place, first): (usize, &Cell), shape: &Shape) -> bool {
    let Cell::Text(text) = first else { return false };
    let text = trimmed(text);
    let is_word = || begins(&text, &GROUPS) || begins(&text, &NOTES);
    shape.digits.contains(&place) && !has_digit(first) && is_word() && filled(row).count() * 2 <= shape.usual + 1
}

/// Whether another table begins here: the row has the name of a key's column in it and another column's, and beside them names that are not
/// those of this table.
pub fn begins_other_table(row: &SheetRow, shape: &Shape) -> bool {
    if filled(row).any(|cell| !matches!(cell, Cell::Text(_)) || has_digit(cell)) {
        return false;
    }
    let (mut same, mut others, mut has_key) = (0, 0, false);
    for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
        let shown = shown(cell);
        let text = one_line(&shown);
        let name = shape.header.get(column).map_or("", String::as_str);
        if text.eq_ignore_ascii_case(name) {
            same += 1;
            has_key |= shape.keys.contains(&column);
        } else if !is_part(&text, name) {
            others += 1;
        }
    }
    same >= 2 && has_key && others * 3 >= same
}

/// Whether a cell is a number of money or of water; `25.12.2024` is a date.
fn is_sum(cell: &Cell) -> bool {
    match cell {
        Cell::Number(_) => true,
        Cell::Text(text) => match money::read(cell) {
            Ok((amount, _)) => amount.is_some(),
            Err(doubt) if doubt.reason == Reason::UnclearAmount => text.matches(['.', ',']).count() == 1,
            Err(doubt) => doubt.reason == Reason::Sen,
        },
        _ => false,
    }
}

/// Whether a text is one of these, or begins with it as a word. All of them begin with a letter of ASCII.
fn begins(text: &str, words: &[&str]) -> bool {
    if !text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    words.iter().any(|word| {
        let head = text.as_bytes().get(..word.len());
        let behind = text.as_bytes().get(word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
            && behind.is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
    })
}

/// Whether the cells are 1, 2, 3 … in their order, three at least, as `1` or `(1)`, also with how a column is computed behind it: `(5)=(4)-(3)`,
/// `6 = 4 x 5`.
fn is_numbering(row: &SheetRow) -> bool {
    let mut count = 0;
    for cell in row.cells.iter().filter(|cell| !cell.is_blank()) {
        count += 1;
        let is_next = match cell {
            Cell::Number(number) => *number == f64::from(count),
            Cell::Text(text) => {
                let own = text.split_once('=').map_or(text.as_str(), |(own, _)| own);
                own.trim().trim_matches(['(', ')', '.']).parse() == Ok(count)
            }
            _ => false,
        };
        if !is_next {
            return false;
        }
    }
    count >= 3
}

/// Whether most cells are names of their columns. A name of two rows is met in its parts.
fn is_header(row: &SheetRow, header: &[String]) -> bool {
    let (mut same, mut other) = (0, 0);
    for (cell, name) in row.cells.iter().zip(header) {
        let Cell::Text(text) = cell else {
            other += usize::from(!cell.is_blank());
            continue;
        };
        let text = one_line(text);
        let is_name = is_part(&text, name);
        same += usize::from(is_name && text.bytes().any(|byte| byte.is_ascii_alphabetic()));
        other += usize::from(!is_name && !text.is_empty());
        if other > 1 && same == 0 {
            return false;
        }
    }
    same >= 2 && same > other
}

/// Whether a text is a name, or the part of one that stands in the upper or the lower of two rows.
fn is_part(text: &str, name: &str) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    !text.is_empty()
        && text.len() <= name.len()
        && (name[..text.len()].eq_ignore_ascii_case(text) || name[name.len() - text.len()..].eq_ignore_ascii_case(text))
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;
