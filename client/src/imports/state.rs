//! What is known of an import as a whole, as its file keeps it.

use domain::imports::{Header, Mapping};
use domain::{UserId, UtcMillis, ZoneId};
use protocol::ui::imports::{Column, Counts, Failure, FileFormat, Policy, Sheet, SheetNote, Stage};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows that were changed since, of which the numbers are kept.
const MOST_CHANGED: usize = 1_000;

/// An import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Its identifier.
    pub id: Uuid,
    /// The file's name.
    pub name: String,
    /// When it was begun.
    pub at: UtcMillis,
    /// Who began it; nobody else sees it.
    pub user: Option<UserId>,
    /// Where it is.
    pub stage: Stage,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// What the file is.
    pub format: Option<FileFormat>,
    /// Its sheets.
    pub sheets: Vec<Sheet>,
    /// The sheet that is read.
    pub sheet: u32,
    /// What the caller said of the file.
    pub asked: Asked,
    /// What was seen while the sheet was read.
    pub notes: Vec<SheetNote>,
    /// Whether the workbook counts its days from 1904.
    pub is_1904: bool,
    /// The names of the columns; `None` where there is no such row.
    pub header: Option<Header>,
    /// The columns.
    pub columns: Vec<Column>,
    /// What the columns hold.
    pub mapping: Option<Mapping>,
    /// Whether that was remembered.
    pub is_remembered: bool,
    /// What is to be done.
    pub policy: Policy,
    /// The zone of connections whose row names none.
    pub zone: Option<ZoneId>,
    /// The rows by their fate.
    pub counts: Counts,
    /// Whether the fates are of the mapping, policy and mended cells as they are now.
    pub is_checked: bool,
    /// Rows up to this number were committed.
    pub committed_to: u32,
    /// Operations that the commit made.
    pub operations: u32,
    /// When the commit was over.
    pub committed_at: Option<UtcMillis>,
    /// Rows up to this number were taken back.
    pub undone_to: u32,
    /// Operations that the undo made.
    pub undo_operations: u32,
    /// Rows that could not be taken back.
    pub changed_since: Vec<u32>,
}

/// What somebody said of the file that was detected otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The encoding of a CSV.
    pub encoding: Option<String>,
    /// What separates its fields.
    pub delimiter: Option<char>,
    /// The row with the names of the columns; 0 for none.
    pub header_row: Option<u32>,
}

impl State {
    /// An import that begins.
    pub fn new(id: Uuid, name: String, at: UtcMillis, user: Option<UserId>) -> Self {
        Self {
            id,
            name,
            at,
            user,
            stage: Stage::Bringing,
            failure: None,
            format: None,
            sheets: Vec::new(),
            sheet: 0,
            asked: Asked::default(),
            notes: Vec::new(),
            is_1904: false,
            header: None,
            columns: Vec::new(),
            mapping: None,
            is_remembered: false,
            policy: Policy::default(),
            zone: None,
            counts: Counts::default(),
            is_checked: false,
            committed_to: 0,
            operations: 0,
            committed_at: None,
            undone_to: 0,
            undo_operations: 0,
            changed_since: Vec::new(),
        }
    }

    /// Forgets what was known of the sheet: it is read again, or another one is.
    pub fn forget_sheet(&mut self) {
        self.notes.clear();
        self.columns.clear();
        (self.header, self.mapping, self.is_remembered) = (None, None, false);
        (self.counts, self.is_checked, self.is_1904) = (Counts::default(), false, false);
    }

    /// The row behind which the data begin.
    pub fn header_row(&self) -> u32 {
        self.header.as_ref().map_or(0, |header| header.last_row)
    }

    /// Keeps that a row could not be taken back.
    pub fn keep_changed(&mut self, row: u32) {
        if self.changed_since.len() < MOST_CHANGED {
            self.changed_since.push(row);
        }
    }
}
