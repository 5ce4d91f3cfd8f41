//! Work orders in a simulation: whoever is an admin, or was one, announces work, begins, holds, puts off, completes, moves, assigns or cancels what
//! their device shows, records things under it, and keeps checklists. What technicians do is in `field`.

use super::beginning::PART;
use super::device::Device;
use super::pictures;
use super::server::{METERS, id, user};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::maintenance::priority::Priority;
use domain::maintenance::record::{PartSource, RecordContent, StepValue};
use domain::maintenance::template::{Step, StepKind, StepNo, Template, TemplateVersion};
use domain::maintenance::work_order::{DeferReason, WorkKind};
use domain::{BlobId, MeterId, UtcMillis, WorkOrderId, WorkRecordId, WorkTemplateId};
use protocol::sync::push::Operation;
use protocol::sync::rows::{Person, WorkOrder, WorkTemplate};
use protocol::sync::work::{NewWorkRecord, NewWorkTemplate, WorkDeferral, WorkMoment, WorkPriorityChange};
use serde::de::DeserializeOwned;

/// Checklists of which people keep versions.
const CHECKLISTS: u128 = 2;

/// Something about work at a meter.
pub fn operation(device: &Device, pick: u32, now: UtcMillis) -> Option<Operation> {
    if (pick / 16).is_multiple_of(4) {
        return Some(planned(device, pick, now, (Priority::Normal, None)));
    }
    let WorkOrder { id: order, meter, .. } = shown(device, pick)?;
    Some(match pick / 16 % 4 {
        1 => Operation::BeginWork { order, meter, at: now },
        2 => Operation::CompleteWork { order, meter, at: now },
        _ => Operation::CancelWork { order, meter },
    })
}

/// Work that is announced at one of the meters.
fn planned(device: &Device, pick: u32, now: UtcMillis, (priority, template): (Priority, Option<TemplateVersion>)) -> Operation {
    let order = WorkOrderId(id(u128::from(210 + device.number), u128::from(pick)));
    let meter = MeterId(id(5, u128::from(pick >> 8) % METERS));
    let work = WorkKind::ALL[pick as usize / 64 % WorkKind::ALL.len()];
    let (from, until, text, technician, minutes) = (now, now.plus(HOUR_MS), String::new(), None, None);
    Operation::PlanWork { order, meter, work, from, until, technician, text, priority, template, minutes }
}

/// What people do under orders beside beginning and ending them, what admins say of them, and checklists.
pub fn at_work(device: &Device, pick: u32, now: UtcMillis) -> Option<Operation> {
    let choice = pick % 16;
    if choice == 0 {
        return Some(checklist(device, pick));
    }
    let priority = Priority::ALL[pick as usize / 16 % Priority::ALL.len()];
    let Some(WorkOrder { id: order, meter, priority: was, .. }) = shown(device, pick).filter(|_| choice > 2) else {
        return Some(planned(device, pick, now, (priority, newest_checklist(device, pick))));
    };
    let moment = WorkMoment { order, meter, at: now };
    Some(match choice {
        3 | 4 => Operation::HoldWork(moment),
        5 | 6 => Operation::ResumeWork(moment),
        7 => {
            let reason = DeferReason::ALL[pick as usize / 16 % DeferReason::ALL.len()];
            Operation::DeferWork(WorkDeferral { order, meter, at: now, reason, text: String::new() })
        }
        8 => Operation::SetWorkPriority(WorkPriorityChange { order, meter, was, to: priority }),
        9 | 10 => Operation::AssignWork { order, meter, to: Some(Person { id: user(2), name: String::new() }) },
        _ => {
            let record = WorkRecordId(id(u128::from(220 + device.number), u128::from(pick)));
            Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at: now, content: content(device, pick, now) })
        }
    })
}

/// Something that is recorded; mostly a picture.
fn content(device: &Device, pick: u32, taken_at: UtcMillis) -> RecordContent {
    match pick / 16 % 4 {
        0 if pick.is_multiple_of(3) => {
            let (name, serial, from) = (PART.to_uppercase(), String::new(), PartSource::Van);
            RecordContent::Part { step: None, name, serial, count: 1, from }
        }
        0 => RecordContent::Arrival,
        1 => RecordContent::Answer { step: StepNo(1), value: StepValue::YesNo { yes: pick.is_multiple_of(32) } },
        _ => RecordContent::Photo { step: None, blob: pictures::name(device.number, pick), taken_at, position: None },
    }
}

/// The picture that an operation names.
pub fn picture(operation: &Operation) -> Option<BlobId> {
    match operation {
        Operation::AddWorkRecord(new) => new.content.blob(),
        _ => None,
    }
}

/// The next version of one of a few checklists, as far as the device knows.
fn checklist(device: &Device, pick: u32) -> Operation {
    let template = WorkTemplateId(id(10, u128::from(pick >> 8) % CHECKLISTS));
    let versions = checklists(device).into_iter().filter(|shown| shown.template == template);
    let version = versions.map(|shown| shown.version).max().unwrap_or(0) + 1;
    let step = Step { no: StepNo(1), label: "Segel utuh".into(), what: StepKind::YesNo, optional: false };
    let name = format!("v{}-{}", device.number, pick % 9_973);
    let content = Template { name, work: None, steps: vec![step], retired: pick.is_multiple_of(64) };
    let version = TemplateVersion { id: template, version };
    Operation::PutWorkTemplate(NewWorkTemplate { version, template: Box::new(content) })
}

/// One of the checklists that the device shows, now and then.
fn newest_checklist(device: &Device, pick: u32) -> Option<TemplateVersion> {
    checklists(device).last().map(WorkTemplate::names).filter(|_| pick.is_multiple_of(2))
}

/// The checklists that the device shows.
fn checklists(device: &Device) -> Vec<WorkTemplate> {
    rows(device, "SELECT body FROM work_template ORDER BY id")
}

/// Other plans for work that the device shows: an hour on, a day on, or for nobody in particular.
pub fn planned_anew(device: &Device, pick: u32) -> Option<Operation> {
    let WorkOrder { id: order, meter, from: was, until, .. } = shown(device, pick)?;
    let on = |by| Operation::MoveWork { order, meter, was, from: was.plus(by), until: until.plus(by) };
    Some(match pick / 16 % 4 {
        0 | 1 => on(HOUR_MS),
        2 => on(DAY_MS),
        _ => Operation::AssignWork { order, meter, to: None },
    })
}

/// One of the orders that the device shows.
fn shown(device: &Device, pick: u32) -> Option<WorkOrder> {
    let shown = orders(device);
    shown.get((pick >> 8) as usize % shown.len().max(1)).cloned()
}

/// The orders that the device shows.
pub(super) fn orders(device: &Device) -> Vec<WorkOrder> {
    rows(device, "SELECT body FROM work_order ORDER BY id")
}

/// The rows that the device shows, by a query of their bodies.
pub(super) fn rows<R: DeserializeOwned>(device: &Device, sql: &str) -> Vec<R> {
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare(sql)?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let shown = device.store.as_ref().and_then(|store| store.read_now(list).ok()).unwrap_or_default();
    shown.iter().filter_map(|body| serde_json::from_str(body).ok()).collect()
}
