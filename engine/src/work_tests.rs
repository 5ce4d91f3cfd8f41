//! Overlays of work: what is done in a cellar shows there at once.

use super::*;
use crate::overlay::{new_row, overlay};
use domain::maintenance::record::RecordContent;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::{DeferReason, WorkKind};
use domain::{MeterId, UserId, WorkOrderId, WorkRecordId, WorkTemplateId};
use protocol::sync::work::{WorkDeferral, WorkMoment, WorkPriorityChange};

#[test]
fn work_that_waits_is_announced_begun_and_done_on_this_device() {
    let (order, meter) = (WorkOrderId(uuid::Uuid::nil()), MeterId(uuid::Uuid::nil()));
    let (work, from, until) = (WorkKind::Repair, UtcMillis(1_000), UtcMillis(9_000));
    let (text, priority, template, minutes) = (" Bawa segel ".into(), Priority::Normal, None, None);
    let plan = Operation::PlanWork { order, meter, work, from, until, technician: None, text, priority, template, minutes };
    let row = new_row(&plan, Author { name: "Admin", id: None, at: UtcMillis(7) }).expect("a row");
    let read = |body: &str| serde_json::from_str::<WorkOrder>(body).expect("JSON");
    let state = |body: &str| read(body).state.as_str();
    assert_eq!((state(&row), read(&row).text.as_str(), overlay(&row, &plan)), ("scheduled", "Bawa segel", None));
    let begun = overlay(&row, &Operation::BeginWork { order, meter, at: UtcMillis(2_000) }).expect("changes");
    assert_eq!((state(&begun), read(&begun).begun_at), ("in_progress", Some(UtcMillis(2_000))));
    let done = overlay(&begun, &Operation::CompleteWork { order, meter, at: UtcMillis(3_000) }).expect("changes");
    assert_eq!((state(&done), read(&done).completed_at), ("completed", Some(UtcMillis(3_000))));
    let (was, later, until) = (UtcMillis(1_000), UtcMillis(5_000), UtcMillis(13_000));
    let moved = |row: &str, was| overlay(row, &Operation::MoveWork { order, meter, was, from: later, until });
    let there = moved(&row, was).expect("changes");
    assert_eq!((read(&there).from, read(&there).until, moved(&row, later), moved(&begun, was)), (later, until, None, None));
    let to = Some(Person { id: UserId(uuid::Uuid::nil()), name: "Budi".into() });
    let assigned = overlay(&row, &Operation::AssignWork { order, meter, to: to.clone() }).expect("changes");
    assert_eq!(read(&assigned).technician, to);
    assert_eq!(read(&overlay(&assigned, &Operation::AssignWork { order, meter, to: None }).expect("changes")).technician, None);
    let cancelled = overlay(&begun, &Operation::CancelWork { order, meter }).expect("changes");
    assert_eq!((state(&cancelled), read(&cancelled).cancelled_at), ("cancelled", None));
}

fn announced() -> String {
    let operation = Operation::PlanWork {
        order: order(),
        meter: meter(),
        work: WorkKind::Repair,
        from: UtcMillis(1_000),
        until: UtcMillis(9_000),
        technician: None,
        text: String::new(),
        priority: Priority::High,
        template: None,
        minutes: Some(45),
    };
    new_row(&operation, BY).expect("a row")
}

const BY: Author<'_> = Author { name: "Budi", id: None, at: UtcMillis(7) };

const fn order() -> WorkOrderId {
    WorkOrderId(uuid::Uuid::nil())
}

const fn meter() -> MeterId {
    MeterId(uuid::Uuid::nil())
}

fn read(body: &str) -> WorkOrder {
    serde_json::from_str(body).expect("JSON")
}

#[test]
fn work_that_is_held_put_off_and_begun_again_shows_each_of_it() {
    let moment = |at| WorkMoment { order: order(), meter: meter(), at: UtcMillis(at) };
    let deferral = |at| WorkDeferral {
        order: order(),
        meter: meter(),
        at: UtcMillis(at),
        reason: DeferReason::NoPart,
        text: " Paking 1/2 inci ".into(),
    };
    let begin = |at| Operation::BeginWork { order: order(), meter: meter(), at: UtcMillis(at) };
    let operations = [
        (begin(2_000), WorkStage::InProgress),
        (Operation::HoldWork(moment(3_000)), WorkStage::OnHold),
        (Operation::ResumeWork(moment(4_000)), WorkStage::InProgress),
        (Operation::DeferWork(deferral(5_000)), WorkStage::Deferred),
        (begin(6_000), WorkStage::InProgress),
    ];
    let mut body = announced();
    for (operation, stage) in &operations {
        body = overlay(&body, operation).expect("changes");
        assert_eq!(read(&body).stage(), *stage, "{operation:?}");
        let is_put_off = read(&body).deferred().map(|turn| turn.text.clone());
        assert_eq!(is_put_off.as_deref(), (*stage == WorkStage::Deferred).then_some("Paking 1/2 inci"));
    }
    assert_eq!((read(&body).begun_at, read(&body).turns.len()), (Some(UtcMillis(2_000)), 5));
    let again = overlay(&body, &operations[3].0).expect("is written");
    assert_eq!(read(&again).turns, read(&body).turns, "said twice it is said once");
}

#[test]
fn a_priority_that_somebody_else_has_set_meanwhile_stands() {
    let set = |was, to| Operation::SetWorkPriority(WorkPriorityChange { order: order(), meter: meter(), was, to });
    let body = announced();
    let urgent = overlay(&body, &set(Priority::High, Priority::Urgent)).expect("changes");
    assert_eq!((read(&urgent).priority, read(&urgent).minutes), (Priority::Urgent, Some(45)));
    assert_eq!(overlay(&urgent, &set(Priority::High, Priority::Low)), None);
    let done = Operation::CompleteWork { order: order(), meter: meter(), at: UtcMillis(3_000) };
    let done = overlay(&body, &done).expect("changes");
    assert_eq!(overlay(&done, &set(Priority::High, Priority::Low)), None, "it is over");
}

#[test]
fn a_record_and_a_checklist_are_rows_before_the_server_has_them() {
    let content = RecordContent::Note { step: None, text: " Kaca buram ".into() };
    let (record, at) = (WorkRecordId(uuid::Uuid::nil()), UtcMillis(8_000));
    let add = Operation::AddWorkRecord(NewWorkRecord { record, order: order(), meter: meter(), at, content });
    let body = new_row(&add, BY).expect("a row");
    let row: WorkRecord = serde_json::from_str(&body).expect("JSON");
    assert_eq!((row.at, row.content), (at, RecordContent::Note { step: None, text: "Kaca buram".into() }));
    assert_eq!(overlay(&body, &add), None, "it is never there twice");
    let version = TemplateVersion { id: WorkTemplateId(uuid::Uuid::nil()), version: 3 };
    let template = Box::new(domain::maintenance::built_in::built_in(WorkKind::Repair));
    let put = Operation::PutWorkTemplate(NewWorkTemplate { version, template: template.clone() });
    let row: WorkTemplate = serde_json::from_str(&new_row(&put, BY).expect("a row")).expect("JSON");
    assert_eq!((row.names(), row.content, put.row().1), (version, *template, version.row_id().to_string()));
    assert_eq!(row.by, "", "as the server's row has it");
}
