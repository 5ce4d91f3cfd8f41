//! Lists that leave the app as files: what their columns hold, how a cell is written where there is nothing but text, and what goes on paper.
//! Workbooks are written by the crate `workbooks`, and papers are set by the crate `reports`.

mod csv;
mod labels;
mod paper;
mod table;

pub use csv::as_text;
pub use labels::{Label, ON_SHEET, PrintedLabels, sheets};
pub use paper::{PagePicture, Printed, PrintedList, PrintedPage};
pub use table::{Cell, Column, Kind, Layout};
