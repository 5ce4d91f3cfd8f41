//! A cell of XLSX: its place, and what its stored value means by its type and style.

use super::Shared;
use crate::error::Fault;
use crate::rows::Rows;
use crate::values::number_format::padded;
use crate::values::{iso, serial};
use domain::imports::Cell;
use quick_xml::events::BytesStart;
use std::borrow::Cow;

/// How a value is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Number,
    Shared,
    /// A text in the cell, also a formula's.
    Text,
    Bool,
    Error,
    Date,
}

/// What a cell's element says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    /// From 0, where it is said.
    pub column: Option<usize>,
    pub kind: Kind,
    pub style: usize,
}

impl Head {
    pub fn of(element: &BytesStart<'_>) -> Result<Self, Fault> {
        let mut head = Self::default();
        for attribute in element.attributes().with_checks(false).flatten() {
            let value: &str = &attribute.value;
            match attribute.key.as_ref() {
                "r" => head.column = Some(column_of(value).ok_or_else(|| Fault::broken(format!("no cell is called {value:?}")))?),
                "s" => head.style = value.parse().unwrap_or(0),
                "t" => {
                    head.kind = match value {
                        "s" => Kind::Shared,
                        "str" | "inlineStr" => Kind::Text,
                        "b" => Kind::Bool,
                        "e" => Kind::Error,
                        "d" => Kind::Date,
                        _ => Kind::Number,
                    }
                }
                _ => {}
            }
        }
        Ok(head)
    }
}

/// The column of a name such as `C5`, from 0.
fn column_of(name: &str) -> Option<usize> {
    let mut column = 0_usize;
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' if at < 4 => column = column * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1,
            b'0'..=b'9' if at > 0 => return Some(column - 1),
            _ => return None,
        }
    }
    None
}

/// An area of cells: its columns from 0, and its rows as the sheet numbers them, each from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub columns: (usize, usize),
    pub rows: (u32, u32),
}

/// The area of a name such as `A2:A5`.
pub(super) fn area_of(name: &str) -> Option<Area> {
    let place = |name: &str| {
        Some((column_of(name)?, name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<u32>().ok()?))
    };
    let (from, to) = name.split_once(':')?;
    let ((left, top), (right, bottom)) = (place(from)?, place(to)?);
    Some(Area { columns: (left, right), rows: (top, bottom) })
}

/// The cell of a value that is not empty.
pub(super) fn to_cell(head: Head, value: &str, shared: &Shared, rows: &mut Rows<'_>) -> Result<Cell, Fault> {
    Ok(match head.kind {
        Kind::Number => {
            let Ok(number) = value.trim().parse::<f64>() else {
                return Ok(rows.make_text(value)?);
            };
            if let Some(text) = shared.styles.digits(head.style).and_then(|digits| padded(number, digits)) {
                return Ok(rows.make_text(&text)?);
            }
            let time = if shared.styles.is_date(head.style) { serial::to_time(number, shared.is_1904) } else { None };
            time.map_or_else(|| rows.make_number(number, value), Cell::Time)
        }
        Kind::Shared => {
            let text = value.trim().parse().ok().and_then(|index: usize| shared.strings.get(index));
            rows.make_text(text.ok_or_else(|| Fault::broken(format!("there is no shared text {value:?}")))?)?
        }
        Kind::Text => rows.make_text(&unescape(value))?,
        Kind::Bool => match value.trim() {
            "1" | "true" | "TRUE" => Cell::Bool(true),
            "0" | "false" | "FALSE" => Cell::Bool(false),
            _ => rows.make_text(value)?,
        },
        Kind::Error => Cell::Error(value.to_owned()),
        Kind::Date => match iso::to_instant(value) {
            Some(time) => Cell::Time(time),
            None => rows.make_text(value)?,
        },
    })
}

/// Characters that XML cannot hold are written `_x000D_`; an underscore before what looks so is `_x005F_`.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(letter) = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            plain.push(letter);
            rest = &rest[at + 7..];
        } else {
            plain.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::{column_of, unescape};

    #[test]
    fn columns_are_counted_from_their_letters() {
        for (name, column) in [("A1", 0), ("Z9", 25), ("AA10", 26), ("XFD1048576", 16_383), ("c5", 2)] {
            assert_eq!(column_of(name), Some(column), "{name}");
        }
        for name in ["", "1", "A", "AAAAA1", "$A$1", "é1"] {
            assert_eq!(column_of(name), None, "{name}");
        }
    }

    #[test]
    fn characters_that_xml_cannot_hold() {
        assert_eq!(unescape("a_x000D_\nb"), "a\r\nb");
        assert_eq!(unescape("a_x005F_x000D_"), "a_x000D_");
        assert_eq!(unescape("no_xyz_ _x00_é_x00é_"), "no_xyz_ _x00_é_x00é_");
    }
}
