//! Cells of a row as one text, for the table of rows: mostly texts, which stand as they are, and what is none behind a mark.

use domain::imports::{Cell, SheetRow};
use memchr::memchr_iter;
use std::fmt::Write;

/// Between two cells. A text with one of these characters in it is written without: none of them can be seen or typed.
const SEPARATOR: char = '\u{1f}';
const NUMBER: char = '\u{1}';
const TIME: char = '\u{2}';
const BOOL: char = '\u{3}';
const ERROR: char = '\u{4}';

/// A row's cells as text, behind what is in `into`.
pub fn encode(cells: &[Cell], into: &mut String) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            into.push(SEPARATOR);
        }
        // Writing into a String cannot fail.
        let _ = match cell {
            Cell::Empty => Ok(()),
            Cell::Text(text) if is_plain(text) => {
                into.push_str(text);
                Ok(())
            }
            Cell::Text(text) => {
                into.extend(text.chars().filter(|letter| !is_mark(*letter)));
                Ok(())
            }
            Cell::Number(number) => write!(into, "{NUMBER}{number}"),
            Cell::Time(time) => write!(into, "{TIME}{time}"),
            Cell::Bool(is) => write!(into, "{BOOL}{}", u8::from(*is)),
            Cell::Error(name) => write!(into, "{ERROR}{name}"),
        };
    }
}

/// The cells of a text that [`encode`] wrote, into a row whose cells are used again.
pub fn decode(text: &str, row: &mut SheetRow) {
    let (mut begin, mut count) = (0, 0);
    // Cells are short, so that their ends are looked for in many bytes at once, across cells.
    for end in memchr_iter(SEPARATOR as u8, text.as_bytes()).chain([text.len()]) {
        let part = &text[begin..end];
        match row.cells.get_mut(count) {
            Some(cell) => read_into(part, cell),
            None => row.cells.push(read(part)),
        }
        (begin, count) = (end + 1, count + 1);
    }
    row.cells.truncate(count);
}

/// Most cells are texts, and so was the one that stood in this place before.
fn read_into(part: &str, cell: &mut Cell) {
    match cell {
        Cell::Text(text) if !part.is_empty() && !part.starts_with(is_mark) => {
            text.clear();
            text.push_str(part);
        }
        _ => *cell = read(part),
    }
}

fn read(part: &str) -> Cell {
    let mut letters = part.chars();
    let read = match letters.next() {
        None => Some(Cell::Empty),
        Some(NUMBER) => letters.as_str().parse().ok().map(Cell::Number),
        Some(TIME) => letters.as_str().parse().ok().map(Cell::Time),
        Some(BOOL) => Some(Cell::Bool(letters.as_str() == "1")),
        Some(ERROR) => Some(Cell::Error(letters.as_str().to_owned())),
        Some(_) => None,
    };
    read.unwrap_or_else(|| Cell::Text(part.to_owned()))
}

const fn is_mark(letter: char) -> bool {
    matches!(letter, SEPARATOR | NUMBER | TIME | BOOL | ERROR)
}

/// Whether none of the marks is in a text. Hardly a text has any control character, which is seen of many bytes at once.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |is_plain, byte| is_plain & (byte >= b' ')) || !text.contains(is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were_also_into_a_row_that_was_longer() {
        let time = "2026-11-29T08:30:00".parse().unwrap();
        let rows = [
            vec![Cell::Text("a".into()), Cell::Empty, Cell::Number(-0.1), Cell::Time(time), Cell::Bool(true), Cell::Bool(false)],
            vec![Cell::Error("#REF!".into()), Cell::Number(1e300), Cell::Text(" 0812 ".into())],
            vec![Cell::Text("x;y\"\n".into())],
        ];
        let (mut text, mut row) = (String::new(), SheetRow::default());
        for cells in rows {
            text.clear();
            encode(&cells, &mut text);
            decode(&text, &mut row);
            assert_eq!(row.cells, cells);
        }
        // What could be taken for a mark is left out of a text.
        text.clear();
        encode(&[Cell::Text("\u{1}5\u{1f}".into())], &mut text);
        decode(&text, &mut row);
        assert_eq!(row.cells, [Cell::Text("5".into())]);
    }
}
