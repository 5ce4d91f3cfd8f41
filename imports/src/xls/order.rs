//! The order of a sheet's cells. Excel writes row by row; other programs write in the order of their calls, also column by column.

use super::globals::{BOF, EOF};
use super::records::{Records, word};
use crate::Limits;
use crate::error::{Fault, Quantity};

/// What a first pass over a sheet finds.
pub(super) struct Order {
    /// Rows that are hidden, a bit for each of 65,536.
    hidden: Vec<u64>,
    /// Where the cells are, by row, if they are not in order in the stream.
    pub places: Option<Vec<(u16, u64)>>,
}

impl Order {
    /// Whether a row, counted from 0, is hidden.
    pub fn is_hidden(&self, row: u16) -> bool {
        self.hidden[usize::from(row / 64)] & (1 << (row % 64)) != 0
    }
}

/// Whether a record holds cells of one row, which its first word names.
pub(super) fn is_cell(number: u16) -> bool {
    matches!(number, 0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x0006 | 0x027e | 0x00fd | 0x00bd)
}

/// Looks at the heads of a sheet's records.
pub(super) fn find(records: &mut Records, start: u64, limits: &Limits) -> Result<Order, Fault> {
    let mut order = Order { hidden: vec![0; 1024], places: None };
    let mut is_sorted = true;
    let mut last = 0;
    each(records, start, |records, number| {
        if number == 0x0208 {
            let row = word(&records.data, 0)?;
            if records.data.get(12).is_some_and(|flags| flags & 0x20 != 0) {
                order.hidden[usize::from(row / 64)] |= 1 << (row % 64);
            }
        } else if is_cell(number) {
            let row = word(&records.data, 0)?;
            is_sorted &= row >= last;
            last = row;
        }
        Ok(())
    })?;
    if !is_sorted {
        order.places = Some(sort(records, start, limits)?);
    }
    Ok(order)
}

fn sort(records: &mut Records, start: u64, limits: &Limits) -> Result<Vec<(u16, u64)>, Fault> {
    let mut places = Vec::new();
    // Each place needs 16 bytes.
    let most = limits.cells.min(limits.shared_bytes as u64 / 16);
    each(records, start, |records, number| {
        if is_cell(number) {
            places.push((word(&records.data, 0)?, records.start));
        }
        if places.len() as u64 > most { Err(Quantity::Cells.over(most, None).into()) } else { Ok(()) }
    })?;
    places.sort_unstable();
    Ok(places)
}

/// Calls `see` with each record of a sheet, but not with those of charts within it.
fn each(records: &mut Records, start: u64, mut see: impl FnMut(&Records, u16) -> Result<(), Fault>) -> Result<(), Fault> {
    records.seek(start)?;
    let mut depth = 0_u32;
    while let Some(number) = records.next_begin(16)? {
        match number {
            BOF => depth += 1,
            EOF if depth <= 1 => return Ok(()),
            EOF => depth -= 1,
            _ if depth == 1 => see(records, number)?,
            _ => {}
        }
    }
    // Some programs leave out the end.
    Ok(())
}
