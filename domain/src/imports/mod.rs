//! Imports: what a utility's spreadsheet says, read into records by the same rules as forms, each doubt with the cell and its repair.
//!
//! The way of a sheet: [`header::find`] says where its table begins, [`suggest`] what its columns hold, somebody confirms or changes the
//! [`Mapping`], a [`RowReader`] reads rows that [`Overrides`] mended, and [`Repeats`] says what stands twice.

mod address_parts;
mod bare_name;
pub mod cell;
pub mod columns;
mod counting;
mod dittos;
pub mod edits;
mod estimates;
pub mod field;
pub mod finding;
pub mod header;
mod known_names;
mod local_zones;
pub mod mapping;
mod meters;
pub mod months;
mod names;
pub mod parse;
mod plan;
mod profile;
pub mod reader;
pub mod record;
pub mod repeats;
mod rows;
mod swings;
pub mod totals;
mod units;

pub use cell::{Cell, SheetRow};
pub use columns::{Because, Suggested, Suggestion, suggest, suggest_for};
pub use edits::Overrides;
pub use field::{Field, Kind};
pub use finding::{Action, Doubt, Finding, Level, Reason, Repair, RepairKey};
pub use header::Header;
pub use mapping::{Choice, Mapping, required};
pub use months::Month;
pub use parse::date::DateOrder;
pub use parse::volume::{Mark, Unit};
pub use reader::{ReadRow, RowReader, Rules};
pub use record::{BalanceRecord, ConnectionPart, CustomerRecord, FurtherMeter, MeterPart, ReadingRecord, Record};
pub use repeats::{Repeat, Repeats, repeated};
pub use totals::{SkipReason, Skipped};
