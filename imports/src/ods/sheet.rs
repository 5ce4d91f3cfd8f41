//! The rows of a sheet of ODS, in one pass: what is repeated is repeated, but nothing is made of what is empty.

use super::cell::{Head, read_paragraphs, to_cell};
use crate::error::{Exceeded, Fault};
use crate::rows::Rows;
use crate::xml::{Xml, attribute};
use domain::imports::Cell;
use quick_xml::events::{BytesStart, Event};
use std::io::Read;
use std::ops::ControlFlow;

enum Seen {
    Table { is_empty: bool },
    TableEnd,
    Row { repeated: u32, is_hidden: bool, is_empty: bool },
    RowEnd,
    Cell { head: Head, is_empty: bool },
    End,
    Other,
}

struct Sheet<'r, 'v, R: Read> {
    xml: Xml<R>,
    rows: &'r mut Rows<'v>,
    /// Number of the row behind the current one.
    next_row: u64,
    /// How often the current row is there.
    repeated: u32,
    column: usize,
    is_in_row: bool,
    text: String,
}

/// Reads the sheet of an index.
pub(super) fn read<R: Read>(xml: Xml<R>, index: usize, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let mut sheet = Sheet { xml, rows, next_row: 1, repeated: 1, column: 0, is_in_row: false, text: String::new() };
    sheet.find(index)?;
    sheet.read_rows()
}

impl<R: Read> Sheet<'_, '_, R> {
    /// Reads on to the beginning of a sheet.
    fn find(&mut self, index: usize) -> Result<(), Fault> {
        let mut before = 0;
        loop {
            match see(&self.xml.next()?) {
                Seen::Table { is_empty } => {
                    if before == index {
                        return Ok(());
                    }
                    before += 1;
                    if !is_empty {
                        self.xml.skip()?;
                    }
                }
                Seen::End => return Err(Fault::broken("it ends before the sheet")),
                _ => {}
            }
        }
    }

    fn read_rows(&mut self) -> Result<(), Fault> {
        loop {
            let seen = see(&self.xml.next()?);
            match seen {
                Seen::Row { .. } if self.is_in_row => return Err(Fault::broken("a row begins within a row")),
                Seen::Row { repeated, is_hidden, is_empty } => {
                    self.repeated = repeated;
                    self.begin_row(is_hidden);
                    if is_empty && self.end_row()?.is_break() {
                        return Ok(());
                    }
                }
                Seen::RowEnd if self.is_in_row => {
                    if self.end_row()?.is_break() {
                        return Ok(());
                    }
                }
                Seen::Cell { .. } if !self.is_in_row => return Err(Fault::broken("a cell is in no row")),
                Seen::Cell { head, is_empty } => self.read_cell(&head, is_empty)?,
                // A table within a cell is skipped with the cell; one within a shape is not ours either.
                Seen::Table { is_empty } if !is_empty => self.xml.skip()?,
                Seen::TableEnd => return Ok(()),
                Seen::End => return Err(Fault::broken("it ends within the sheet")),
                Seen::Table { .. } | Seen::RowEnd | Seen::Other => {}
            }
        }
    }

    fn begin_row(&mut self, is_hidden: bool) {
        self.column = 0;
        self.is_in_row = true;
        self.rows.begin(u32::try_from(self.next_row).unwrap_or(u32::MAX), is_hidden);
    }

    fn end_row(&mut self) -> Result<ControlFlow<()>, Exceeded> {
        self.is_in_row = false;
        self.next_row += u64::from(self.repeated);
        let progress = self.xml.progress();
        if self.rows.end(progress)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.rows.repeat(self.repeated - 1, progress)
    }

    fn read_cell(&mut self, head: &Head, is_empty: bool) -> Result<(), Fault> {
        if is_empty {
            self.text.clear();
        } else {
            read_paragraphs(&mut self.xml, &mut self.text)?;
        }
        self.rows.notes.merges += u32::from(head.is_merged);
        let (columns, rows) = head.spanned;
        if columns <= 1 && rows > 1 {
            let first = self.rows.number();
            let last = first.saturating_add(rows - 1);
            self.rows.notes.note_column_merge(u32::try_from(self.column).unwrap_or(u32::MAX), first, last);
        }
        let cell = to_cell(head, &self.text, self.rows)?;
        let repeated = head.repeated as usize;
        if cell == Cell::Empty {
            self.column = self.column.saturating_add(repeated);
            return Ok(());
        }
        for _ in 1..repeated {
            self.rows.set(self.column, cell.clone())?;
            self.column += 1;
        }
        self.rows.set(self.column, cell)?;
        self.column += 1;
        Ok(())
    }
}

fn see(event: &Event<'_>) -> Seen {
    match event {
        Event::Start(element) => see_element(element, false),
        Event::Empty(element) => see_element(element, true),
        Event::End(element) => match element.local_name().as_ref() {
            "table-row" => Seen::RowEnd,
            "table" => Seen::TableEnd,
            _ => Seen::Other,
        },
        Event::Eof => Seen::End,
        _ => Seen::Other,
    }
}

fn see_element(element: &BytesStart<'_>, is_empty: bool) -> Seen {
    match element.local_name().as_ref() {
        "table" => Seen::Table { is_empty },
        "table-row" => Seen::Row {
            repeated: attribute(element, "number-rows-repeated")
                .and_then(|count| count.parse().ok())
                .filter(|count| *count > 0)
                .unwrap_or(1),
            is_hidden: matches!(attribute(element, "visibility").as_deref(), Some("collapse" | "filter")),
            is_empty,
        },
        "table-cell" | "covered-table-cell" => Seen::Cell { head: Head::of(element), is_empty },
        _ => Seen::Other,
    }
}
