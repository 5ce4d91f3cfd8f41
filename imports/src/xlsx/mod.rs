//! XLSX and XLSM: Office Open XML (ECMA-376), read part by part.

mod cell;
mod package;
mod sheet;
mod strings;
mod styles;

pub(crate) use package::Located;
pub(crate) use strings::Strings;

use crate::archive::Archive;
use crate::error::ReadError;
use crate::rows::Rows;
use crate::workbook::{Opened, Source};
use crate::{Failure, Format, Limits, OpenError};

/// A workbook, with what its sheets share.
pub(crate) struct Book {
    archive: Archive,
    /// The part of each sheet.
    parts: Vec<String>,
    shared: Shared,
}

/// What cells refer to.
pub(crate) struct Shared {
    strings: strings::Strings,
    styles: styles::Styles,
    is_1904: bool,
}

/// Opens a workbook of Excel: what its parts are made of, the name of its own part says.
pub(crate) fn open(mut archive: Archive, limits: &Limits) -> Result<Opened, OpenError> {
    let located = Located::find(&mut archive, limits)?;
    if located.workbook.ends_with(".bin") {
        return crate::xlsb::open(archive, &located, limits);
    }
    let package = package::read(&mut archive, &located, limits)?;
    let strings = match &located.part_of("sharedStrings") {
        Some(part) => strings::read(&mut archive, part, limits).map_err(|fault| fault.opening(part))?,
        None => strings::Strings::default(),
    };
    let styles = match &located.part_of("styles") {
        Some(part) => styles::read(&mut archive, part, limits).map_err(|fault| fault.opening(part))?,
        None => styles::Styles::default(),
    };
    let shared = Shared { strings, styles, is_1904: package.is_1904 };
    let (infos, parts) = package.sheets.into_iter().unzip();
    let format = Format::Xlsx { has_macros: located.part_of("vbaProject").is_some() };
    Ok((format, infos, Source::Xlsx(Box::new(Book { archive, parts, shared }))))
}

impl Book {
    pub fn read(&mut self, sheet: usize, limits: &Limits, rows: &mut Rows<'_>) -> Result<(), ReadError> {
        rows.notes.is_1904 = self.shared.is_1904;
        let part = self.archive.part(&self.parts[sheet], limits).map_err(|fault| fault.reading(0))?;
        let xml = part.ok_or(ReadError::Sheet(Failure::Missing))?;
        sheet::read(xml, &self.shared, rows).map_err(|fault| fault.reading(rows.number()))
    }
}
