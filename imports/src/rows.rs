//! Builds one row after the other in the same memory, within the limits, and hands it on.

use crate::error::{Exceeded, Quantity};
use crate::notes::Occurrences;
use crate::{Limits, Notes, Progress, Visit};
use domain::imports::{Cell, SheetRow};
use std::ops::ControlFlow;

/// A text longer than this is not kept for reuse.
const KEPT_BYTES: usize = 4096;

/// Makes rows out of cells.
pub(crate) struct Rows<'v> {
    /// Its cells are those of the row so far, and behind them those of the row before, whose memory is used again.
    row: SheetRow,
    /// Cells of the row so far.
    width: usize,
    /// Strings of rows before, for texts to come.
    spare: Vec<String>,
    limits: Limits,
    /// Bytes of the row's texts.
    bytes: usize,
    cells: u64,
    visit: Visit<'v>,
    /// What was seen so far.
    pub notes: Notes,
}

impl<'v> Rows<'v> {
    pub fn new(limits: &Limits, visit: Visit<'v>) -> Self {
        Self {
            row: SheetRow::default(),
            width: 0,
            spare: Vec::new(),
            limits: limits.clone(),
            bytes: 0,
            cells: 0,
            visit,
            notes: Notes::default(),
        }
    }

    /// The number of the row that was begun last.
    pub fn number(&self) -> u32 {
        self.row.number
    }

    /// Begins a row; one that was begun and not ended is forgotten.
    pub fn begin(&mut self, number: u32, is_hidden: bool) {
        self.width = 0;
        self.bytes = 0;
        self.row.number = number;
        self.row.is_hidden = is_hidden;
    }

    /// Puts a cell into a column, counted from 0. Columns passed over are empty.
    pub fn set(&mut self, column: usize, cell: Cell) -> Result<(), Exceeded> {
        if let Cell::Text(text) = &cell {
            self.bytes += text.len();
            if self.bytes > self.limits.row_bytes {
                return Err(Quantity::RowBytes.over(self.limits.row_bytes as u64, Some(self.row.number)));
            }
        }
        if column == self.width && column < self.limits.columns as usize {
            self.push(cell);
            return Ok(());
        }
        if cell == Cell::Empty {
            return Ok(());
        }
        if column >= self.limits.columns as usize {
            return Err(Quantity::Columns.over(self.limits.columns.into(), Some(self.row.number)));
        }
        while self.width < column {
            self.push(Cell::Empty);
        }
        if column == self.width {
            self.push(cell);
        } else {
            self.row.cells[column] = cell;
        }
        Ok(())
    }

    fn push(&mut self, cell: Cell) {
        match self.row.cells.get_mut(self.width) {
            Some(place) => keep(&mut self.spare, std::mem::replace(place, cell)),
            None => self.row.cells.push(cell),
        }
        self.width += 1;
    }

    /// Puts a text into a column; one without a character is empty.
    pub fn text(&mut self, column: usize, text: &str) -> Result<(), Exceeded> {
        let (is_next, bytes) = (column == self.width && column < self.limits.columns as usize, self.bytes + text.len());
        let fits = text.len() <= self.limits.cell_bytes && bytes <= self.limits.row_bytes;
        // As a rule the row before has a text in this place.
        if is_next
            && fits
            && !text.is_empty()
            && let Some(Cell::Text(own)) = self.row.cells.get_mut(column)
            && own.capacity() <= KEPT_BYTES
        {
            own.clear();
            own.push_str(text);
            (self.bytes, self.width) = (bytes, column + 1);
            return Ok(());
        }
        let cell = self.make_text(text)?;
        self.set(column, cell)
    }

    /// A cell of a text, in memory of a row before.
    pub fn make_text(&mut self, text: &str) -> Result<Cell, Exceeded> {
        if text.is_empty() {
            return Ok(Cell::Empty);
        }
        if text.len() > self.limits.cell_bytes {
            return Err(Quantity::CellBytes.over(self.limits.cell_bytes as u64, Some(self.row.number)));
        }
        let mut own = self.spare.pop().unwrap_or_default();
        own.clear();
        own.push_str(text);
        Ok(Cell::Text(own))
    }

    /// A cell of a number: one that is not finite is an error with the text it has.
    pub fn make_number(&mut self, number: f64, as_stored: &str) -> Cell {
        if number.is_finite() {
            return Cell::Number(number);
        }
        Occurrences::note(&mut self.notes.not_finite, self.row.number);
        Cell::Error(as_stored.to_owned())
    }

    /// A formula was stored without its result.
    pub fn note_without_result(&mut self) {
        Occurrences::note(&mut self.notes.without_result, self.row.number);
    }

    /// Hands the row on unless it is blank.
    pub fn end(&mut self, progress: Progress) -> Result<ControlFlow<()>, Exceeded> {
        while self.width > 0 && self.row.cells[self.width - 1] == Cell::Empty {
            self.width -= 1;
        }
        self.row.cells.drain(self.width..).for_each(|cell| keep(&mut self.spare, cell));
        self.cells += self.row.cells.len() as u64;
        if self.cells > self.limits.cells {
            return Err(Quantity::Cells.over(self.limits.cells, Some(self.row.number)));
        }
        if self.row.cells.iter().all(is_blank) {
            return Ok(ControlFlow::Continue(()));
        }
        if self.row.number > self.limits.rows {
            return Err(Quantity::Rows.over(self.limits.rows.into(), Some(self.row.number)));
        }
        self.notes.rows += 1;
        self.notes.hidden_rows += u32::from(self.row.is_hidden);
        Ok((self.visit)(&self.row, progress))
    }

    /// Hands the row on again under the next numbers, as ODS stores equal rows.
    pub fn repeat(&mut self, times: u32, progress: Progress) -> Result<ControlFlow<()>, Exceeded> {
        for _ in 0..times {
            if self.row.cells.is_empty() {
                break;
            }
            self.row.number = self.row.number.saturating_add(1);
            if self.end(progress)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Keeps the memory of a cell's text for texts to come.
fn keep(spare: &mut Vec<String>, cell: Cell) {
    if let Cell::Text(text) = cell
        && text.capacity() <= KEPT_BYTES
    {
        spare.push(text);
    }
}

/// As `Cell::is_blank`, quick for a text that begins with what is seen.
fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) if text.as_bytes().first().is_some_and(u8::is_ascii_graphic) => false,
        _ => cell.is_blank(),
    }
}
