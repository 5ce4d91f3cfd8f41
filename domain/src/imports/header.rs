//! Where a sheet's table begins: the row of its names, or two or three of them, below a title or not.

use crate::imports::cell::{Cell, SheetRow};
use crate::imports::months::{LEAST, is_dated};
use crate::imports::names::{Dictionary, Name};
use crate::imports::parse::plain::{shown, trimmed};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Rows in which a header is looked for.
const ROWS: usize = 50;

/// The longest text that is the name of a column, in characters.
const LONGEST: usize = 40;

/// How near a name is to a field at the least, in thousandths, to speak for a second row of names.
const CLOSE_BY: u16 = 600;

/// The names of a table's columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its first row, as the sheet counts it.
    pub first_row: u32,
    /// Its last row: the same, or one of the next two where names stand in several rows.
    pub last_row: u32,
    /// The name of each column from A on; empty where there is none.
    pub names: Vec<String>,
    /// How sure it is that this is the header, in thousandths.
    pub confidence_per_mille: u16,
}

/// Finds the header in the first rows of a sheet; `None` if no row looks like one.
pub fn find(rows: &[SheetRow]) -> Option<Header> {
    let rows = &rows[..rows.len().min(ROWS)];
    let dictionary = Dictionary::new();
    let mut best: Option<(u32, usize)> = None;
    for at in 0..rows.len() {
        let points = points(rows, at, &dictionary);
        if points > best.map_or(0, |(points, _)| points) {
            best = Some((points, at));
        }
    }
    let (_, at) = best?;
    let header = two_rows(rows, at, &dictionary).unwrap_or_else(|| of(rows, at, at, texts(&rows[at]), &dictionary));
    Some(three_rows(rows, at, &header, &dictionary).unwrap_or(header))
}

/// A header of one row that somebody chose.
pub fn at(rows: &[SheetRow], place: usize) -> Option<Header> {
    let row = rows.get(place)?;
    Some(of(rows, place, place, texts(row), &Dictionary::new()))
}

fn texts(row: &SheetRow) -> Vec<String> {
    let text = |cell: &Cell| match cell {
        // A month stands in a heading as its first day.
        Cell::Time(time) if time.time() == Time::midnight() => time.date().to_string(),
        _ => one_line(&shown(cell)).into_owned(),
    };
    row.cells.iter().map(text).collect()
}

/// The name of a column in one line. A word that does not fit is divided: `Pelang-` above `gan`.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let text = trimmed(text);
    if is_one_line(text.as_bytes()) {
        return text;
    }
    let whole = text.replace("-\r\n", "").replace("-\n", "");
    Cow::Owned(whole.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a text is of ASCII, and has no end of a line, no tab, and no two spaces beside each other. Rows of data are asked for it as well, to
/// see whether they are the header once more.
fn is_one_line(text: &[u8]) -> bool {
    let is_plain = text.iter().fold(true, |is, byte| is & byte.is_ascii() & !matches!(byte, b'\n' | b'\r' | b'\t'));
    is_plain && !text.iter().zip(text.iter().skip(1)).any(|(one, next)| *one == b' ' && *next == b' ')
}

fn filled(row: &SheetRow) -> impl Iterator<Item = &Cell> {
    row.cells.iter().filter(|cell| !cell.is_blank())
}

fn is_name(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.chars().count() <= LONGEST && text.chars().any(char::is_alphabetic))
}

fn known(names: &[String], dictionary: &Dictionary) -> u32 {
    names.iter().filter(|name| dictionary.knows(&Name::new(name))).count() as u32
}

/// How many different fields names are near to. What has nothing to import by its own name, such as `No`, is none, whatever stands above it.
fn fields(names: &[String], own: &[String], dictionary: &Dictionary) -> usize {
    let surest = |name: &String| dictionary.near(&Name::new(name)).into_iter().max_by_key(|near| near.per_mille);
    let is_unneeded = |name: &String| surest(name).is_some_and(|near| near.field.is_none());
    let columns = names.iter().enumerate().filter(|(column, _)| !own.get(*column).is_some_and(is_unneeded));
    let near = columns.filter_map(|(_, name)| surest(name)).filter(|near| near.per_mille >= CLOSE_BY);
    near.filter_map(|near| near.field).collect::<BTreeSet<_>>().len()
}

