//! Cells that somebody mended, put in place of those of the file before they are read.

use crate::imports::cell::{Cell, SheetRow};
use crate::imports::finding::group_form;
use crate::imports::parse::plain::shown;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Mended cells, by row and column, and values mended wherever they stand in a column. Columns are counted from 0, rows as the sheet does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// The text of a cell: row, then column.
    cells: BTreeMap<u32, BTreeMap<u32, String>>,
    /// The text in place of a value: column, then the value in its grouped form.
    values: BTreeMap<u32, BTreeMap<String, String>>,
}

impl Overrides {
    /// Mends one cell. It stands above what mends its value.
    pub fn set_cell(&mut self, row: u32, column: u32, text: impl Into<String>) {
        self.cells.entry(row).or_default().insert(column, text.into());
    }

    /// Mends all cells of a column with a value, however its letters and spaces are: what a repair of a value is made by.
    pub fn set_all(&mut self, column: u32, value: &str, text: impl Into<String>) {
        self.values.entry(column).or_default().insert(group_form(value), text.into());
    }

    /// A row with its mended cells. One without any is lent as it is.
    pub fn apply<'a>(&self, row: &'a SheetRow) -> Cow<'a, SheetRow> {
        let mut mended = Cow::Borrowed(row);
        for (column, values) in &self.values {
            let cell = row.cells.get(*column as usize).filter(|cell| !cell.is_blank());
            if let Some(text) = cell.and_then(|cell| values.get(&group_form(&shown(cell)))) {
                put(mended.to_mut(), *column, text);
            }
        }
        for (column, text) in self.cells.get(&row.number).into_iter().flatten() {
            put(mended.to_mut(), *column, text);
        }
        mended
    }
}

fn put(row: &mut SheetRow, column: u32, text: &str) {
    let place = column as usize;
    if row.cells.len() <= place {
        row.cells.resize(place + 1, Cell::Empty);
    }
    row.cells[place] = if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_mended_alone_and_a_value_wherever_it_stands() {
        let row = SheetRow { number: 7, is_hidden: false, cells: vec![Cell::Number(1.0), Cell::Text(" r  1 ".into())] };
        let mut overrides = Overrides::default();
        assert!(matches!(overrides.apply(&row), Cow::Borrowed(_)));
        overrides.set_all(1, "R 1", "residential");
        overrides.set_all(0, "1", "000001");
        let texts =
            |overrides: &Overrides| overrides.apply(&row).cells.iter().map(|cell| shown(cell).into_owned()).collect::<Vec<_>>();
        assert_eq!(texts(&overrides), ["000001", "residential"]);
        overrides.set_cell(7, 1, "industrial");
        overrides.set_cell(7, 3, "Siti");
        overrides.set_cell(8, 0, "another row");
        assert_eq!(texts(&overrides), ["000001", "industrial", "", "Siti"]);
    }
}
