//! The rows of a sheet of XLSB, in one pass over its records: values, hidden rows, merged areas.

use super::Shared;
use super::records::Records;
use crate::error::Fault;
use crate::rows::Rows;
use crate::values::number_format::{Shown, padded};
use crate::values::{error_text, serial};
use domain::imports::Cell;
use std::io::Read;

/// Excel has no more rows.
const LAST_ROW: u32 = 1_048_576;

/// The bit of a row's flags that hides it (fDyZero).
const HIDDEN: u8 = 0x10;

/// Where the value of a cell is in its record.
#[derive(Clone, Copy)]
struct Place {
    style: usize,
    value: usize,
}

pub(super) fn read<R: Read>(mut records: Records<R>, shared: &Shared, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let (mut column, mut is_in_row, mut is_whole) = (0_usize, false, false);
    let mut text = String::new();
    while let Some(number) = records.next()? {
        match number {
            // BrtRowHdr
            0 => {
                if is_in_row && rows.end(records.progress())?.is_break() {
                    return Ok(());
                }
                let (before, row) = (rows.number(), records.long(0)?.saturating_add(1));
                if row > LAST_ROW || row <= before {
                    return Err(Fault::broken(format!("row {row} comes behind row {before}")));
                }
                rows.begin(row, records.small(11)? & HIDDEN != 0);
                (column, is_in_row) = (0, true);
            }
            1..=18 | 62 if !is_in_row => return Err(Fault::broken("a cell is in no row")),
            // Cells that name their column, and those that are in the next one, which Excel does not write.
            1..=11 | 62 => {
                column = records.long(0)? as usize;
                take(number, &records, Place { style: style(&records, 4)?, value: 8 }, column, (shared, &mut text), rows)?;
                column = column.saturating_add(1);
            }
            12..=18 => {
                take(number - 11, &records, Place { style: style(&records, 0)?, value: 4 }, column, (shared, &mut text), rows)?;
                column = column.saturating_add(1);
            }
            // BrtMergeCell
            176 => {
                let (top, bottom) = (records.long(0)?, records.long(4)?);
                let (left, right) = (records.long(8)?, records.long(12)?);
                rows.notes.merges = rows.notes.merges.saturating_add(1);
                if left == right {
                    rows.notes.note_column_merge(left, top.saturating_add(1), bottom.saturating_add(1));
                }
            }
            // BrtEndSheetData
            146 => {
                is_whole = true;
                if std::mem::take(&mut is_in_row) && rows.end(records.progress())?.is_break() {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    if is_whole { Ok(()) } else { Err(Fault::broken("it ends within its rows")) }
}

/// The index of a cell's style, of three bytes.
fn style<R: Read>(records: &Records<R>, at: usize) -> Result<usize, Fault> {
    Ok((records.long(at)? & 0x00ff_ffff) as usize)
}

/// Puts a cell into its column. Formulas have their result where other cells have their value.
fn take<R: Read>(
    number: u16,
    records: &Records<R>,
    place: Place,
    column: usize,
    (shared, text): (&Shared, &mut String),
    rows: &mut Rows<'_>,
) -> Result<(), Fault> {
    let at = place.value;
    let cell = match number {
        // BrtCellRk, BrtCellReal, BrtFmlaNum
        2 => of_number(records.packed(at)?, place.style, shared, rows)?,
        5 | 9 => of_number(records.double(at)?, place.style, shared, rows)?,
        // BrtCellError, BrtFmlaError
        3 | 11 => Cell::Error(error_text::of_code(records.small(at)?)),
        // BrtCellBool, BrtFmlaBool
        4 | 10 => Cell::Bool(records.small(at)? != 0),
        // BrtCellSt, BrtFmlaString
        6 | 8 => {
            records.text(at, text)?;
            rows.make_text(text)?
        }
        // BrtCellRString: a byte that says what is behind the text, and the text.
        62 => {
            records.text(at + 1, text)?;
            rows.make_text(text)?
        }
        // BrtCellIsst
        7 => {
            let index = records.long(at)?;
            let text = usize::try_from(index).ok().and_then(|index| shared.strings.get(index));
            rows.make_text(text.ok_or_else(|| Fault::broken(format!("there is no shared text {index}")))?)?
        }
        _ => Cell::Empty,
    };
    Ok(rows.set(column, cell)?)
}

fn of_number(number: f64, style: usize, shared: &Shared, rows: &mut Rows<'_>) -> Result<Cell, Fault> {
    let shown = shared.styles.get(style).copied().unwrap_or_default();
    if let Shown::Digits(digits) = shown
        && let Some(text) = padded(number, digits)
    {
        return Ok(rows.make_text(&text)?);
    }
    let time = if shown == Shown::Date { serial::to_time(number, shared.is_1904) } else { None };
    Ok(time.map_or_else(|| rows.make_number(number, "#NUM!"), Cell::Time))
}