/// How much a row looks like a header: what it names that utilities name so, or at the least texts alone above rows with numbers.
fn points(rows: &[SheetRow], at: usize, dictionary: &Dictionary) -> u32 {
    let row = &rows[at];
    let count = filled(row).count() as u32;
    let mut names = filled(row).filter(|cell| is_name(cell)).count() as u32;
    // Months and days that are no texts stand beside names, and beside no other number.
    let others: Vec<&Cell> = filled(row).filter(|cell| !is_name(cell)).collect();
    if names > 0 && others.len() >= LEAST && others.iter().all(|cell| is_dated(cell)) {
        names = count;
    }
    if count < 2 || names * 10 < count * 8 {
        return 0;
    }
    let known = known(&texts(row), dictionary);
    let has_data = rows[at + 1..].iter().take(3).any(|row| filled(row).any(|cell| !is_plain_name(cell)));
    match (known, has_data) {
        (0, false) => 0,
        (0, true) => 1 + u32::from(count >= 3),
        // A label with its value above a table, `Wilayah: Utara`, is known as well: the row with more names is the header.
        (known, _) => 10 * known + 5 * known / count,
    }
}

/// A text without a digit but that of a unit (`Pakai (m3)`), as names of columns are and most values are not.
fn is_plain_name(cell: &Cell) -> bool {
    let has_digit = |text: &str| text.to_ascii_lowercase().replace("m3", "").bytes().any(|byte| byte.is_ascii_digit());
    is_name(cell) && !matches!(cell, Cell::Text(text) if has_digit(text))
}

fn of(rows: &[SheetRow], first: usize, last: usize, names: Vec<String>, dictionary: &Dictionary) -> Header {
    let count = names.iter().filter(|name| !name.is_empty()).count().max(1) as u32;
    let known = known(&names, dictionary);
    let has_data = rows[last + 1..].iter().take(3).any(|row| filled(row).any(|cell| !is_plain_name(cell)));
    let sure = known * 700 / count + 100 * known.min(2) + if has_data { 100 } else { 0 };
    Header { first_row: rows[first].number, last_row: rows[last].number, names, confidence_per_mille: sure.min(1_000) as u16 }
}

/// A header over two rows, the upper of which has cells merged over several columns, and the lower none below those of one column.
fn two_rows(rows: &[SheetRow], at: usize, dictionary: &Dictionary) -> Option<Header> {
    let alone = known(&texts(&rows[at]), dictionary);
    let pairs = [(Some(at), at + 1), (at.checked_sub(1), at)];
    let merged = pairs.into_iter().filter_map(|(upper, lower)| {
        let upper = upper?;
        let (names, is_tall) = merged(rows.get(upper)?, rows.get(lower)?)?;
        // Where no name stands over both rows, the upper one could be a title: unless names are known, or are different, only with it, or it has
        // several and more fields are meant with them.
        let (own, below) = (texts(&rows[at]), texts(&rows[lower]));
        let is_group = filled(&rows[upper]).count() >= 2;
        let means_more = || is_group && fields(&names, &below, dictionary) > fields(&own, &own, dictionary);
        let helps = || known(&names, dictionary) > alone || has_twice(&below) || means_more();
        (is_tall || helps()).then(|| of(rows, upper, lower, names, dictionary))
    });
    let header = merged.max_by_key(|header| known(&header.names, dictionary))?;
    Some(with_row_above(rows, header, dictionary))
}

/// A header over three rows, the second of which has groups within a group of the first; `None` where no more fields are meant than by the one
/// that is found.
fn three_rows(rows: &[SheetRow], at: usize, found: &Header, dictionary: &Dictionary) -> Option<Header> {
    let read = |first: usize| {
        let (upper, middle, lower) = (rows.get(first)?, rows.get(first + 1)?, rows.get(first + 2)?);
        let (below, _) = merged(middle, lower).filter(|_| filled(upper).count() >= 2)?;
        let below = SheetRow { number: middle.number, is_hidden: false, cells: below.into_iter().map(Cell::Text).collect() };
        let (names, _) = merged(upper, &below)?;
        Some(of(rows, first, first + 2, names, dictionary))
    };
    let means = |header: &Header| fields(&header.names, &[], dictionary);
    let header = (at.saturating_sub(2)..=at).filter_map(read).max_by_key(means)?;
    (means(&header) > means(found)).then_some(header)
}

/// A header over three rows, of which two are found: columns that have no name in these have it in the row above them, where that is known.
fn with_row_above(rows: &[SheetRow], header: Header, dictionary: &Dictionary) -> Header {
    let place_of = |number: u32| rows.iter().position(|row| row.number == number);
    let places = header.first_row.checked_sub(1).and_then(place_of).zip(place_of(header.last_row));
    let Some((above, last)) = places.filter(|(above, _)| filled(&rows[*above]).all(is_name)) else { return header };
    let (mut names, own) = (header.names.clone(), texts(&rows[above]));
    names.resize(names.len().max(own.len()), String::new());
    for (name, own) in names.iter_mut().zip(own).filter(|(name, _)| name.is_empty()) {
        *name = own;
    }
    let is_better = known(&names, dictionary) > known(&header.names, dictionary);
    if is_better { of(rows, above, last, names, dictionary) } else { header }
}

