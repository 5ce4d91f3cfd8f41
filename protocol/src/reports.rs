//! Admin's client ⇄ server: reports that are made by themselves, and those that were made (adr/0052).

use crate::sync::rows::ReportRun;
use domain::reports::{Report, ScheduleContent};
use domain::{ReportRunId, ReportScheduleId, TimeZone, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Runs of one answer at most: the newest.
pub const RUNS: usize = 100;

/// `GET /admin/v1/reports/schedules`: what is made by itself, for whom it can be, and what was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportSchedules {
    /// The zone of due times: that of most connections.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub time_zone: TimeZone,
    /// The active admins of the utility, by name: whoever can be a recipient.
    pub people: Vec<ReportReader>,
    /// The schedules, the oldest first.
    pub schedules: Vec<ReportSchedule>,
    /// What was made, the newest first; [`RUNS`] at most.
    pub runs: Vec<ReportRun>,
    /// Whether the server sends e-mail.
    pub mails: bool,
}

/// Somebody who can receive reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportReader {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportSchedule {
    /// Identifier.
    pub id: ReportScheduleId,
    /// Counts its changes; a change names the one that it follows.
    pub rev: i64,
    /// What its author says of it.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub content: ScheduleContent,
    /// When it is due; none while it is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<UtcMillis>,
    /// The name of whoever made it, or has set last what it makes.
    pub by: String,
}

/// `POST /admin/v1/reports/schedules`: makes, changes or removes a schedule. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScheduleChange {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which; of a new one, chosen by who asks.
    pub schedule: ReportScheduleId,
    /// [`ReportSchedule::rev`] of what was read, 0 of a new one: refused with `schedule_changed` if somebody has changed it meanwhile.
    #[serde(default)]
    pub rev: i64,
    /// What it is to be; removed where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub put: Option<Box<ScheduleContent>>,
}

/// `POST /admin/v1/reports/runs/again`: makes a report once more, with the same parameters and as of now. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RunAgain {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which run.
    pub run: ReportRunId,
}

/// `GET /admin/v1/reports/runs/{id}`: a run with its report, as it was stored when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RunDocument {
    /// The run.
    pub run: ReportRun,
    /// The number of the last transfer that is in it.
    pub transfer: i64,
    /// The report: all files of the run are made of this.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub report: Report,
}
