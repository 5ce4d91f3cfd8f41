//! Tables and reports as workbooks that a spreadsheet opens with the right types: numbers and dates are numbers with a format, everything else
//! is text, sums are formulas with their results, and nothing is a link. Rows are on disk as soon as the next one comes, so that memory does
//! not grow with them. A crate of its own: devices and the server write workbooks, and neither shall wait for the typesetter of `reports`.
#![warn(missing_docs)]

mod book;
mod cells;
mod charts;
mod front_sheet;
mod list;
mod rows;

pub use book::{Book, report};
pub use list::List;
pub use rows::Rows;
pub use rust_xlsxwriter::XlsxError;

use domain::reports::{TooLarge, Unfit};

/// Why a workbook cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be written, or a sheet has no room.
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    /// The report is none that can be written.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// A sum is past the range of numbers.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}