/// Whether a name stands twice.
fn has_twice(names: &[String]) -> bool {
    let is_again =
        |(place, name): (usize, &String)| !name.is_empty() && names[..place].iter().any(|other| other.eq_ignore_ascii_case(name));
    names.iter().enumerate().any(is_again)
}

/// The names of two rows together, and whether one of them stands over both; `None` if they are no such rows.
fn merged(upper: &SheetRow, lower: &SheetRow) -> Option<(Vec<String>, bool)> {
    if lower.number != upper.number + 1 || !filled(lower).all(is_plain_name) || !filled(upper).all(is_name) {
        return None;
    }
    let (above, below) = (texts(upper), texts(lower));
    let width = above.len().max(below.len());
    let text = |texts: &[String], column: usize| texts.get(column).cloned().unwrap_or_default();
    let (mut over, mut is_wide, mut is_tall) = (String::new(), false, false);
    let names = (0..width).map(|column| {
        let (own, part) = (text(&above, column), text(&below, column));
        is_tall |= !own.is_empty() && part.is_empty();
        is_wide |= own.is_empty() && !part.is_empty() && !over.is_empty();
        if !own.is_empty() {
            over = own.clone();
        }
        match (own.is_empty(), part.is_empty()) {
            (_, false) if over.is_empty() => part,
            (_, false) => format!("{over} {part}"),
            (false, true) => own,
            (true, true) => {
                over.clear();
                String::new()
            }
        }
    });
    let names: Vec<String> = names.collect();
    is_wide.then_some((names, is_tall))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of a sheet from 1 on; cells are parted by `|`.
    fn sheet(rows: &[&str]) -> Vec<SheetRow> {
        let cell = |text: &str| match text.trim() {
            "" => Cell::Empty,
            text => text.parse().map_or(Cell::Text(text.into()), Cell::Number),
        };
        let row = |(place, text): (usize, &&str)| SheetRow {
            number: place as u32 + 1,
            is_hidden: false,
            cells: text.split('|').map(cell).collect(),
        };
        rows.iter().enumerate().map(row).collect()
    }

    #[test]
    fn a_name_is_one_line_with_one_space_between_words() {
        for (text, line) in [
            ("No Plg a b", "No Plg a b"),
            (" No  Plg ", "No Plg"),
            ("No\tPlg", "No Plg"),
            ("No\r\nPlg", "No Plg"),
            ("Pelang-\ngan", "Pelanggan"),
            ("Renée  A", "Renée A"),
            ("  ", ""),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn a_header_is_found_below_a_title() {
        let rows = sheet(&[
            "PERUMDA TIRTA SEJAHTERA",
            "DAFTAR PELANGGAN BULAN JANUARI 2024",
            "Wilayah:|Utara",
            "",
            "No|No. Pelanggan|Nama|Alamat||Gol",
            "1|000124|Siti|Jl. Melati 5||R1",
            "2|000125|Budi|Jl. Mawar 9||R1",
        ]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (5, 5));
        assert_eq!(header.names, ["No", "No. Pelanggan", "Nama", "Alamat", "", "Gol"]);
        assert!(header.confidence_per_mille >= 900, "{}", header.confidence_per_mille);
    }

    #[test]
    fn names_of_two_rows_are_one() {
        let rows = sheet(&[
            "LAPORAN PEMBACAAN METER",
            "No Samb|Nama|Stand Meter||Tgl Baca",
            "||Lalu|Kini|",
            "000124|Siti|120|135|12/01/2024",
        ]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (2, 3));
        assert_eq!(header.names, ["No Samb", "Nama", "Stand Meter Lalu", "Stand Meter Kini", "Tgl Baca"]);
    }

    #[test]
    fn a_unit_in_the_lower_row_is_no_value() {
        let rows = sheet(&["No SL|Nama|Stand Meter (m3)||Pakai|Tgl Baca", "||Lalu|Ini|M3|", "000124|Siti|120|135|15|12/01/2024"]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (1, 2));
        assert_eq!(header.names, ["No SL", "Nama", "Stand Meter (m3) Lalu", "Stand Meter (m3) Ini", "Pakai M3", "Tgl Baca"]);
    }

    #[test]
    fn names_of_three_rows_are_one() {
        let rows = sheet(&[
            "LAPORAN||||",
            "No SL|Nama|Pembacaan Meter||",
            "||Bulan Lalu|Bulan Ini|",
            "||Stand|Tgl|Stand",
            "000124|Siti|120|12/01/2024|135",
        ]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (2, 4));
        assert_eq!(header.names, ["No SL", "Nama", "Bulan Lalu Stand", "Bulan Ini Tgl", "Bulan Ini Stand"]);
    }

    #[test]
    fn groups_within_a_group_are_a_part_of_its_names() {
        let rows = sheet(&[
            "DAFTAR REKENING",
            "No|No. Pelanggan|Nama|Alamat|Meter Air||||Gol",
            "||||Stand||Identitas||",
            "||||Lalu|Kini|Merk|No. Seri|",
            "1|00200|Siti|Jl. A|10|20|Itron|X100|R1",
        ]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (2, 4));
        assert_eq!(
            header.names[4..],
            ["Meter Air Stand Lalu", "Meter Air Stand Kini", "Meter Air Identitas Merk", "Meter Air Identitas No. Seri", "Gol"]
        );
    }

    #[test]
    fn a_divided_word_is_one() {
        let divided = |text: &str| Cell::Text(text.replace('/', "\n"));
        let names = SheetRow { number: 1, is_hidden: false, cells: ["No. SL", "Nama/Pelang-/gan"].map(divided).to_vec() };
        let header = at(&[names], 0).expect("a row");
        assert_eq!(header.names, ["No. SL", "Nama Pelanggan"]);
    }

    #[test]
    fn groups_of_columns_are_a_part_of_their_names_and_a_title_is_not() {
        let rows = sheet(&["Pelanggan||Meter||", "Nomor|Nama|Nomor|Merk|Tgl Pasang", "001|Siti|W1|Itron|12/01/2020"]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (1, 2));
        assert_eq!(header.names, ["Pelanggan Nomor", "Pelanggan Nama", "Meter Nomor", "Meter Merk", "Meter Tgl Pasang"]);
        let rows = sheet(&["DAFTAR|PELANGGAN||", "No Samb|Nama|Alamat|Gol", "001|Siti|Jl. A|R1"]);
        assert_eq!(
            find(&rows).map(|header| (header.first_row, header.names)).map(|(row, names)| (row, names.len())),
            Some((2, 4))
        );
    }

    #[test]
    fn a_group_over_columns_is_taken_where_more_is_known_with_it() {
        let rows = sheet(&[
            "CUSTOMER||||METER|||READING|",
            "Code|Name|Address|Mobile|Number|Brand|Installed|Date|Value",
            "EN1|Siti|Jl. A|0812|MN1|Elster|02/01/2019|03/01/2025|100",
        ]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (1, 2));
        let title = find(&sheet(&["DATA PELANGGAN|||", "No|Nama|Alamat|Kota", "1|Siti|Jl. A 1|Bogor"])).expect("a header");
        assert_eq!((title.first_row, title.names[0].as_str()), (2, "No"));
        let title =
            find(&sheet(&["DAFTAR PELANGGAN|||Januari", "No|Nama|Alamat|Kota", "1|Siti|Jl. A 1|Bogor"])).expect("a header");
        assert_eq!((title.first_row, title.names[0].as_str()), (2, "No"));
        assert_eq!((header.names[4].as_str(), header.names[8].as_str()), ("METER Number", "READING Value"));
    }

    #[test]
    fn names_that_nobody_knows_are_a_header_above_numbers_and_not_a_sure_one() {
        let header = find(&sheet(&["Kolom Satu|Kolom Dua|Kolom Tiga", "1|2|3"])).expect("a header");
        assert_eq!(header.first_row, 1);
        assert!(header.confidence_per_mille <= 200);
        assert_eq!(find(&sheet(&["1|2|3", "4|5|6"])), None);
        assert_eq!(find(&[]), None);
        let chosen = at(&sheet(&["x|y", "Kolom Satu|Kolom Dua", "1|2"]), 1).expect("a row");
        assert_eq!((chosen.first_row, chosen.names.len()), (2, 2));
    }

    #[test]
    fn a_first_row_of_data_without_numbers_is_no_second_row_of_names() {
        let rows = sheet(&["No Pelanggan|Nama|Alamat|Kota", "A|Siti|Melati|", "B|Budi||Bandung"]);
        let header = find(&rows).expect("a header");
        assert_eq!((header.first_row, header.last_row), (1, 1));
    }
}
