//! How styles of cells show a number: as a date, or with noughts in front.

use crate::Limits;
use crate::archive::Archive;
use crate::error::{Fault, Quantity};
use crate::values::number_format::{Digits, Shown};
use crate::xml::attribute;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Excel takes fewer of each.
const MOST: usize = 65_536;

/// How each style shows a number.
#[derive(Default)]
pub(crate) struct Styles(Vec<Shown>);

impl Styles {
    /// Whether a style, by its index, shows a date or a time.
    pub fn is_date(&self, style: usize) -> bool {
        self.0.get(style) == Some(&Shown::Date)
    }

    /// The pattern of digits that a style, by its index, shows a number by; none where it has none.
    pub fn digits(&self, style: usize) -> Option<Digits> {
        match self.0.get(style) {
            Some(Shown::Digits(digits)) => Some(*digits),
            _ => None,
        }
    }
}

pub(super) fn read(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Styles, Fault> {
    let mut styles = Vec::new();
    let mut formats = HashMap::new();
    let Some(mut xml) = archive.part(part, limits)? else {
        return Ok(Styles(styles));
    };
    let mut is_within = false;
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let code = attribute(&element, "formatCode").unwrap_or_default();
                    formats.insert(format_of(&element), Shown::of_code(&code));
                }
                "cellXfs" => is_within = true,
                "xf" if is_within => {
                    let format = format_of(&element);
                    styles.push(formats.get(&format).copied().unwrap_or_else(|| Shown::of_built_in(format)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => is_within = false,
            Event::Eof => return Ok(Styles(styles)),
            _ => {}
        }
        if styles.len().max(formats.len()) > MOST {
            return Err(Quantity::SharedBytes.over(limits.shared_bytes as u64, None).into());
        }
    }
}

fn format_of(element: &BytesStart<'_>) -> u32 {
    attribute(element, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0)
}
