//! A table of a report: typed columns, groups of rows, and sums that are computed here, so that paper and workbook have the same ones.

use crate::TimeZone;
use crate::core::date_words::say;
use crate::exports::{Cell, Kind, Layout};
use crate::people::Language;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What stands under a column where rows are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// Nothing: a sum of it says nothing, as of percentages.
    Nothing,
    /// The sum of the numbers that are there.
    Sum,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What it holds.
    #[serde(flatten)]
    pub of: crate::exports::Column,
    /// What stands under it.
    pub total: Total,
}

impl Column {
    /// A column without a sum. `width` is about as many letters as most of its cells have.
    pub fn new(name: impl Into<String>, kind: Kind, width: u8) -> Self {
        Self { of: crate::exports::Column { name: name.into(), kind, width }, total: Total::Nothing }
    }

    /// A column with a sum.
    pub fn summed(name: impl Into<String>, kind: Kind, width: u8) -> Self {
        Self { total: Total::Sum, ..Self::new(name, kind, width) }
    }
}

/// Rows that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What they have in common.
    pub name: String,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it is of.
    pub title: String,
    /// What groups have in common: `Zona`. Without it the rows are one group, which has no name and no subtotal.
    pub group: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The groups, which all rows are in, each in one.
    pub groups: Vec<Group>,
    /// What is to be known of it, below. May be empty.
    pub note: String,
}

/// A sum is past the range of what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sum of the table is past the range of numbers")]
pub struct TooLarge;

impl Table {
    /// A table without groups.
    pub fn new(title: impl Into<String>, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Self {
        let groups = vec![Group { name: String::new(), rows }];
        Self { title: title.into(), group: None, columns, groups, note: String::new() }
    }

    /// A table of groups, which `group` names.
    pub fn grouped(title: impl Into<String>, group: impl Into<String>, columns: Vec<Column>, groups: Vec<Group>) -> Self {
        Self { title: title.into(), group: Some(group.into()), columns, groups, note: String::new() }
    }

    /// The same with a note below.
    #[must_use]
    pub fn noted(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// Its columns, as cells are written.
    pub fn layout(&self, language: Language, zone: TimeZone) -> Layout {
        Layout { columns: self.columns.iter().map(|column| column.of.clone()).collect(), language, zone }
    }

    /// How many columns in front have no sum: what a sum is of is written there.
    pub fn lead(&self) -> usize {
        self.columns.iter().take_while(|column| column.total == Total::Nothing).count()
    }

    /// What the sums of a group are called.
    pub fn subtotal_name(language: Language, group: &str) -> String {
        format!("{} {group}", say(language, "Jumlah", "Subtotal"))
    }

    /// What the sums of the table are called.
    pub const fn total_name(&self, language: Language) -> &'static str {
        match self.group {
            Some(_) => say(language, "Jumlah seluruhnya", "Grand total"),
            None => say(language, "Jumlah", "Total"),
        }
    }

    /// All rows, group by group.
    pub fn rows(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    /// Whether something is summed up.
    pub fn has_total(&self) -> bool {
        self.columns.iter().any(|column| column.total == Total::Sum)
    }

    /// What stands below a group: a sum under each column that has one, nothing under the others.
    ///
    /// # Errors
    /// A sum is past the range.
    pub fn subtotal(&self, group: &Group) -> Result<Vec<Cell>, TooLarge> {
        self.sums(group.rows.iter())
    }

    /// What stands below the table.
    ///
    /// # Errors
    /// A sum is past the range.
    pub fn total(&self) -> Result<Vec<Cell>, TooLarge> {
        self.sums(self.rows())
    }

    fn sums<'a>(&self, rows: impl Iterator<Item = &'a Vec<Cell>>) -> Result<Vec<Cell>, TooLarge> {
        let mut sums = vec![0_i128; self.columns.len()];
        for row in rows {
            for (sum, cell) in sums.iter_mut().zip(row) {
                if let Cell::Number(number) = cell {
                    *sum += i128::from(*number);
                }
            }
        }
        let cell = |(column, sum): (&Column, i128)| match column.total {
            Total::Nothing => Ok(Cell::Nothing),
            Total::Sum => i64::try_from(sum).map(Cell::Number).map_err(|_| TooLarge),
        };
        self.columns.iter().zip(sums).map(cell).collect()
    }
}

/// Rows by the name that stands in front of each: groups in the order in which their names come first, rows in theirs.
pub fn grouped(rows: impl IntoIterator<Item = (String, Vec<Cell>)>) -> Vec<Group> {
    let (mut groups, mut places): (Vec<Group>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    for (name, row) in rows {
        let place = *places.entry(name).or_insert_with_key(|name| {
            groups.push(Group { name: name.clone(), rows: Vec::new() });
            groups.len() - 1
        });
        groups[place].rows.push(row);
    }
    groups
}
