//! Why a file, or a sheet of it, is not read: codes with their data, which a screen makes sentences of.

use std::io;

/// Why a file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system does not give the file.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It has no content.
    #[error("the file is empty")]
    Empty,
    /// It asks for a password: open it, save it without one.
    #[error("the file is protected by a password")]
    Encrypted,
    /// A web page, which many systems name `.xls`: open it in a spreadsheet, save it as XLSX.
    #[error("the file is a web page, not a spreadsheet; save it as XLSX")]
    Html,
    /// A workbook as one XML file, of Excel 2003 or of LibreOffice: save it as XLSX.
    #[error("a workbook in one XML file is not read; save it as XLSX")]
    PlainXml,
    /// Excel before version 5: save it as XLSX.
    #[error("a workbook of Excel 4 or older is not read; save it as XLSX")]
    OldExcel,
    /// A text laid out for a printer: nothing separates its columns but spaces.
    #[error("the file is a text without a separator between its columns")]
    PrintLayout,
    /// Something else; `found` names it where it is known.
    #[error("the file is no spreadsheet{}", .found.map(|name| format!(" but {name}")).unwrap_or_default())]
    NotASpreadsheet {
        /// What it is: `"PDF"`, `"Word"`, `"ZIP"`.
        found: Option<&'static str>,
    },
    /// An encoding that the caller named and nobody knows.
    #[error("no encoding is called {0:?}")]
    UnknownEncoding(String),
    /// A delimiter that the caller named and that cannot be one.
    #[error("byte {0} cannot separate fields")]
    BadDelimiter(u8),
    /// A part of it is damaged.
    #[error("{part} is damaged: {why}")]
    Broken {
        /// The part, as the file names it.
        part: String,
        /// What is wrong, for a log.
        why: String,
    },
    /// More than [`crate::Limits`] allow.
    #[error(transparent)]
    TooLarge(#[from] Exceeded),
}

/// Why a sheet is not read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system does not give the file.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// No sheet has this index.
    #[error("there is no sheet {0}")]
    NoSuchSheet(usize),
    /// The sheet has no rows that could be read; also in [`crate::SheetInfo::failure`].
    #[error("the sheet cannot be read: {0}")]
    Sheet(Failure),
    /// A quote opens in this row and never closes, so everything behind it would be one cell.
    #[error("a quote in row {row} is never closed")]
    OpenQuote {
        /// The line on which the record begins.
        row: u32,
    },
    /// The sheet is damaged behind this row.
    #[error("the sheet is damaged behind row {row}: {why}")]
    Broken {
        /// The last row that was begun; 0 where it was none.
        row: u32,
        /// What is wrong, for a log.
        why: String,
    },
    /// More than [`crate::Limits`] allow.
    #[error(transparent)]
    TooLarge(#[from] Exceeded),
}

/// Why a sheet has no rows to read, known when the file is opened or once it was tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A chart, a dialog or a macro: no rows.
    #[error("it has no rows")]
    NoRows,
    /// The file names the sheet and does not contain it.
    #[error("it is missing in the file")]
    Missing,
    /// It is damaged behind this row.
    #[error("it is damaged behind row {row}: {why}")]
    Broken {
        /// The last row that was begun; 0 where it was none.
        row: u32,
        /// What is wrong, for a log.
        why: String,
    },
}

/// More of something than is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} {quantity:?}")]
pub struct Exceeded {
    /// Of what.
    pub quantity: Quantity,
    /// How much is read at most, as [`crate::Limits`] has it.
    pub limit: u64,
    /// The row in which the limit was passed, where there is one.
    pub row: Option<u32>,
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Bytes of the file.
    FileBytes,
    /// Bytes of a part of the archive, inflated.
    InflatedBytes,
    /// Parts of the archive.
    Parts,
    /// Bytes of the list of an archive's parts.
    PartList,
    /// Sheets.
    Sheets,
    /// Rows of a sheet.
    Rows,
    /// Columns of a sheet.
    Columns,
    /// Cells of a sheet.
    Cells,
    /// Bytes of one cell.
    CellBytes,
    /// Bytes of all texts of one row.
    RowBytes,
    /// Bytes of what a workbook keeps apart from its sheets: texts, lists, places of cells.
    SharedBytes,
}

impl Quantity {
    /// The error that says so.
    pub(crate) const fn over(self, limit: u64, row: Option<u32>) -> Exceeded {
        Exceeded { quantity: self, limit, row }
    }
}

/// An error below both: what went wrong in a part, before it is known whether a file or a sheet is lost by it.
#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    TooLarge(Exceeded),
    Broken(String),
}

impl Fault {
    pub fn broken(why: impl Into<String>) -> Self {
        Self::Broken(why.into())
    }

    pub fn opening(self, part: &str) -> OpenError {
        match self {
            Self::Io(error) => OpenError::Io(error),
            Self::TooLarge(exceeded) => OpenError::TooLarge(exceeded),
            Self::Broken(why) => OpenError::Broken { part: part.to_owned(), why },
        }
    }

    pub fn reading(self, row: u32) -> ReadError {
        match self {
            Self::Io(error) => ReadError::Io(error),
            Self::TooLarge(exceeded) => {
                ReadError::TooLarge(Exceeded { row: exceeded.row.or((row > 0).then_some(row)), ..exceeded })
            }
            Self::Broken(why) => ReadError::Broken { row, why },
        }
    }
}

impl From<Exceeded> for Fault {
    fn from(exceeded: Exceeded) -> Self {
        Self::TooLarge(exceeded)
    }
}

/// A reader hands a limit through as an error of input; what the decoder finds wrong with the bytes is damage.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if let Some(exceeded) = error.get_ref().and_then(|inner| inner.downcast_ref::<Exceeded>()) {
            return Self::TooLarge(*exceeded);
        }
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::Other => {
                Self::Broken(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

impl From<quick_xml::Error> for Fault {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Exceeded>()) {
                Some(exceeded) => Self::TooLarge(*exceeded),
                None => Self::Broken(error.to_string()),
            },
            other => Self::Broken(other.to_string()),
        }
    }
}
