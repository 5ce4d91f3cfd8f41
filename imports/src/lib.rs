//! Reads what a utility has in its computers, spreadsheets and CSV files, into the rows of `domain::imports`.
//!
//! A file is known by its content, never by its name. Rows are streamed with the sheet's own numbers; memory does not grow with the file, and
//! what exceeds [`Limits`] is refused by a typed error. XLSX, XLSB, ODS and XLS are read by readers of our own over `quick-xml` and `zip`: calamine
//! allocates what a file claims, which ends the process, and loses a whole sheet by one cell that it does not know. `tests/calamine.rs`
//! compares both.

mod archive;
mod csv;
mod error;
mod limits;
mod notes;
mod ods;
mod rows;
mod sniff;
#[cfg(test)]
mod tests;
mod values;
mod workbook;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

pub use error::{Exceeded, Failure, OpenError, Quantity, ReadError};
pub use limits::Limits;
pub use notes::{Notes, Occurrences, Ragged, TallMerge};
pub use workbook::{Format, Options, Progress, SheetInfo, Visit, Workbook, open, open_with};
