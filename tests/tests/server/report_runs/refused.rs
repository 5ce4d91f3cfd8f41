//! What cannot be scheduled, and changes of what somebody else has changed.

use super::noon;
use domain::alerts::preferences::MinuteOfDay;
use domain::core::local_time::DAY_MS;
use domain::people::Language;
use domain::reports::{Design, ReportKind, ReportSource, RunState, ScheduleContent, ScheduleState, TemplateContent};
use domain::{ReportRunId, ReportTemplateId, UserId};
use protocol::reports::{ReportSchedules, RunAgain, ScheduleChange};
use protocol::sync::push::Operation;
use reqwest::StatusCode;
use sync_server::jobs::reports::once_at;
use tests::alerts::{MovedClock, number};
use tests::field::{applied, clean, send};
use tests::runs::{SCHEDULES, daily, new_schedule, people, put, shown};
use tests::shop::{refused, second_admin};
use tests::world::World;
use uuid::Uuid;

const BAD: StatusCode = StatusCode::BAD_REQUEST;

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_of_another_kind_for_nobody_or_for_no_admin_is_refused() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let me = people(&running, &token).await;
    let customer: [u8; 16] = {
        let db = tests::field::database(&running.world);
        db.query_row("SELECT id FROM user WHERE role = 'customer' LIMIT 1", [], |row| row.get(0)).expect("a customer")
    };
    let revenue = || daily(ReportKind::Revenue, me.clone());
    let nowhere = ReportSource::Template(ReportTemplateId(Uuid::now_v7()));
    for (content, why) in [
        (daily(ReportKind::UsageDetail, me.clone()), "schedule_source"),
        (ScheduleContent { source: nowhere, ..revenue() }, "schedule_source"),
        (ScheduleContent { name: " ".into(), ..revenue() }, "schedule_name"),
        (daily(ReportKind::Revenue, Vec::new()), "schedule_recipients"),
        (daily(ReportKind::Revenue, vec![UserId(Uuid::from_bytes(customer))]), "schedule_recipients"),
        (daily(ReportKind::Revenue, vec![UserId(Uuid::now_v7())]), "schedule_recipients"),
    ] {
        assert_eq!(refused(&running, &token, SCHEDULES, &new_schedule(content)).await, (BAD, why.into()));
    }
    let again = RunAgain { key: Uuid::now_v7(), run: ReportRunId(Uuid::now_v7()) };
    let (status, _) = refused(&running, &token, "/admin/v1/reports/runs/again", &again).await;
    assert_eq!((status, number(&running, "SELECT COUNT(*) FROM report_schedule").await), (StatusCode::NOT_FOUND, 0));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_happens_once_and_not_over_what_another_admin_has_changed() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let other = second_admin(&running).await;
    let me = people(&running, &token).await;
    let new = new_schedule(daily(ReportKind::Revenue, me));
    for _ in 0..2 {
        let shown: ReportSchedules = running.post(&token, SCHEDULES, &new).await;
        assert_eq!((shown.schedules.len(), shown.schedules[0].rev), (1, 1));
    }
    let schedule = shown(&running, &token).await.schedules.remove(0);
    let mut content = schedule.content.clone();
    (content.state, content.language) = (ScheduleState::Off, Language::En);
    let off = ScheduleChange { key: Uuid::now_v7(), schedule: schedule.id, rev: schedule.rev, put: Some(Box::new(content)) };
    let shown: ReportSchedules = running.post(&other, SCHEDULES, &off).await;
    assert_eq!((shown.schedules[0].rev, shown.schedules[0].next_at), (2, None));
    let removes = |rev| ScheduleChange { key: Uuid::now_v7(), schedule: schedule.id, rev, put: None };
    for rev in [1, i64::MIN, i64::MAX] {
        assert_eq!(refused(&running, &token, SCHEDULES, &removes(rev)).await, (BAD, "schedule_changed".into()), "{rev}");
    }
    let shown: ReportSchedules = running.post(&token, SCHEDULES, &removes(2)).await;
    assert_eq!(shown.schedules, Vec::new());
    assert_eq!(refused(&running, &token, SCHEDULES, &removes(3)).await.0, StatusCode::NOT_FOUND);
    let entries = "SELECT COUNT(*) FROM audit WHERE kind IN ('put_report_schedule', 'remove_report_schedule') AND entity = 107";
    assert_eq!(number(&running, entries).await, 3);
    let in_english =
        "SELECT COUNT(*) FROM audit WHERE kind = 'put_report_schedule' AND json_extract(changes, '$.report_active[1]') = 'off'
        AND json_extract(changes, '$.language[0]') = 'id' AND json_extract(changes, '$.language[1]') = 'en'";
    assert_eq!(number(&running, in_english).await, 1);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_was_removed_leaves_a_run_that_says_so() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    let template = ReportTemplateId(Uuid::now_v7());
    let after = TemplateContent { name: "Meter".into(), shared: false, design: Design::of(ReportKind::DeviceStatus) };
    let kept = Operation::PutReportTemplate { template, before: None, after: Box::new(after) };
    assert!(send(&running, "admin", &[kept]).await.iter().all(applied));
    let mut content = daily(ReportKind::Revenue, people(&running, &token).await);
    content.source = ReportSource::Template(template);
    put(&running, &token, content).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    assert!(send(&running, "admin", &[Operation::RemoveReportTemplate { template }]).await.iter().all(applied));
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let token = running.tokens("admin").await.access_token;
    let runs = shown(&running, &token).await.runs;
    let states: Vec<_> = runs.iter().map(|run| (run.state, run.kind)).collect();
    assert_eq!(states, [(RunState::TemplateGone, None), (RunState::Made, Some(ReportKind::DeviceStatus))]);
    let again = RunAgain { key: Uuid::now_v7(), run: runs[0].id };
    let path = "/admin/v1/reports/runs/again";
    assert_eq!(refused(&running, &token, path, &again).await, (BAD, "run_without_report".into()));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_whose_hour_is_changed_behind_its_report_is_due_on_the_next_day() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    let me = people(&running, &token).await;
    put(&running, &token, daily(ReportKind::DeviceStatus, me)).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let token = running.tokens("admin").await.access_token;
    let schedule = shown(&running, &token).await.schedules.remove(0);
    let mut content = schedule.content.clone();
    content.timing.at = MinuteOfDay::at(18, 0);
    let change = ScheduleChange { key: Uuid::now_v7(), schedule: schedule.id, rev: schedule.rev, put: Some(Box::new(content)) };
    let changed: ReportSchedules = running.post(&token, SCHEDULES, &change).await;
    let due = changed.schedules[0].next_at.expect("it is on");
    let (zone, today) = (changed.time_zone, changed.time_zone.day_of(clock.now()));
    assert_eq!((zone.day_of(due), zone.clock_of(due)), (today.plus(1), (18, 0)), "today's was made at six");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_has_a_schedule_of_another_one_make_a_template_of_their_own() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    let other = second_admin(&running).await;
    let shown = put(&running, &token, daily(ReportKind::Revenue, people(&running, &token).await)).await;
    let [schedule] = shown.schedules.as_slice() else { panic!("one schedule: {shown:?}") };
    let template = ReportTemplateId(Uuid::now_v7());
    let after = TemplateContent { name: "Meter".into(), shared: false, design: Design::of(ReportKind::DeviceStatus) };
    let kept = Operation::PutReportTemplate { template, before: None, after: Box::new(after) };
    assert!(send(&running, "second", &[kept]).await.iter().all(applied));
    let content = ScheduleContent { source: ReportSource::Template(template), ..schedule.content.clone() };
    let change = ScheduleChange { key: Uuid::now_v7(), schedule: schedule.id, rev: schedule.rev, put: Some(Box::new(content)) };
    let _: ReportSchedules = running.post(&other, SCHEDULES, &change).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let made = "SELECT COUNT(*) FROM report_run WHERE state = 'made' AND kind = 'device_status'";
    assert_eq!(number(&running, made).await, 1);
    clean(running).await;
}
