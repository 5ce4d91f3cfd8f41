//! Reports that are made by themselves, in tests: schedules, and what was made.

use crate::world::Running;
use domain::alerts::preferences::MinuteOfDay;
use domain::people::Language;
use domain::reports::{Design, ReportKind, ReportSource, Rhythm, ScheduleContent, ScheduleState, Timing};
use domain::{ReportScheduleId, UserId};
use protocol::reports::{ReportSchedules, ScheduleChange};
use uuid::Uuid;

/// Where schedules are.
pub const SCHEDULES: &str = "/admin/v1/reports/schedules";

/// A report of a kind, each day at six, for somebody.
pub fn daily(kind: ReportKind, recipients: Vec<UserId>) -> ScheduleContent {
    ScheduleContent {
        name: "Harian".into(),
        source: ReportSource::Design(Box::new(Design::of(kind))),
        timing: Timing { rhythm: Rhythm::Day, at: MinuteOfDay::at(6, 0) },
        recipients,
        email: true,
        language: Language::Id,
        state: ScheduleState::On,
    }
}

/// The same at midnight: what it makes a day from now is of today, whatever hour it is. One at six that is added in the night is due the same
/// morning, of yesterday.
pub fn nightly(kind: ReportKind, recipients: Vec<UserId>) -> ScheduleContent {
    ScheduleContent { timing: Timing { rhythm: Rhythm::Day, at: MinuteOfDay::at(0, 0) }, ..daily(kind, recipients) }
}

/// A change that makes a schedule.
pub fn new_schedule(content: ScheduleContent) -> ScheduleChange {
    ScheduleChange { key: Uuid::now_v7(), schedule: ReportScheduleId(Uuid::now_v7()), rev: 0, put: Some(Box::new(content)) }
}

/// Makes a schedule as the admin; returns all there are.
pub async fn put(running: &Running, token: &str, content: ScheduleContent) -> ReportSchedules {
    running.post(token, SCHEDULES, &new_schedule(content)).await
}

/// The schedules, and what was made.
pub async fn shown(running: &Running, token: &str) -> ReportSchedules {
    running.get(token, SCHEDULES).await
}

/// The identifiers of those who can be recipients, by name.
pub async fn people(running: &Running, token: &str) -> Vec<UserId> {
    shown(running, token).await.people.into_iter().map(|reader| reader.id).collect()
}
