//! Impor: a file is brought, read, mapped, checked, mended, committed, and may be undone. All of it on the device, with or without a network.

mod view;

pub use view::{
    Column, Counts, DOUBLES, Doubled, DoubledRecord, Failure, Fate, FileFormat, Group, Import, ImportFile, ImportLine, ImportRow,
    ImportsResponse, Job, RowsWindow, Sent, Sheet, SheetNote, Stage,
};

use domain::ZoneId;
use domain::imports::{Field, Kind, Level, RepairKey};
use domain::people::Language;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bytes of a file that one request brings at most, before base64.
pub const SLICE: usize = 3 * 1024 * 1024;

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "import", content = "with")]
pub enum ImportsRequest {
    /// The imports of this device, the newest first.
    List,
    /// A part of a file; the first begins an import, the last has the file opened.
    Bring(Slice),
    /// An import as it is.
    Show(Uuid),
    /// Read another sheet, or the same in another way.
    Read(Reading),
    /// What the columns hold, and what is to be done.
    Map(Mapped),
    /// Check every row.
    Check(Uuid),
    /// Stop what runs: reading, checking, committing or undoing. What was done stays, and can go on.
    Stop(Uuid),
    /// The findings, grouped by what mends them.
    Groups(Uuid),
    /// A part of the rows.
    Rows(RowsQuery),
    /// Mend one cell; its row is checked again.
    Mend(Mend),
    /// Give all cells of a group another text, or leave their rows out.
    MendAll(MendAll),
    /// Make operations of the rows without errors.
    Commit(Uuid),
    /// Take back what was committed, but for what somebody has changed since.
    Undo(Uuid),
    /// Delete an import from this device; what was committed stays.
    Forget(Uuid),
    /// The rows with errors as a file, with the reason beside each.
    Rejected(Uuid),
    /// A file to fill in.
    Template(Template),
    /// Customers whom a saved import may have added a second time.
    Doubles(Uuid),
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// The import, chosen by the page.
    pub id: Uuid,
    /// The file's name.
    pub name: String,
    /// Where the part begins, bytes.
    pub offset: u64,
    /// The part; [`SLICE`] bytes at most.
    pub base64: String,
    /// Whether it is the last.
    pub is_last: bool,
}

/// Which sheet is read, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The import.
    pub id: Uuid,
    /// The sheet, by its place in [`Import::sheets`].
    pub sheet: u32,
    /// The encoding of a CSV, where the detected one is wrong.
    pub encoding: Option<String>,
    /// What separates the fields of a CSV, where the detected one is wrong.
    pub delimiter: Option<char>,
    /// The row with the names of the columns, where the detected one is wrong; 0 if there is none.
    pub header_row: Option<u32>,
}

/// What the columns hold, and what is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The import.
    pub id: Uuid,
    /// What each row is.
    pub kind: Kind,
    /// What each column holds; none that is not read.
    pub columns: Vec<Option<Field>>,
    /// What is done with whom there is already.
    pub policy: Policy,
    /// The zone of connections whose row names none; without one such a row is an error.
    pub zone: Option<ZoneId>,
}

/// What is done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whether new customers are added; otherwise their rows are left out.
    pub create: bool,
    /// Whether customers that are there already, by their number, are changed; otherwise their rows are left out.
    pub update: bool,
    /// Whether rows without errors are taken although others have some; otherwise nothing is until none has.
    pub partial: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { create: true, update: true, partial: true }
    }
}

/// Which rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsQuery {
    /// The import.
    pub id: Uuid,
    /// Those of a group of findings only.
    pub group: Option<RepairKey>,
    /// Those with this fate only.
    pub fate: Option<Fate>,
    /// Those with a finding of this level only.
    #[serde(default)]
    pub level: Option<Level>,
    /// Rows before the first.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// Another text for a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// The import.
    pub id: Uuid,
    /// The row as the sheet counts it.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
    /// The text.
    pub text: String,
}

/// The same for a whole group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MendAll {
    /// The import.
    pub id: Uuid,
    /// Which findings.
    pub group: RepairKey,
    /// How.
    pub by: Mending,
}

/// How a group of findings is mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "with")]
pub enum Mending {
    /// Every cell has this text.
    Text(String),
    /// Every cell is empty.
    Empty,
    /// Every cell has what is proposed for it.
    Proposed,
    /// The rows are left out.
    LeaveOut,
}

/// A file to fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Of what.
    pub kind: Kind,
    /// With names in which language.
    pub language: Language,
    /// Whether as a workbook, with lists to choose from; otherwise CSV.
    pub is_workbook: bool,
}

impl ImportsRequest {
    /// Whether it does something.
    pub const fn is_act(&self) -> bool {
        let is_read = matches!(self, Self::List | Self::Show(_) | Self::Groups(_) | Self::Rows(_) | Self::Doubles(_));
        !is_read && !matches!(self, Self::Rejected(_) | Self::Template(_))
    }
}
