//! A cell of ODS: its attributes, its paragraphs, and what they mean together.

use crate::error::{Fault, Quantity};
use crate::rows::Rows;
use crate::values::{error_text, iso};
use crate::xml::{Xml, append};
use domain::imports::Cell;
use quick_xml::events::{BytesStart, Event};
use std::io::Read;

/// What a cell's element says.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// For so many columns.
    pub repeated: u32,
    /// Whether it is under a merged cell, and shows nothing.
    pub is_covered: bool,
    /// Whether it is the first of a merged area.
    pub is_merged: bool,
    /// Columns and rows that the area has, where it is said.
    pub spanned: (u32, u32),
    has_formula: bool,
    is_error: bool,
    /// Whether its formula is `TRUE()` or `FALSE()`: LibreOffice writes so what was true or false in an XLSX, with 1 or 0 as value.
    is_truth: bool,
    kind: Kind,
    value: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    None,
    Number,
    Text,
    Date,
    Duration,
    Bool,
}

impl Head {
    pub fn of(element: &BytesStart<'_>) -> Self {
        let mut head = Self { repeated: 1, is_covered: element.local_name().as_ref() == "covered-table-cell", ..Self::default() };
        for attribute in element.attributes().with_checks(false).flatten() {
            let value: &str = &attribute.value;
            match attribute.key.local_name().as_ref() {
                "number-columns-repeated" => head.repeated = value.parse().unwrap_or(1),
                "number-columns-spanned" => {
                    head.is_merged |= value != "1";
                    head.spanned.0 = value.parse().unwrap_or(1);
                }
                "number-rows-spanned" => {
                    head.is_merged |= value != "1";
                    head.spanned.1 = value.parse().unwrap_or(1);
                }
                "formula" => {
                    head.has_formula = true;
                    head.is_truth = matches!(value, "of:=TRUE()" | "of:=FALSE()");
                }
                // LibreOffice says a second time, in a name space of its own, what a cell is: there alone it says "error".
                "value-type" if value == "error" => head.is_error = true,
                "value-type" if attribute.key.as_ref().starts_with("office") || head.kind == Kind::None => {
                    head.kind = match value {
                        "float" | "percentage" | "currency" => Kind::Number,
                        "string" => Kind::Text,
                        "date" => Kind::Date,
                        "time" => Kind::Duration,
                        "boolean" => Kind::Bool,
                        _ => Kind::None,
                    }
                }
                "value" | "date-value" | "time-value" | "boolean-value" | "string-value" => {
                    head.value = Some(quick_xml::escape::unescape(value).map(Into::into).unwrap_or_default());
                }
                _ => {}
            }
        }
        head
    }
}

/// What the element means, with the text of its paragraphs.
pub(super) fn to_cell(head: &Head, text: &str, rows: &mut Rows<'_>) -> Result<Cell, Fault> {
    if head.is_covered {
        return Ok(Cell::Empty);
    }
    let is_error = head.is_error || (matches!(head.kind, Kind::Text | Kind::Number | Kind::None) && error_text::is_error(text));
    if is_error {
        return Ok(Cell::Error(text.to_owned()));
    }
    let value = head.value.as_deref();
    if head.has_formula && head.kind == Kind::None && text.is_empty() {
        rows.note_without_result();
    }
    let is_truth = head.is_truth || (head.kind == Kind::Number && matches!(text, "TRUE" | "FALSE"));
    let kind = if is_truth { Kind::Bool } else { head.kind };
    let cell = match (kind, value) {
        // What is shown with noughts in front of it is a number of somebody, and these are a part of it.
        (Kind::Number, Some(value)) if is_padded(text, value) => Some(rows.make_text(text)?),
        (Kind::Number, Some(value)) => value.trim().parse().ok().map(|number| rows.make_number(number, value)),
        (Kind::Date, Some(value)) => iso::to_instant(value).map(Cell::Time),
        (Kind::Duration, Some(value)) => iso::to_time_of_duration(value).map(Cell::Time),
        (Kind::Bool, Some(value)) => match value.trim() {
            "true" | "1" | "1.0" => Some(Cell::Bool(true)),
            "false" | "0" | "0.0" => Some(Cell::Bool(false)),
            _ => None,
        },
        (Kind::Text, Some(value)) if text.is_empty() => Some(rows.make_text(value)?),
        _ => None,
    };
    match cell {
        Some(cell) => Ok(cell),
        None => Ok(rows.make_text(text)?),
    }
}

/// Whether a text is the digits of a whole value with noughts in front, or with marks that group no thousands: `000124`, `01-002-0003`.
fn is_padded(text: &str, value: &str) -> bool {
    // Most numbers are shown as they are.
    if text == value || !text.ends_with(|letter: char| letter.is_ascii_digit()) {
        return false;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let bare = match digits.trim_start_matches('0') {
        "" => "0",
        bare => bare,
    };
    // A nought with decimals has noughts as well: `0,00`.
    let has_noughts = digits.len() > bare.len() && (bare != "0" || digits.len() == text.len());
    let has_marks = text.find('-').is_some_and(|place| place > 0);
    bare == value && (has_noughts || has_marks)
}

/// Reads a cell to its end, and its paragraphs into `text`, each on a line. A comment and a picture are no part of the value.
pub(super) fn read_paragraphs<R: Read>(xml: &mut Xml<R>, text: &mut String) -> Result<(), Fault> {
    text.clear();
    let limit = xml.text_limit();
    let mut paragraphs = 0_u32;
    let mut is_within = false;
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                let is_start = matches!(event, Event::Start(_));
                match element.local_name().as_ref() {
                    "p" | "h" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        is_within = is_start;
                    }
                    "s" => push_spaces(element, text, limit)?,
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    "annotation" | "frame" | "table" | "ruby-text" | "custom-shape" if is_start => xml.skip()?,
                    _ => {}
                }
            }
            Event::End(element) => match element.local_name().as_ref() {
                "p" | "h" => is_within = false,
                "table-cell" | "covered-table-cell" => return Ok(()),
                _ => {}
            },
            Event::Eof => return Err(Fault::broken("it ends within a cell")),
            event if is_within => append(event, text, limit)?,
            _ => {}
        }
        if text.len() > limit {
            return Err(Quantity::CellBytes.over(limit as u64, None).into());
        }
    }
}

fn push_spaces(element: &BytesStart<'_>, text: &mut String, limit: usize) -> Result<(), Fault> {
    let count = crate::xml::attribute(element, "c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
    if count > limit {
        return Err(Quantity::CellBytes.over(limit as u64, None).into());
    }
    text.extend(std::iter::repeat_n(' ', count));
    Ok(())
}
