//! Templates of reports, as their authors' devices hold them, and all admins' where they are shared; and reports that were made by themselves, as
//! their recipients' devices do.

use domain::reports::{Period, ReportKind, RunState, TemplateContent};
use domain::{ReportRunId, ReportScheduleId, ReportTemplateId, UserId, UtcMillis};
use serde::{Deserialize, Serialize};

/// A report that somebody has put together and named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTemplate {
    /// Identifier.
    pub id: ReportTemplateId,
    /// What its author says of it.
    #[serde(flatten)]
    pub content: TemplateContent,
    /// How often it was put: each time it is replaced the number is one more.
    pub version: u32,
    /// Who made it; none where this device does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// The name of whoever put it last.
    pub by: String,
    /// When it was put last.
    pub at: UtcMillis,
}

/// A report that a schedule made, or could not make. The report itself is asked of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportRun {
    /// Identifier.
    pub id: ReportRunId,
    /// Of which schedule.
    pub schedule: ReportScheduleId,
    /// What the schedule was called then.
    pub name: String,
    /// What it is about; none where its template was gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReportKind>,
    /// The days that it is of.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub period: Period,
    /// When it was due.
    pub due: UtcMillis,
    /// When it was made: its data are complete up to then.
    pub at: UtcMillis,
    /// How many due times before it were missed, because the server stood still. They are not made up for.
    #[serde(default)]
    pub missed: u32,
    /// Whether somebody has had it made again.
    #[serde(default)]
    pub again: bool,
    /// What became of it.
    pub state: RunState,
}
