//! XLSB: the binary workbook of Excel (MS-XLSB), an archive as XLSX is, whose parts are records.

mod parts;
mod records;
mod sheet;

use crate::archive::Archive;
use crate::error::ReadError;
use crate::rows::Rows;
use crate::values::number_format::Shown;
use crate::workbook::{Opened, Source};
use crate::xlsx::{Located, Strings};
use crate::{Failure, Format, Limits, OpenError};
use records::Records;

/// A workbook, with what its sheets share.
pub(crate) struct Book {
    archive: Archive,
    /// The part of each sheet.
    parts: Vec<String>,
    shared: Shared,
}

/// What cells refer to.
pub(crate) struct Shared {
    strings: Strings,
    styles: Vec<Shown>,
    is_1904: bool,
}

pub(crate) fn open(mut archive: Archive, located: &Located, limits: &Limits) -> Result<Opened, OpenError> {
    let sheets = parts::sheets(&mut archive, located, limits).map_err(|fault| fault.opening(&located.workbook))?;
    let strings = match located.part_of("sharedStrings") {
        Some(part) => parts::strings(&mut archive, &part, limits).map_err(|fault| fault.opening(&part))?,
        None => Strings::default(),
    };
    let styles = match located.part_of("styles") {
        Some(part) => parts::styles(&mut archive, &part, limits).map_err(|fault| fault.opening(&part))?,
        None => Vec::new(),
    };
    let shared = Shared { strings, styles, is_1904: sheets.is_1904 };
    let (infos, parts) = sheets.list.into_iter().unzip();
    Ok((Format::Xlsb, infos, Source::Xlsb(Box::new(Book { archive, parts, shared }))))
}

impl Book {
    pub fn read(&mut self, sheet: usize, limits: &Limits, rows: &mut Rows<'_>) -> Result<(), ReadError> {
        rows.notes.is_1904 = self.shared.is_1904;
        let part = self.archive.raw(&self.parts[sheet], limits).map_err(|fault| fault.reading(0))?;
        let (file, size) = part.ok_or(ReadError::Sheet(Failure::Missing))?;
        sheet::read(Records::new(file, size, limits), &self.shared, rows).map_err(|fault| fault.reading(rows.number()))
    }
}
