//! Cells of XLS, by the records that hold them.

use super::globals::Globals;
use super::records::{Records, double, long, packed, word};
use super::text::Long;
use crate::Limits;
use crate::error::Fault;
use crate::rows::Rows;
use crate::values::number_format::{Shown, padded};
use crate::values::{error_text, serial};
use domain::imports::Cell;

/// How a number is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// Four bytes.
    Packed,
    /// Eight bytes.
    Double,
}

/// What a formula's record has.
pub(super) enum Found {
    /// The result.
    Cell(Cell),
    /// The result is a text in a record to come.
    TextFollows,
}

/// The number behind a style, which says whether it is a date, or has noughts in front.
pub(super) fn number(data: &[u8], at: usize, width: Width, globals: &Globals, rows: &mut Rows<'_>) -> Result<Cell, Fault> {
    let style = word(data, at)?;
    let number = if width == Width::Packed { packed(data, at + 2)? } else { double(data, at + 2)? };
    let shown = globals.styles.get(usize::from(style)).copied().unwrap_or_default();
    if let Shown::Digits(digits) = shown
        && let Some(text) = padded(number, digits)
    {
        return Ok(rows.make_text(&text)?);
    }
    let time = if shown == Shown::Date { serial::to_time(number, globals.is_1904) } else { None };
    Ok(time.map_or_else(|| rows.make_number(number, "#NUM!"), Cell::Time))
}

/// A cell that is no formula.
pub(super) fn plain(
    kind: u16,
    records: &mut Records,
    globals: &Globals,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Cell, Fault> {
    match kind {
        // NUMBER
        0x0203 => number(&records.data, 4, Width::Double, globals, rows),
        // RK
        0x027e => number(&records.data, 4, Width::Packed, globals, rows),
        // LABELSST
        0x00fd => {
            let index = long(&records.data, 6)?;
            let text = usize::try_from(index).ok().and_then(|index| globals.strings.get(index));
            Ok(rows.make_text(text.ok_or_else(|| Fault::broken(format!("there is no shared text {index}")))?)?)
        }
        // LABEL, RSTRING
        0x0204 | 0x00d6 => {
            let mut label = Long::take(records, limits)?;
            label.skip(6);
            let mut text = String::new();
            label.text(globals.letters, &mut text)?;
            Ok(rows.make_text(&text)?)
        }
        // BOOLERR
        0x0205 => {
            let value = word(&records.data, 6)?.to_le_bytes();
            Ok(if value[1] == 0 { Cell::Bool(value[0] != 0) } else { Cell::Error(error_text::of_code(value[0])) })
        }
        _ => Ok(Cell::Empty),
    }
}

/// The result of a formula.
pub(super) fn formula(data: &[u8], globals: &Globals, rows: &mut Rows<'_>) -> Result<Found, Fault> {
    if word(data, 12)? != 0xffff {
        return Ok(Found::Cell(number(data, 4, Width::Double, globals, rows)?));
    }
    let value = data[8];
    Ok(match data[6] {
        0 => Found::TextFollows,
        1 => Found::Cell(Cell::Bool(value != 0)),
        2 => Found::Cell(Cell::Error(error_text::of_code(value))),
        _ => Found::Cell(Cell::Empty),
    })
}

/// The text that follows a formula; records about shared formulas may be between.
pub(super) fn text_of_formula(
    records: &mut Records,
    globals: &Globals,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Cell, Fault> {
    loop {
        let place = records.progress().done;
        match records.next()? {
            // STRING
            Some(0x0207) => {
                let mut text = String::new();
                Long::take(records, limits)?.text(globals.letters, &mut text)?;
                return Ok(rows.make_text(&text)?);
            }
            // SHRFMLA, ARRAY, TABLE
            Some(0x04bc | 0x0221 | 0x0236) => {}
            _ => {
                records.seek(place)?;
                rows.note_without_result();
                return Ok(Cell::Empty);
            }
        }
    }
}
