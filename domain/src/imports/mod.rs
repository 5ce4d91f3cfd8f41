//! Imports: what a utility's spreadsheet says, read into records by the same rules as forms, each doubt with the cell and its repair.

pub mod cell;
pub mod field;

pub use cell::{Cell, SheetRow};
pub use field::{Field, Kind};
