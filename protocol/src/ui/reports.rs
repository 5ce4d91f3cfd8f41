//! Laporan: a report is filled once from what the device holds, and looked at and saved from that: what is seen is what the file says.

use crate::reports::{RunAgain, ScheduleChange};
use crate::sync::rows::{ReportRun, ReportTemplate};
use crate::ui::exports::{ExportFormat, Made};
use domain::exports::PagePicture;
use domain::reports::{Design, NamedPart, Period, Piece};
use domain::{ConnectionId, LocalDay, LocalMonth, ReportRunId, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows of a report on paper at most: some 500 pages, which a typesetter holds all at once.
pub const MOST_ON_PAPER: u32 = 20_000;

/// What a page asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "report", content = "with")]
pub enum ReportsRequest {
    /// What reports are put together from: templates, zones, the day it is.
    Desk,
    /// Fill a report. It takes the place of the one before.
    Fill(Box<ReportAsked>),
    /// Open one that was made by itself. It takes the place of the one before.
    Run(RunAsked),
    /// A page of the one that was filled.
    Page(PageAsked),
    /// Make a file of the one that was filled; it is taken as exports are.
    Make(FileAsked),
    /// A customer's paper, as a PDF; it is taken as exports are.
    Paper(PaperAsked),
}

/// Which report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportAsked {
    /// Chosen by the page: what it asks for next is about this one.
    pub id: Uuid,
    /// The report.
    pub design: Design,
}

/// Which report that was made by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAsked {
    /// Chosen by the page: what it asks for next is about this one.
    pub id: Uuid,
    /// The run.
    pub run: ReportRunId,
}

/// What an admin's screen requests about reports that are made by themselves; all of it is the server's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "automatic", content = "with")]
pub enum AutomaticRequest {
    /// The schedules, and what was made.
    Shown,
    /// Make, change or remove a schedule.
    Change(Box<ScheduleChange>),
    /// Make a report once more.
    Again(RunAgain),
}

/// Which page of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageAsked {
    /// Which report.
    pub id: Uuid,
    /// Which page, from 1 on; the last one where there are fewer.
    pub page: u32,
}

/// Which file of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAsked {
    /// Which report.
    pub id: Uuid,
    /// The file's own identifier, chosen by the page.
    pub file: Uuid,
    /// What kind of file.
    pub format: ExportFormat,
    /// Which table, from 0 on; a CSV is of one.
    #[serde(default)]
    pub table: u32,
}

/// Which paper of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperAsked {
    /// The file's own identifier, chosen by the page.
    pub file: Uuid,
    /// Of which supply point.
    pub connection: ConnectionId,
    /// Which paper.
    pub paper: CustomerPaper,
}

/// A paper of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "paper")]
pub enum CustomerPaper {
    /// The statement of a year.
    Year {
        /// Which.
        year: i16,
    },
    /// The letter about a month's use.
    Month {
        /// Which.
        month: LocalMonth,
    },
}

/// What a page is answered; the variant is that of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportsResponse {
    /// To [`ReportsRequest::Desk`].
    Desk(Box<ReportDesk>),
    /// To [`ReportsRequest::Fill`] and [`ReportsRequest::Run`].
    Filled(Box<Filled>),
    /// To [`ReportsRequest::Page`].
    Page(Box<PagePicture>),
    /// To [`ReportsRequest::Make`] and [`ReportsRequest::Paper`].
    Made(Made),
}

/// What reports are put together from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDesk {
    /// The local day it is, in the time zone of most connections.
    pub today: LocalDay,
    /// The zones, by name.
    pub zones: Vec<(ZoneId, String)>,
    /// The templates that this device holds, by name.
    pub templates: Vec<TemplateRow>,
    /// What was made by itself for this user, the newest first.
    #[serde(default)]
    pub runs: Vec<ReportRun>,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRow {
    /// As it is, with what was changed on this device.
    pub template: ReportTemplate,
    /// Whether a change of it is yet to be sent.
    pub waiting: bool,
}

/// A report that was filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// The days that it is of.
    pub period: Period,
    /// As of when the data are; none if not all data has ever come to this device.
    pub as_of: Option<UtcMillis>,
    /// The first day of which this device holds data, where that is later than the first day of the report.
    pub reach: Option<LocalDay>,
    /// The parts that there are, whichever of them are shown.
    pub parts: Vec<NamedPart>,
    /// What the report consists of.
    pub pieces: Vec<Piece>,
    /// The titles of its tables, in their order: each can be saved as CSV.
    pub tables: Vec<String>,
    /// Rows of all its tables.
    pub rows: u32,
    /// Whether paper has room for it.
    pub fits_paper: bool,
}
