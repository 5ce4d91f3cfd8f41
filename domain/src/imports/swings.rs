//! Whether the values of a column go up and down from row to row of one meter, as what was used does and a register does not.

use crate::Millilitres;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::parse::plain::shown;
use crate::imports::parse::volume::{self, Unit, mark_of};
use std::collections::BTreeMap;

/// Rows of a meter that are enough to see it.
const ENOUGH: usize = 3;

/// Whether the values of most meters with enough rows neither rise nor fall all the way, by the column of meters and the column of values. Rows
/// may stand from the newest to the oldest.
pub(super) fn swings(meters: usize, values: usize, sample: &[SheetRow]) -> bool {
    let texts = sample.iter().filter_map(|row| match row.cells.get(values) {
        Some(Cell::Text(text)) => Some(text.as_str()),
        _ => None,
    });
    let mark = mark_of(texts);
    let mut of_meters: BTreeMap<String, Vec<Millilitres>> = BTreeMap::new();
    for row in sample {
        let (Some(meter), Some(value)) = (row.cells.get(meters), row.cells.get(values)) else { continue };
        if let Ok((Some(value), _)) = volume::read(value, mark, Unit::CubicMetres) {
            of_meters.entry(shown(meter).into_owned()).or_default().push(value);
        }
    }
    let (mut all, mut swinging) = (0_usize, 0_usize);
    for registers in of_meters.values().filter(|registers| registers.len() >= ENOUGH) {
        all += 1;
        swinging += usize::from(!registers.is_sorted() && !registers.is_sorted_by(|one, next| one >= next));
    }
    swinging * 2 > all
}
