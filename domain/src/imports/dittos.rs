//! Marks and words that say that a cell is as the one above it: `"`, `idem`, `s.d.a.`. Which cell that is depends on how the sheet was sorted, so the
//! row is refused until somebody writes the value.

use crate::imports::cell::Cell;
use crate::imports::field::Field;
use crate::imports::finding::{Action, Doubt, Level, Reason};
use crate::imports::reader::Cells;

/// Marks, alone or with dashes beside them.
const MARKS: [char; 6] = ['"', '\'', '“', '”', '″', '〃'];

/// Words. The last is the short name of a town as well.
const WORDS: [&str; 5] = ["idem", "ditto", "s.d.a.", "s.d.a", "sda"];

/// The longest of them, in bytes, with spaces.
const LONGEST: usize = 12;

/// Whether a text says that its cell is as the one above. A lone apostrophe, and two quotes with nothing between them, are what programs leave.
fn is_ditto(field: Field, text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = text.trim();
    if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        let may_be_town = matches!(field, Field::City | Field::Zone) && text.eq_ignore_ascii_case("sda");
        return !may_be_town;
    }
    let is_mark = |letter: char| MARKS.contains(&letter);
    !matches!(text, "'" | "\"\"")
        && text.contains(is_mark)
        && text.chars().all(|letter| is_mark(letter) || matches!(letter, '-' | ' '))
}

impl Cells<'_> {
    /// Refuses the row for each of its cells that is said to be as the one above.
    pub(super) fn look_for_dittos(&mut self) {
        let (reader, row) = (self.reader, self.row);
        for (column, field) in reader.mapping.columns.iter().enumerate() {
            let (Some(field), Some(Cell::Text(text))) = (field, row.cells.get(column)) else { continue };
            if is_ditto(*field, text) {
                self.note_in((column, *field), Level::Error, Doubt::new(Reason::Ditto, Action::EditCell));
            }
        }
    }
}
