//! ODS: OpenDocument spreadsheets (ISO/IEC 26300), streamed from the one part that has all sheets.

mod cell;
mod sheet;

use crate::archive::Archive;
use crate::error::{Fault, Quantity, ReadError};
use crate::rows::Rows;
use crate::workbook::{Opened, Source};
use crate::xml::attribute;
use crate::{Failure, Format, Limits, OpenError, SheetInfo};
use quick_xml::events::Event;
use std::collections::HashSet;

const CONTENT: &str = "content.xml";

/// A workbook.
pub(crate) struct Book {
    archive: Archive,
}

pub(crate) fn open(mut archive: Archive, limits: &Limits) -> Result<Opened, OpenError> {
    let manifest = "META-INF/manifest.xml";
    let is_ours = look_at_manifest(&mut archive, manifest, limits).map_err(|fault| fault.opening(manifest))?;
    match is_ours {
        Manifest::Encrypted => return Err(OpenError::Encrypted),
        Manifest::Other => return Err(OpenError::NotASpreadsheet { found: Some("OpenDocument") }),
        Manifest::Spreadsheet => {}
    }
    let sheets = list_sheets(&mut archive, limits).map_err(|fault| fault.opening(CONTENT))?;
    Ok((Format::Ods, sheets, Source::Ods(Book { archive })))
}

enum Manifest {
    Spreadsheet,
    Encrypted,
    Other,
}

/// Whether the parts are encrypted, and whether it is a text or a drawing instead. A file without a manifest is taken for a spreadsheet.
fn look_at_manifest(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Manifest, Fault> {
    let mut kind = Manifest::Spreadsheet;
    let Some(mut xml) = archive.part(part, limits)? else {
        return Ok(kind);
    };
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "encryption-data" => return Ok(Manifest::Encrypted),
                "file-entry" if attribute(&element, "full-path").as_deref() == Some("/") => {
                    let media = attribute(&element, "media-type").unwrap_or_default();
                    if media.contains("opendocument") && !media.contains("spreadsheet") {
                        kind = Manifest::Other;
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(kind),
            _ => {}
        }
    }
}

/// The sheets by their order. What hides a sheet is a style, and styles come before.
fn list_sheets(archive: &mut Archive, limits: &Limits) -> Result<Vec<SheetInfo>, Fault> {
    let mut xml = archive.part(CONTENT, limits)?.ok_or_else(|| Fault::broken("it is missing"))?;
    let mut sheets = Vec::new();
    let mut hiding = HashSet::new();
    let mut style = String::new();
    let mut depth = 0_u32;
    loop {
        match xml.next()? {
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let is_start = matches!(event, Event::Start(_));
                let (Event::Start(element) | Event::Empty(element)) = event else { continue };
                match element.local_name().as_ref() {
                    "style" => style = attribute(&element, "name").unwrap_or_default().into_owned(),
                    "table-properties" if attribute(&element, "display").as_deref() == Some("false") => {
                        hiding.insert(style.clone());
                    }
                    "table" => {
                        if depth == 0 {
                            let is_hidden = attribute(&element, "style-name").is_some_and(|name| hiding.contains(name.as_ref()));
                            let name = attribute(&element, "name").unwrap_or_default().into_owned();
                            sheets.push(SheetInfo { name, is_hidden, failure: None });
                        }
                        depth += u32::from(is_start);
                    }
                    _ => {}
                }
            }
            Event::End(element) if element.local_name().as_ref() == "table" => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(sheets),
            _ => {}
        }
        if sheets.len() > limits.sheets as usize || hiding.len() > limits.sheets as usize {
            return Err(Quantity::Sheets.over(limits.sheets.into(), None).into());
        }
    }
}

impl Book {
    pub fn read(&mut self, sheet: usize, limits: &Limits, rows: &mut Rows<'_>) -> Result<(), ReadError> {
        let part = self.archive.part(CONTENT, limits).map_err(|fault| fault.reading(0))?;
        let xml = part.ok_or(ReadError::Sheet(Failure::Missing))?;
        sheet::read(xml, sheet, rows).map_err(|fault| fault.reading(rows.number()))
    }
}
