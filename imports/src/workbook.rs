//! A file that was opened: what it is, its sheets, and their rows.

use crate::error::{Quantity, ReadError};
use crate::rows::Rows;
use crate::sniff::{self, Kind};
use crate::{Failure, Limits, Notes, OpenError, csv, ods, xls, xlsb, xlsx};
use domain::imports::SheetRow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

/// Who is handed the rows, one after the other; `Break` ends the reading. The row is overwritten by the next.
pub type Visit<'v> = &'v mut dyn FnMut(&SheetRow, Progress) -> ControlFlow<()>;

/// How far a sheet was read, in bytes of what it is stored in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were read.
    pub done: u64,
    /// Bytes that there are, as the file says.
    pub total: u64,
}

impl Progress {
    /// From 0 to 1.
    pub fn fraction(self) -> f64 {
        if self.total == 0 { 1.0 } else { (self.done as f64 / self.total as f64).min(1.0) }
    }
}

/// What the caller knows better than the detection. It counts for CSV alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The encoding by a name of the WHATWG's: `"windows-1252"`, `"utf-8"`. A byte order mark is left out in any case.
    pub encoding: Option<String>,
    /// What separates fields; then a line `sep=` does not count.
    pub delimiter: Option<u8>,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text.
    Csv {
        /// The encoding by the WHATWG's name.
        encoding: &'static str,
        /// Whether it begins with a byte order mark.
        has_bom: bool,
        /// What separates fields.
        delimiter: u8,
        /// Whether its first line names the delimiter: `sep=;`.
        has_sep_line: bool,
    },
    /// Excel since 2007.
    Xlsx {
        /// Whether it has macros (XLSM). They are not looked at.
        has_macros: bool,
    },
    /// Excel's binary workbook since 2007.
    Xlsb,
    /// Excel 5 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    /// Its name; of a CSV empty.
    pub name: String,
    /// Whether the workbook hides it.
    pub is_hidden: bool,
    /// Why it cannot be read, as far as it is known. The other sheets can.
    pub failure: Option<Failure>,
}

/// A file that was opened.
pub struct Workbook {
    format: Format,
    sheets: Vec<SheetInfo>,
    limits: Limits,
    source: Source,
}

pub(crate) enum Source {
    Csv(csv::Source),
    Xlsx(Box<xlsx::Book>),
    Xlsb(Box<xlsb::Book>),
    Xls(xls::Book),
    Ods(ods::Book),
}

/// Opens a file by its content, with all detected. Errors: see [`OpenError`].
pub fn open(path: &Path, limits: &Limits) -> Result<Workbook, OpenError> {
    open_with(path, limits, &Options::default())
}

/// Opens a file by its content, with what the caller knows better.
pub fn open_with(path: &Path, limits: &Limits, options: &Options) -> Result<Workbook, OpenError> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    if len > limits.file_bytes {
        return Err(Quantity::FileBytes.over(limits.file_bytes, None).into());
    }
    let mut head = Vec::new();
    (&mut file).take(sniff::HEAD as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let (format, sheets, source) = match sniff::kind(&head)? {
        Kind::Text => csv::open(file, len, limits, options)?,
        Kind::Zip => open_zip(file, limits)?,
        Kind::Ole => xls::open_ole(file, limits)?,
        Kind::Biff => xls::open_bare(file, limits)?,
    };
    if sheets.len() > limits.sheets as usize {
        return Err(Quantity::Sheets.over(limits.sheets.into(), None).into());
    }
    Ok(Workbook { format, sheets, limits: limits.clone(), source })
}

/// What a format's own `open` gives.
pub(crate) type Opened = (Format, Vec<SheetInfo>, Source);

fn open_zip(file: File, limits: &Limits) -> Result<Opened, OpenError> {
    let archive = crate::archive::Archive::open(file, limits)?;
    if archive.has("content.xml") {
        return ods::open(archive, limits);
    }
    if archive.has("word/document.xml") {
        return Err(OpenError::NotASpreadsheet { found: Some("Word") });
    }
    if archive.has("ppt/presentation.xml") {
        return Err(OpenError::NotASpreadsheet { found: Some("PowerPoint") });
    }
    if archive.has("_rels/.rels") {
        return xlsx::open(archive, limits);
    }
    Err(OpenError::NotASpreadsheet { found: Some("ZIP") })
}

impl Workbook {
    /// What the file is.
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// Its sheets, in the workbook's order. A CSV has one.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// Reads a sheet, by its index in [`Workbook::sheets`], from its beginning. Blank rows are not visited; their numbers are passed over.
    /// Rows that were visited before an error were read right.
    pub fn read(&mut self, sheet: usize, visit: Visit<'_>) -> Result<Notes, ReadError> {
        let info = self.sheets.get_mut(sheet).ok_or(ReadError::NoSuchSheet(sheet))?;
        if let Some(failure @ (Failure::NoRows | Failure::Missing)) = &info.failure {
            return Err(ReadError::Sheet(failure.clone()));
        }
        let mut rows = Rows::new(&self.limits, visit);
        let result = match &mut self.source {
            Source::Csv(source) => source.read(&self.limits, &mut rows),
            Source::Xlsx(book) => book.read(sheet, &self.limits, &mut rows),
            Source::Xlsb(book) => book.read(sheet, &self.limits, &mut rows),
            Source::Xls(book) => book.read(sheet, &self.limits, &mut rows),
            Source::Ods(book) => book.read(sheet, &self.limits, &mut rows),
        };
        match result {
            Ok(()) => Ok(rows.notes),
            Err(error) => {
                if let ReadError::Broken { row, why } = &error {
                    info.failure = Some(Failure::Broken { row: *row, why: why.clone() });
                }
                Err(error)
            }
        }
    }
}
