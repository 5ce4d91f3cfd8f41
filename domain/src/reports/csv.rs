//! A report's tables as CSV: a file for each, which is rows and nothing else, so that other programs read them. Groups are a column in front;
//! sums are left to whoever reads.

use crate::exports::{Cell, Column, Kind};
use crate::reports::{Report, Table};

/// A table as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvFile {
    /// Its name, with the table's place in the report where there are several.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// Letters of a column of groups.
const GROUP_WIDTH: u8 = 20;

impl Report {
    /// Each table as a file.
    pub fn csv(&self) -> Vec<CsvFile> {
        let is_one = self.tables().count() == 1;
        let file = |(place, table): (usize, &Table)| {
            let number = if is_one { String::new() } else { format!("-{}", place + 1) };
            CsvFile { name: format!("{}{number}.csv", self.name), text: self.csv_of(table) }
        };
        self.tables().enumerate().map(file).collect()
    }

    fn csv_of(&self, table: &Table) -> String {
        let mut layout = self.layout(table);
        if let Some(name) = &table.group {
            layout.columns.insert(0, Column { name: name.clone(), kind: Kind::Text, width: GROUP_WIDTH });
        }
        let mut text = layout.csv_head();
        for group in &table.groups {
            for row in &group.rows {
                if table.group.is_none() {
                    text.push_str(&layout.csv_line(row));
                    continue;
                }
                let cells: Vec<Cell> = std::iter::once(Cell::text(group.name.as_str())).chain(row.iter().cloned()).collect();
                text.push_str(&layout.csv_line(&cells));
            }
        }
        text
    }
}
