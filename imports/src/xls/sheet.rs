//! The rows of a sheet of XLS.

use super::cells::{self, Found};
use super::globals::{BOF, EOF, Globals};
use super::order::{self, is_cell};
use super::records::{Records, word};
use crate::Limits;
use crate::error::Fault;
use crate::rows::Rows;
use std::ops::ControlFlow;

/// Reads the sheet that begins at a place.
pub(super) fn read(
    records: &mut Records,
    globals: &Globals,
    start: u64,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<(), Fault> {
    let order = order::find(records, start, limits)?;
    let mut sheet = Sheet { records, globals, limits, rows, order, row: None };
    let flow = match sheet.order.places.take() {
        None => sheet.read_in_order(start)?,
        Some(places) => sheet.read_places(&places)?,
    };
    if flow.is_continue() {
        let _ = sheet.end_row()?;
    }
    Ok(())
}

struct Sheet<'r, 'v> {
    records: &'r mut Records,
    globals: &'r Globals,
    limits: &'r Limits,
    rows: &'r mut Rows<'v>,
    order: order::Order,
    /// The row that was begun, from 0.
    row: Option<u16>,
}

impl Sheet<'_, '_> {
    fn read_in_order(&mut self, start: u64) -> Result<ControlFlow<()>, Fault> {
        self.records.seek(start)?;
        let mut depth = 0_u32;
        while let Some(number) = self.records.next()? {
            match number {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                0x00e5 if depth == 1 => self.take_merges()?,
                number if depth == 1 && is_cell(number) => {
                    let flow = self.take(number)?;
                    if flow.is_break() {
                        return Ok(flow);
                    }
                }
                _ => {}
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes merged areas: their number, then first and last row and first and last column of each.
    fn take_merges(&mut self) -> Result<(), Fault> {
        let data = &self.records.data;
        let count = word(data, 0)?;
        self.rows.notes.merges += u32::from(count);
        for at in (0..usize::from(count)).map(|index| 2 + 8 * index).take_while(|at| at + 8 <= data.len()) {
            let (top, bottom, left, right) = (word(data, at)?, word(data, at + 2)?, word(data, at + 4)?, word(data, at + 6)?);
            if left == right {
                self.rows.notes.note_column_merge(left.into(), u32::from(top) + 1, u32::from(bottom) + 1);
            }
        }
        Ok(())
    }

    fn read_places(&mut self, places: &[(u16, u64)]) -> Result<ControlFlow<()>, Fault> {
        for (_, place) in places {
            self.records.seek(*place)?;
            if let Some(number) = self.records.next()?
                && self.take(number)?.is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes the cells of the last record.
    fn take(&mut self, number: u16) -> Result<ControlFlow<()>, Fault> {
        let row = word(&self.records.data, 0)?;
        if self.row != Some(row) {
            if self.end_row()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.rows.begin(u32::from(row) + 1, self.order.is_hidden(row));
            self.row = Some(row);
        }
        let column = usize::from(word(&self.records.data, 2)?);
        match number {
            // MULRK
            0x00bd => {
                let count = self.records.data.len().saturating_sub(6) / 6;
                for index in 0..count {
                    let at = 4 + 6 * index;
                    let cell = cells::number(&self.records.data, at, cells::Width::Packed, self.globals, self.rows)?;
                    self.rows.set(column + index, cell)?;
                }
            }
            // FORMULA
            0x0006 => match cells::formula(&self.records.data, self.globals, self.rows)? {
                Found::Cell(cell) => self.rows.set(column, cell)?,
                Found::TextFollows => {
                    let cell = cells::text_of_formula(self.records, self.globals, self.limits, self.rows)?;
                    self.rows.set(column, cell)?;
                }
            },
            number => {
                let cell = cells::plain(number, self.records, self.globals, self.limits, self.rows)?;
                self.rows.set(column, cell)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end_row(&mut self) -> Result<ControlFlow<()>, Fault> {
        match self.row.take() {
            Some(_) => Ok(self.rows.end(self.records.progress())?),
            None => Ok(ControlFlow::Continue(())),
        }
    }
}
