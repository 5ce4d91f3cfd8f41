//! Which sheet of a workbook has the table, and what merged cells of it mean.

use crate::error::Error;
use crate::store::imports::ImportFile;
use domain::imports::parse::plain::shown;
use domain::imports::{Cell, SheetRow, header, suggest};
use imports::{TallMerge, Workbook};
use protocol::ui::imports::SheetNote;
use std::ops::ControlFlow;

/// Sheets that are looked at, and rows of each.
const SHEETS: usize = 10;
const ROWS: usize = 60;

/// How sure a header is, in thousandths, so that its sheet is taken.
const SURE: u16 = 300;

/// Rows of merged cells that are looked at.
const MERGED: u32 = 20_000;

/// The first sheet that is shown and has a table with all that its records need; the first with a table whose names are known where none has
/// all, and the first that is shown where none has a table: a cover is often in front, or counts by zones.
pub fn likely_sheet(workbook: &mut Workbook) -> u32 {
    let is_shown = |(_, sheet): &(usize, &imports::SheetInfo)| !sheet.is_hidden && sheet.failure.is_none();
    let shown: Vec<usize> = workbook.sheets().iter().enumerate().filter(is_shown).map(|(place, _)| place).take(SHEETS).collect();
    let mut found: Option<usize> = None;
    for place in shown.iter().copied().filter(|_| shown.len() > 1) {
        let is_complete = has_all(workbook, place);
        if is_complete == Some(true) {
            found = Some(place);
            break;
        }
        found = found.or(is_complete.map(|_| place));
    }
    found.or(shown.first().copied()).and_then(|place| u32::try_from(place).ok()).unwrap_or(0)
}

/// Whether the table of a sheet has all that its records need; `None` where it has no table whose names are known.
fn has_all(workbook: &mut Workbook, place: usize) -> Option<bool> {
    let mut rows: Vec<SheetRow> = Vec::new();
    let read = workbook.read(place, &mut |row, _| {
        rows.push(row.clone());
        if rows.len() < ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let header = header::find(&rows).filter(|header| read.is_ok() && header.confidence_per_mille >= SURE)?;
    rows.retain(|row| row.number > header.last_row);
    Some(suggest(&header, &rows).mapping.is_complete())
}

/// Fills cells under one that is merged over several rows of data with what that says, as mended cells, which people see and can change. What
/// to say of it; `None` where nothing was filled.
///
/// # Errors
/// The import's file cannot be read or written.
pub fn fill_down(file: &mut ImportFile, header: u32, merges: &[TallMerge]) -> Result<Option<SheetNote>, Error> {
    let mut filled: Vec<(u32, u32, String)> = Vec::new();
    let mut left = MERGED;
    for merge in merges.iter().filter(|merge| merge.first_row > header) {
        let column = merge.column as usize;
        let Some(first) = file.row(merge.first_row)? else { continue };
        let Some(cell) = first.row.cells.get(column).filter(|cell| !cell.is_blank()) else { continue };
        for number in merge.first_row + 1..=merge.last_row {
            let Some(rest) = left.checked_sub(1) else { break };
            left = rest;
            let row = file.row(number)?;
            if row.is_some_and(|row| row.row.cells.get(column).is_none_or(Cell::is_blank)) {
                filled.push((number, merge.column, shown(cell).into_owned()));
            }
        }
    }
    let Some((row, ..)) = filled.first() else { return Ok(None) };
    let note = SheetNote { code: "filled".to_owned(), count: filled.len() as u32, row: *row };
    file.transact(|tx| filled.iter().try_for_each(|(row, column, text)| tx.mend_cell(*row, *column, text)))?;
    Ok(Some(note))
}
