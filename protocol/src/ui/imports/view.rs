//! What the page *Impor* shows.

use super::Policy;
use domain::imports::{Field, Finding, Kind, Level, RepairKey};
use domain::{CustomerId, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the page is answered; the variant is that of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportsResponse {
    /// To [`ImportsRequest::List`].
    List(Vec<ImportLine>),
    /// To whatever changes or shows one import; `None` if this device does not have it.
    Import(Option<Box<Import>>),
    /// To [`ImportsRequest::Groups`]: errors first, the largest first.
    Groups(Vec<Group>),
    /// To [`ImportsRequest::Rows`].
    Rows(RowsWindow),
    /// To [`ImportsRequest::Rejected`] and [`ImportsRequest::Template`].
    File(ImportFile),
    /// To [`ImportsRequest::Forget`].
    Done,
    /// To [`ImportsRequest::Doubles`]: [`DOUBLES`] at most, in order of their rows.
    Doubles(Vec<Doubled>),
}

/// Pairs of records that one answer names at most.
pub const DOUBLES: usize = 50;

/// Two records that may be of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubled {
    /// The row that has added the first of them.
    pub row: u32,
    /// What both have in common.
    pub by: Field,
    /// The row's customer.
    pub one: DoubledRecord,
    /// The other.
    pub other: DoubledRecord,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubledRecord {
    /// Which customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The number.
    pub number: String,
}

/// An import in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    /// Which.
    pub id: Uuid,
    /// The file's name.
    pub name: String,
    /// When it was begun, by this device's clock.
    pub at: UtcMillis,
    /// Where it is.
    pub stage: Stage,
    /// What its rows are, once that is known.
    pub kind: Option<Kind>,
    /// Its rows by their fate.
    pub counts: Counts,
}

/// Where an import is. What ends by itself has its [`Import::job`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The file is being brought.
    Bringing,
    /// The file could not be opened, or the sheet not read: [`Import::failure`].
    Failed,
    /// The sheet is being read.
    Reading,
    /// What the columns hold is to be said.
    Mapping,
    /// Its rows are being checked.
    Checking,
    /// It can be mended and committed.
    Checked,
    /// Operations are being made of its rows.
    Committing,
    /// Its operations are in the outbox, or were sent.
    Committed,
    /// What was committed is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// What the list says of it.
    pub line: ImportLine,
    /// What the file is.
    pub format: Option<FileFormat>,
    /// Its sheets.
    pub sheets: Vec<Sheet>,
    /// The sheet that is read.
    pub sheet: u32,
    /// Why it failed, as a code for which the page has words, and what that is about.
    pub failure: Option<Failure>,
    /// What a person should know of the sheet.
    pub notes: Vec<SheetNote>,
    /// The row with the names of the columns; 0 if there is none.
    pub header_row: u32,
    /// The columns.
    pub columns: Vec<Column>,
    /// What is to be done.
    pub policy: Policy,
    /// The zone of connections whose row names none.
    pub zone: Option<ZoneId>,
    /// The zones of the utility, by name.
    pub zones: Vec<(ZoneId, String)>,
    /// Whether the columns were remembered from an earlier file of the same source.
    pub is_remembered: bool,
    /// Fields that a column can hold.
    pub fields: Vec<Field>,
    /// Fields that are required and in no column.
    pub missing: Vec<Field>,
    /// What runs.
    pub job: Option<Job>,
    /// What became of its operations.
    pub sent: Sent,
    /// Until when it can be undone, once it was committed.
    pub undo_until: Option<UtcMillis>,
    /// Rows that could not be taken back, since somebody has changed them.
    pub changed_since: Vec<u32>,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFormat {
    /// `csv`, `xlsx`, `xlsm`, `xlsb`, `xls`, `ods`.
    pub name: String,
    /// The encoding of a CSV.
    pub encoding: Option<String>,
    /// What separates its fields.
    pub delimiter: Option<char>,
}

/// A sheet of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name; of a CSV empty.
    pub name: String,
    /// Whether the workbook hides it.
    pub is_hidden: bool,
    /// Why it cannot be read.
    pub failure: Option<Failure>,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A word for which the page has a sentence.
    pub code: String,
    /// What it is about: a name, a number, a limit.
    pub about: String,
}

/// What a person should know of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetNote {
    /// A word for which the page has a sentence.
    pub code: String,
    /// How often.
    pub count: u32,
    /// The row where first; 0 where it is of no row.
    pub row: u32,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the sheet; empty where it has none.
    pub name: String,
    /// What it holds, as chosen; as suggested until then.
    pub field: Option<Field>,
    /// What is suggested.
    pub suggested: Option<Field>,
    /// How sure the suggestion is, in thousandths.
    pub confidence: u16,
    /// The first values, as the sheet has them.
    pub samples: Vec<String>,
}

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Done, in thousandths.
    pub done: u16,
    /// Rows so far.
    pub rows: u32,
    /// Rows a second.
    pub rate: u32,
    /// Milliseconds that are left, as it goes now.
    pub left_ms: Option<i64>,
}

/// What a row comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A new record.
    Create,
    /// Another value of a record that is there.
    Update,
    /// What is there already.
    Same,
    /// Left out: a total, a header that is repeated, what the policy says, or by a person.
    LeftOut,
    /// An error: not taken.
    Error,
}

/// Rows by their fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All that are not blank.
    pub rows: u32,
    /// New records.
    pub create: u32,
    /// Changed records.
    pub update: u32,
    /// The same.
    pub same: u32,
    /// Left out.
    pub left_out: u32,
    /// With an error.
    pub error: u32,
    /// With a warning, whatever their fate.
    pub warning: u32,
}

/// What became of an import's operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Operations that wait.
    pub waiting: u32,
    /// That the server has applied.
    pub applied: u32,
    /// That it has refused.
    pub refused: u32,
}

/// Findings that are mended by the same step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What they have in common.
    pub key: RepairKey,
    /// Whether their rows are taken.
    pub level: Level,
    /// How many.
    pub count: u32,
    /// The first.
    pub first: Finding,
    /// The name of its column.
    pub column: String,
    /// The words that the field takes, where it is one of some.
    pub choices: Vec<String>,
}

/// A part of the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsWindow {
    /// How many there are.
    pub total: u32,
    /// These.
    pub rows: Vec<ImportRow>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Its number in the sheet.
    pub row: u32,
    /// Its cells as text, mended ones as they are now.
    pub cells: Vec<String>,
    /// What it comes to.
    pub fate: Fate,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
    /// Of a change: each field with its value now and then.
    pub changes: Vec<(Field, String, String)>,
}

/// A file to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub base64: String,
}
