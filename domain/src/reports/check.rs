//! Whether a report is one that can be written: each cell of its column's kind, each chart with as many values as places, and not too much of it.

use crate::exports::{Cell, Kind};
use crate::reports::chart::{Chart, Form, MOST_SERIES};
use crate::reports::{Block, Column, Report, Table};
use std::collections::HashSet;

/// Blocks of a report at most.
pub const MOST_BLOCKS: usize = 200;

/// Rows of all its tables together at most: what a spreadsheet has room for below a head.
pub const MOST_ROWS: usize = 1_000_000;

/// Places along the axis of a chart at most: the days of ten years.
pub const MOST_VALUES: usize = 3_660;

/// Why a report cannot be written: a fault of whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too many blocks, rows, columns, or places of a chart.
    #[error("the report has too many parts: {0}")]
    TooMany(String),
    /// A row has not a cell for each column, or one of another kind.
    #[error("a row of the table \u{201c}{0}\u{201d} does not fit its columns")]
    Cells(String),
    /// A chart has not a value for each place, two series of one name, or values that are no numbers.
    #[error("the series of the chart \u{201c}{0}\u{201d} do not fit it")]
    Values(String),
    /// A sum is past the range of numbers.
    #[error("a sum of the table \u{201c}{0}\u{201d} is past the range of numbers")]
    Sums(String),
}

/// Columns of a table at most: more are illegible on paper.
const MOST_COLUMNS: usize = 24;

impl Report {
    /// Checks that it can be written.
    ///
    /// # Errors
    /// The first thing because of which it cannot.
    pub fn check(&self) -> Result<(), Unfit> {
        let rows: usize = self.tables().flat_map(|table| &table.groups).map(|group| group.rows.len() + 2).sum();
        if self.blocks.len() > MOST_BLOCKS || rows > MOST_ROWS {
            return Err(Unfit::TooMany(self.title.clone()));
        }
        self.blocks.iter().try_for_each(|block| match block {
            Block::Table(table) => table.check(),
            Block::Chart(chart) => chart.check(),
            Block::KeyFigures(figures) if figures.iter().any(|figure| !fits(figure.kind, &figure.value)) => {
                Err(Unfit::Cells(self.title.clone()))
            }
            Block::Title(_) | Block::Paragraph(_) | Block::KeyFigures(_) | Block::PageBreak | Block::Signature(_) => Ok(()),
        })
    }
}

impl Table {
    fn check(&self) -> Result<(), Unfit> {
        let is_grouped = self.group.is_some();
        if self.columns.is_empty() || self.columns.len() > MOST_COLUMNS || (!is_grouped && self.groups.len() > 1) {
            return Err(Unfit::TooMany(self.title.clone()));
        }
        let is_row = |row: &Vec<Cell>| {
            row.len() == self.columns.len() && self.columns.iter().zip(row).all(|(column, cell)| fits(column.of.kind, cell))
        };
        let is_column = |column: &Column| column.total == crate::reports::Total::Nothing || column.of.kind.is_number();
        if !self.rows().all(is_row) || !self.columns.iter().all(is_column) {
            return Err(Unfit::Cells(self.title.clone()));
        }
        // Sums of groups can be past the range where the whole is not.
        let sums = self.groups.iter().try_for_each(|group| self.subtotal(group).map(drop));
        sums.and_then(|()| self.total().map(drop)).map_err(|_| Unfit::Sums(self.title.clone()))
    }
}

impl Chart {
    fn check(&self) -> Result<(), Unfit> {
        if self.labels.len() > MOST_VALUES || self.series.len() > MOST_SERIES {
            return Err(Unfit::TooMany(self.title.clone()));
        }
        let names: HashSet<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let is_whole = self.series.iter().all(|series| series.values.len() == self.labels.len());
        let is_ring = self.form == Form::Ring;
        let fits_ring = self.series.len() == 1
            && self.labels.len() <= MOST_SERIES
            && self.series.iter().flat_map(|series| &series.values).flatten().all(|value| *value >= 0);
        if names.len() == self.series.len() && is_whole && self.kind.is_number() && (!is_ring || fits_ring) {
            return Ok(());
        }
        Err(Unfit::Values(self.title.clone()))
    }
}

/// Whether a cell is of a column's kind.
const fn fits(kind: Kind, cell: &Cell) -> bool {
    match cell {
        Cell::Nothing => true,
        Cell::Text(_) => matches!(kind, Kind::Text | Kind::Code),
        Cell::Number(_) => kind.is_number(),
        Cell::At(_) => matches!(kind, Kind::Instant),
        Cell::Day(_) => matches!(kind, Kind::Day),
    }
}
