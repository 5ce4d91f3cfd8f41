//! A list on A4, lying: its rows over as many pages as it takes, each with the names of the columns and its number of how many.

use crate::letters::{IN_HEAD, legible};
use crate::lines::{self, Lines};
use crate::words::{day, instant, say};
use crate::{Error, press};
use domain::exports::{Cell, Column, PrintedList};
use serde_json::{Value, json};

const TEMPLATE: &str = include_str!("../../assets/reports/list.typ");

/// Tenths of a millimetre between the margins.
const WIDTH: usize = 2_730;

/// Of a column, tenths of a millimetre that are no room for letters.
const INSET: usize = 20;

/// Tenths of a millimetre of the widest letters.
const LETTER: usize = 27;

/// Tenths of a point of the letters of rows.
const SIZE: i64 = 70;

/// Letters in a row of a column at least, however narrow it is.
const LEAST: usize = 3;

/// A list as PDF. The same list is the same file.
///
/// # Errors
/// [`Error::Template`]: a fault of ours.
pub fn list(list: &PrintedList) -> Result<Vec<u8>, Error> {
    press::pdf(TEMPLATE, &data(list), None, (&list.name, list.made_at))
}

fn data(list: &PrintedList) -> Value {
    let language = list.layout.language;
    let longest = longest(list.layout.columns.iter(), WIDTH);
    let columns: Vec<Value> = list
        .layout
        .columns
        .iter()
        .zip(&longest)
        .map(|(column, longest)| {
            json!({ "name": legible(&column.name, *longest), "width": column.width.max(1), "right": column.kind.is_number() })
        })
        .collect();
    let rows: Vec<Vec<String>> = list.rows.iter().map(|row| texts(list, row, &longest)).collect();
    let lines = Lines::new(list.layout.columns.iter().map(|column| column.width.max(1)), 10 * WIDTH as i64, SIZE);
    json!({
        "language": say(language, "id", "en"),
        "title": legible(&list.title, IN_HEAD),
        "utility": legible(&list.utility, IN_HEAD),
        "about": legible(&list.about.join(" "), IN_HEAD),
        "name": &list.name,
        "page": say(language, "Halaman", "Page"),
        "of": say(language, "dari", "of"),
        "columns": columns,
        "line": lines::height(),
        "single": rows.iter().map(|row| lines.is_single(row)).collect::<Vec<bool>>(),
        "rows": rows,
    })
}

/// Letters of each column that fit beside one another whichever they are, of columns that share `width` tenths of a millimetre: a longer word
/// may be broken there.
pub fn longest<'c>(columns: impl Iterator<Item = &'c Column> + Clone, width: usize) -> Vec<usize> {
    let all: usize = columns.clone().map(|column| usize::from(column.width.max(1))).sum();
    let room = |column: &Column| width * usize::from(column.width.max(1)) / all.max(1);
    columns.map(|column| (room(column).saturating_sub(INSET) / LETTER).max(LEAST)).collect()
}

/// A row's cells, one for each column.
fn texts(list: &PrintedList, row: &[Cell], longest: &[usize]) -> Vec<String> {
    let layout = &list.layout;
    let nothing = Cell::Nothing;
    let cells = row.iter().chain(std::iter::repeat(&nothing));
    let text = |((column, cell), longest): ((&Column, &Cell), &usize)| match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => legible(text, *longest),
        Cell::Number(number) => layout.shown(column.kind, *number),
        Cell::At(at) => instant(layout.language, layout.zone, *at),
        Cell::Day(of) => day(layout.language, *of),
    };
    layout.columns.iter().zip(cells).zip(longest).map(text).collect()
}
