//! Reports: one model from which paper, workbook and CSV are written, so that all three have the same figures to the rupiah and the
//! millilitre. Kinds are pure functions from rows to a report; whoever holds the rows, a device or the server, calls them.

pub mod axis;
pub mod chart;
mod check;
mod csv;
mod days;
mod design;
pub mod kinds;
mod model;
mod period;
mod schedule;
mod table;
mod template;

pub use check::{MOST_BLOCKS, MOST_ROWS, MOST_VALUES, Unfit};
pub use csv::CsvFile;
pub use days::Days;
pub use design::{Design, LONGEST_TEXT, LONGEST_TITLE, MOST_PIECES, MOST_TEXT, NamedPart, Narrowing, Part, Piece, Untidy};
pub use model::{Block, Head, KeyFigure, Report, ReportKind, Signature};
pub use period::{Period, Step};
pub use schedule::{
    MOST_RECIPIENTS, MonthDay, NoSuchDay, ReportSource, Rhythm, RunState, ScheduleContent, ScheduleField, ScheduleState, Timing,
    Weekday,
};
pub use table::{Column, Group, Table, TooLarge, Total, grouped};
pub use template::{LONGEST_NAME, TemplateContent, TemplateField};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
