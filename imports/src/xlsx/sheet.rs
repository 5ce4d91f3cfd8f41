//! The rows of a sheet of XLSX, in one pass over its XML: values, hidden rows, merged areas.

use super::Shared;
use super::cell::{self, Area, Head, Kind};
use crate::error::Fault;
use crate::rows::Rows;
use crate::xml::{Xml, attribute, is_true};
use quick_xml::events::{BytesStart, Event};
use std::io::Read;

/// Excel has no more rows; a sheet that goes on with empty ones would be read for long.
const LAST_ROW: u32 = 1_048_576;

/// What an event was, once its memory is free again.
enum Seen {
    Row { number: Option<u32>, is_hidden: bool, is_empty: bool },
    RowEnd,
    Cell { head: Head, is_empty: bool },
    Merge { area: Option<Area> },
    DataEnd,
    End,
    Other,
}

pub(super) fn read<R: Read>(mut xml: Xml<R>, shared: &Shared, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let mut column = 0;
    let mut value = String::new();
    let mut is_whole = false;
    let mut is_in_row = false;
    loop {
        match see(xml.next()?)? {
            Seen::Row { .. } if is_in_row => return Err(Fault::broken("a row begins within a row")),
            Seen::Row { number, is_hidden, is_empty } => {
                let before = rows.number();
                let number = number.unwrap_or(before + 1);
                if number > LAST_ROW {
                    return Err(Fault::broken(format!("no sheet has a row {number}")));
                }
                if number <= before {
                    return Err(Fault::broken(format!("row {number} comes behind row {before}")));
                }
                rows.begin(number, is_hidden);
                column = 0;
                is_in_row = !is_empty;
                if is_empty && rows.end(xml.progress())?.is_break() {
                    return Ok(());
                }
            }
            Seen::RowEnd if is_in_row => {
                is_in_row = false;
                if rows.end(xml.progress())?.is_break() {
                    return Ok(());
                }
            }
            Seen::Cell { .. } if !is_in_row => return Err(Fault::broken("a cell is in no row")),
            Seen::Cell { head, is_empty } => {
                column = head.column.unwrap_or(column);
                if !is_empty {
                    let has_formula = read_value(&mut xml, &mut value)?;
                    if !value.is_empty() {
                        let cell = cell::to_cell(head, &value, shared, rows)?;
                        rows.set(column, cell)?;
                    } else if has_formula && head.kind != Kind::Text {
                        rows.note_without_result();
                    }
                }
                column += 1;
            }
            Seen::Merge { area } => {
                rows.notes.merges += 1;
                if let Some(Area { columns: (first, last), rows: (top, bottom) }) = area
                    && first == last
                {
                    rows.notes.note_column_merge(first as u32, top, bottom);
                }
            }
            Seen::DataEnd => is_whole = true,
            Seen::End if is_whole => return Ok(()),
            Seen::End => return Err(Fault::broken("it ends within its rows")),
            Seen::RowEnd | Seen::Other => {}
        }
    }
}

fn see(event: Event<'_>) -> Result<Seen, Fault> {
    Ok(match event {
        Event::Start(element) => see_element(&element, false)?,
        Event::Empty(element) => see_element(&element, true)?,
        Event::End(element) => match element.local_name().as_ref() {
            "row" => Seen::RowEnd,
            "sheetData" => Seen::DataEnd,
            _ => Seen::Other,
        },
        Event::Eof => Seen::End,
        _ => Seen::Other,
    })
}

fn see_element(element: &BytesStart<'_>, is_empty: bool) -> Result<Seen, Fault> {
    Ok(match element.local_name().as_ref() {
        "c" => Seen::Cell { head: Head::of(element)?, is_empty },
        "row" => {
            let number = match attribute(element, "r") {
                Some(text) => Some(
                    text.parse()
                        .ok()
                        .filter(|number| *number > 0)
                        .ok_or_else(|| Fault::broken(format!("no row is called {text:?}")))?,
                ),
                None => None,
            };
            Seen::Row { number, is_hidden: is_true(attribute(element, "hidden").as_deref()), is_empty }
        }
        "mergeCell" => Seen::Merge { area: attribute(element, "ref").and_then(|name| cell::area_of(&name)) },
        "sheetData" if is_empty => Seen::DataEnd,
        _ => Seen::Other,
    })
}

/// Reads a cell to its end: its value as it is stored, and whether it has a formula.
fn read_value<R: Read>(xml: &mut Xml<R>, value: &mut String) -> Result<bool, Fault> {
    value.clear();
    let mut has_formula = false;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "v" | "t" => xml.text_into(value)?,
                "f" => {
                    has_formula = true;
                    xml.skip()?;
                }
                "rPh" | "extLst" => xml.skip()?,
                // A value beside a text in the cell only repeats it.
                "is" => value.clear(),
                _ => {}
            },
            Event::Empty(element) => has_formula |= element.local_name().as_ref() == "f",
            Event::End(element) if element.local_name().as_ref() == "c" => return Ok(has_formula),
            Event::Eof => return Err(Fault::broken("it ends within a cell")),
            _ => {}
        }
    }
}
