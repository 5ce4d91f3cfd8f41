//! Overlays of work: what a technician does without a network shows at once, as it will on the server.

use crate::overlay::{Author, with_fields};
use domain::UtcMillis;
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::{MOST_TURNS, Progress, Turn, Window, WorkStage, WorkStep, clean_text};
use protocol::sync::push::Operation;
use protocol::sync::rows::{Person, WorkOrder, WorkRecord, WorkTemplate, WorkTurn};
use protocol::sync::work::{NewWorkRecord, NewWorkTemplate};
use serde_json::json;

/// Work as it is announced.
pub(crate) fn planned(operation: &Operation, by: Author<'_>) -> Option<String> {
    let Operation::PlanWork { order, meter, work, from, until, technician, text, priority, template, minutes } = operation else {
        return None;
    };
    let row = WorkOrder {
        id: *order,
        meter: *meter,
        work: *work,
        state: Progress::default().state(),
        from: *from,
        until: *until,
        technician: technician.clone(),
        text: clean_text(text).ok()?,
        author: by.name.to_owned(),
        at: by.at,
        begun_at: None,
        begun_by: String::new(),
        completed_at: None,
        completed_by: String::new(),
        cancelled_at: None,
        minutes: *minutes,
        schedule: String::new(),
        priority: *priority,
        template: *template,
        turns: Vec::new(),
        review: Vec::new(),
    };
    serde_json::to_string(&row).ok()
}

/// A record as it is added.
pub(crate) fn recorded(new: &NewWorkRecord, by: Author<'_>) -> Option<String> {
    let row = WorkRecord {
        id: new.record,
        order: new.order,
        meter: new.meter,
        at: new.at,
        author: by.name.to_owned(),
        by: by.id,
        content: new.content.clone().clean().ok()?,
        review: Vec::new(),
    };
    serde_json::to_string(&row).ok()
}

/// A version of a checklist as it is kept.
pub(crate) fn kept(new: &NewWorkTemplate, by: Author<'_>) -> Option<String> {
    let row = WorkTemplate {
        id: new.version.row_id(),
        template: new.version.id,
        version: new.version.version,
        content: (*new.template).clone().clean().ok()?,
        by: String::new(),
        at: by.at,
    };
    serde_json::to_string(&row).ok()
}

/// A work order with what an operation makes of it; `None` if it stays as it is.
pub(crate) fn changed(body: &str, operation: &Operation) -> Option<String> {
    let row: WorkOrder = serde_json::from_str(body).ok()?;
    match operation {
        // When an order was cancelled is the server's to say: until then its state alone shows it.
        Operation::CancelWork { .. } => {
            let state = row.progress().with(WorkStep::Cancelled, UtcMillis(i64::MAX)).state();
            with_fields(body, &json!({ "state": state }), std::iter::once("state"))
        }
        Operation::MoveWork { was, from, until, .. } => moved(body, &row, (*was, Window { from: *from, until: *until })),
        Operation::AssignWork { to, .. } => assigned(body, &row, to.as_ref()),
        Operation::BeginWork { at, .. } => turned(body, row, Turn::Going, (*at, "")),
        Operation::ResumeWork(moment) => turned(body, row, Turn::Going, (moment.at, "")),
        Operation::HoldWork(moment) => turned(body, row, Turn::Held, (moment.at, "")),
        Operation::DeferWork(deferral) => {
            turned(body, row, Turn::Deferred(deferral.reason), (deferral.at, deferral.text.as_str()))
        }
        Operation::CompleteWork { at, .. } => completed(body, &row, *at),
        Operation::SetWorkPriority(change) => pressing(body, &row, (change.was, change.to)),
        _ => None,
    }
}

/// Whether nobody has begun it, or it is to be begun again: then it can be moved and given to somebody else.
fn is_to_be_begun(row: &WorkOrder) -> bool {
    matches!(row.stage(), WorkStage::Scheduled | WorkStage::Assigned | WorkStage::Deferred)
}

/// In another window. Where somebody else has moved it meanwhile, or it has begun, that stands.
fn moved(body: &str, row: &WorkOrder, (was, to): (UtcMillis, Window)) -> Option<String> {
    let moves = is_to_be_begun(row) && row.from == was && row.window() != to;
    let to = json!({ "from": to.from, "until": to.until });
    if moves { with_fields(body, &to, ["from", "until"].into_iter()) } else { None }
}

/// With somebody else who is to do it. One that has begun stays whose it is.
fn assigned(body: &str, row: &WorkOrder, to: Option<&Person>) -> Option<String> {
    let whose = json!({ "technician": to });
    if is_to_be_begun(row) { with_fields(body, &whose, std::iter::once("technician")) } else { None }
}

/// Of another priority. Where somebody else has said another one meanwhile, or it is over, that stands.
fn pressing(body: &str, row: &WorkOrder, (was, to): (Priority, Priority)) -> Option<String> {
    let is_said = row.state.is_open() && row.priority == was && was != to;
    if is_said { with_fields(body, &json!({ "priority": to }), std::iter::once("priority")) } else { None }
}

/// Done at an instant, as its technician says.
fn completed(body: &str, row: &WorkOrder, at: UtcMillis) -> Option<String> {
    let progress = row.progress().with(WorkStep::Completed, at);
    // What was cancelled on this device and is not at the server yet shows as it is there.
    let after = json!({ "state": progress.state(), "completed_at": progress.completed_at });
    with_fields(body, &after, ["state", "completed_at"].into_iter())
}

/// With a turn that it took at an instant, as its technician says. Turns that the row has keep who said so and what is written about them.
fn turned(body: &str, row: WorkOrder, turn: Turn, (at, text): (UtcMillis, &str)) -> Option<String> {
    let progress = row.progress().turned(turn, at);
    let text = clean_text(text).ok()?;
    let mut turns = row.turns;
    if !turns.iter().any(|known| (known.at, known.what()) == (at, turn)) {
        turns.push(WorkTurn { at, turn: turn.kind(), reason: turn.reason(), text, by: String::new() });
        turns.sort_by_key(|turn| (turn.at, turn.what()));
        turns.truncate(MOST_TURNS);
    }
    // What was cancelled on this device and is not at the server yet shows as it is there.
    let after = json!({ "state": progress.state(), "begun_at": progress.begun_at, "turns": turns });
    with_fields(body, &after, ["state", "begun_at", "turns"].into_iter())
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
