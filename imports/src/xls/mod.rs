//! XLS: the stream of records (BIFF5 and BIFF8, MS-XLS) of Excel 5 to 2003, within a compound file or without one.

mod cells;
mod globals;
mod ole;
mod order;
mod records;
mod sheet;
mod text;

use crate::error::{Fault, ReadError};
use crate::rows::Rows;
use crate::workbook::{Opened, Source};
use crate::{Format, Limits, OpenError, SheetInfo};
use ole::Ole;
use records::Records;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// A stream of records.
pub(crate) trait Stream: Read + Seek {}
impl<S: Read + Seek> Stream for S {}

/// A workbook.
pub(crate) struct Book {
    file: File,
    container: Container,
    globals: globals::Globals,
}

/// What is around the stream.
#[derive(Clone, Copy, Debug)]
enum Container {
    /// A compound file, in which the stream has this name.
    Ole(&'static str),
    /// Nothing.
    Bare,
}

/// Opens a compound file: an XLS, or what else is stored so.
pub(crate) fn open_ole(file: File, limits: &Limits) -> Result<Opened, OpenError> {
    let compound = Ole::open(file.try_clone()?).map_err(|fault| fault.opening("OLE"))?;
    if compound.has("EncryptedPackage") {
        return Err(OpenError::Encrypted);
    }
    let Some(name) = ["Workbook", "Book"].into_iter().find(|name| compound.has(name)) else {
        let found =
            [("WordDocument", "Word"), ("PowerPoint Document", "PowerPoint")].into_iter().find(|(name, _)| compound.has(name));
        return Err(OpenError::NotASpreadsheet { found: found.map(|(_, found)| found) });
    };
    open_stream(file, Container::Ole(name), limits)
}

/// Opens a stream of records that is the file itself.
pub(crate) fn open_bare(file: File, limits: &Limits) -> Result<Opened, OpenError> {
    open_stream(file, Container::Bare, limits)
}

fn open_stream(file: File, container: Container, limits: &Limits) -> Result<Opened, OpenError> {
    let mut records = records(&file, container).map_err(|fault| fault.opening("OLE"))?;
    let globals = globals::read(&mut records, limits)?;
    let sheets: Vec<SheetInfo> = globals.sheets.iter().map(|sheet| sheet.info.clone()).collect();
    Ok((Format::Xls, sheets, Source::Xls(Book { file, container, globals })))
}

fn records(file: &File, container: Container) -> Result<Records, Fault> {
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    match container {
        Container::Ole(name) => {
            let (stream, size) = Ole::open(file)?.stream(name)?;
            Ok(Records::new(stream, size))
        }
        Container::Bare => {
            let size = file.metadata()?.len();
            Ok(Records::new(Box::new(file), size))
        }
    }
}

impl Book {
    pub fn read(&mut self, sheet: usize, limits: &Limits, rows: &mut Rows<'_>) -> Result<(), ReadError> {
        rows.notes.is_1904 = self.globals.is_1904;
        let start = self.globals.sheets[sheet].start;
        let mut records = records(&self.file, self.container).map_err(|fault| fault.reading(0))?;
        sheet::read(&mut records, &self.globals, start, limits, rows).map_err(|fault| fault.reading(rows.number()))
    }
}
