//! The texts that a workbook keeps apart, each once.

use crate::Limits;
use crate::archive::Archive;
use crate::error::{Fault, Quantity};
use quick_xml::events::Event;

/// All texts in one piece of memory: a string each would be twice as large.
#[derive(Default)]
pub(crate) struct Strings {
    all: String,
    ends: Vec<u32>,
}

impl Strings {
    /// The text of an index.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.all.get(start..end)
    }

    /// Adds a text.
    pub fn push(&mut self, text: &str, limits: &Limits) -> Result<(), Fault> {
        self.all.push_str(text);
        let bytes = self.all.len() + 4 * self.ends.len();
        let end = u32::try_from(self.all.len()).ok().filter(|_| bytes <= limits.shared_bytes);
        self.ends.push(end.ok_or_else(|| Quantity::SharedBytes.over(limits.shared_bytes as u64, None))?);
        Ok(())
    }
}

pub(super) fn read(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Strings, Fault> {
    let mut strings = Strings::default();
    let Some(mut xml) = archive.part(part, limits)? else {
        return Ok(strings);
    };
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "si" => text.clear(),
                "t" => xml.text_into(&mut text)?,
                // How a text is pronounced is no part of it.
                "rPh" => xml.skip()?,
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == "si" => strings.push("", limits)?,
            Event::End(element) if element.local_name().as_ref() == "si" => {
                strings.push(&super::cell::unescape(&text), limits)?
            }
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}
