//! Rules broken on purpose, to see that the checks find it; and what crosses the wire.
//!
//! Nothing of this is in the product: each rule is broken between its two ends, on what they say to each other.

use super::exchange::Question;
use super::model::Model;
use super::server::{Reply, user};
use super::world::{Content, Message, World};
use super::{checks, seen};
use domain::{AnnouncementId, ConnectionId};
use engine::device::Answer;
use engine::pull::Ask;
use protocol::sync::pull::{Change, Kind};
use protocol::sync::push::{Operation, OperationEnvelope, OperationResult, Outcome, Push, Pushed};
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use uuid::Uuid;

/// A rule that is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// A device takes silence for an acknowledgement.
    DroppedAck,
    /// The server forgets what it has decided, and does it again.
    DoubleApply,
    /// A change is left out, and the cursor goes on.
    SkippedCursor,
    /// The server answers as if the caller were an admin.
    LeakedRow,
    /// That a row went is not said.
    LostTombstone,
    /// What an import adds is sent once more, under identities of its own.
    DoubledRow,
    /// A message to many customers is sent once more, under an identity of its own.
    DoubledMessage,
    /// A connection that went over to another customer is still said to be of the one who is gone.
    OldCustomer,
    /// A part of a picture is said to be there, and is not.
    LostPart,
    /// What is done under an order that is somebody else's is said to be taken, and is not.
    DroppedWork,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::DroppedAck,
        Self::DoubleApply,
        Self::SkippedCursor,
        Self::LeakedRow,
        Self::LostTombstone,
        Self::DoubledRow,
        Self::DoubledMessage,
        Self::OldCustomer,
        Self::LostPart,
        Self::DroppedWork,
    ];
}

/// Asks the server for a reader, as the simulation has it.
pub fn read(world: &mut World, device: u8, ask: &Ask) -> Reply {
    let asker =
        if world.sabotage == Some(Sabotage::LeakedRow) && device == 2 && world.mono.is_multiple_of(3) { 0 } else { device };
    let mut reply = world.server.read(asker, ask);
    if let Reply::Read(answer) = &mut reply {
        if let Answer::Pulled(pulled) = answer.as_mut() {
            match world.sabotage {
                Some(Sabotage::LostTombstone) => pulled.changes.retain(|change| change.kind != Kind::Remove),
                Some(Sabotage::SkippedCursor) if pulled.changes.len() > 1 => drop(pulled.changes.remove(0)),
                _ => {}
            }
        }
        if let Err(broken) = checks::of_answer(world, device, answer) {
            world.found = Some(broken);
        }
        if world.sabotage == Some(Sabotage::OldCustomer) {
            rows_of(answer).iter_mut().for_each(|row| name_old_customer(&world.server.model, row));
        }
        of_a_newer_server(answer);
    }
    reply
}

fn rows_of(answer: &mut Answer) -> &mut [Change] {
    match answer {
        Answer::Pulled(pulled) => &mut pulled.changes,
        Answer::Page(page) => &mut page.rows,
        Answer::Manifest(_) | Answer::NotFound => &mut [],
    }
}

/// Every row says something that no device of today knows.
fn of_a_newer_server(answer: &mut Answer) {
    rows_of(answer).iter_mut().for_each(add_field);
}

/// A connection that went over to another customer says whose it was before.
fn name_old_customer(model: &Model, change: &mut Change) {
    let before = model.merged.iter().find(|(_, connections)| connections.contains(&change.id));
    let (Some((gone, _)), Some(place)) = (before, model.places.get(&change.id)) else { return };
    let Some(body) = &mut change.body else { return };
    let text = body.get().replace(&place.customer.to_string(), gone);
    *body = RawValue::from_string(text).or_else(|_| to_raw_value(&())).expect("JSON");
}

fn add_field(change: &mut Change) {
    let Some(body) = &mut change.body else { return };
    let Some(text) = body.get().strip_suffix('}') else { return };
    let text = format!("{text},\"of_a_newer_server\":\"{}\"}}", change.id);
    *body = RawValue::from_string(text).or_else(|_| to_raw_value(&())).expect("JSON");
}

/// Before operations are taken; says which are.
pub fn before_push<'p>(world: &World, device: u8, push: &'p Push) -> Cow<'p, Push> {
    if world.sabotage == Some(Sabotage::DroppedWork) {
        let mut less = push.clone();
        less.ops.retain(|op| !is_at_an_order_of_others(&world.server.model, device, op));
        return Cow::Owned(less);
    }
    let doubling: Option<fn(&OperationEnvelope) -> Option<OperationEnvelope>> = match world.sabotage {
        Some(Sabotage::DoubledRow) => Some(doubled_row),
        Some(Sabotage::DoubledMessage) => Some(doubled_message),
        _ => None,
    };
    if let Some(once_more) = doubling {
        let mut doubled = push.clone();
        doubled.ops.extend(push.ops.iter().filter_map(once_more));
        return Cow::Owned(doubled);
    }
    if world.sabotage == Some(Sabotage::DoubleApply)
        && let Some(db) = &world.server.db
    {
        for op in &push.ops {
            let _ = db.execute("DELETE FROM op_result WHERE op_id = ?1", [op.id.as_bytes()]);
        }
    }
    Cow::Borrowed(push)
}

/// After operations were taken: what was dropped is said to be applied.
pub fn after_push(world: &World, push: &Push, reply: &mut Reply) {
    let (Some(Sabotage::DroppedWork), Reply::Pushed(pushed)) = (world.sabotage, reply) else { return };
    for op in &push.ops {
        if !pushed.results.iter().any(|result| result.id == op.id) {
            let outcome = Outcome::Applied { conflicts: vec![] };
            pushed.results.push(OperationResult { id: op.id, duplicate: false, outcome });
        }
    }
}

/// Whether an operation is what somebody did under an order that is to be done by somebody else.
fn is_at_an_order_of_others(model: &Model, device: u8, op: &OperationEnvelope) -> bool {
    let order = match Operation::read(op.v, &op.operation) {
        Ok(Operation::BeginWork { order, .. } | Operation::CompleteWork { order, .. }) => order,
        Ok(Operation::HoldWork(moment) | Operation::ResumeWork(moment)) => moment.order,
        Ok(Operation::DeferWork(deferral)) => deferral.order,
        Ok(Operation::AddWorkRecord(new)) => new.order,
        _ => return false,
    };
    model.is_others(&order.to_string(), user(device).0)
}

/// A connection of an import once more, as if its identity did not follow from its row.
fn doubled_row(op: &OperationEnvelope) -> Option<OperationEnvelope> {
    let operation = Operation::read(op.v, &op.operation).ok()?;
    let Operation::AddConnection { connection, customer, zone, fields } = operation else { return None };
    let connection = ConnectionId(again(connection.0));
    another(op, &Operation::AddConnection { connection, customer, zone, fields })
}

/// A message once more, as if each try had an identity of its own.
fn doubled_message(op: &OperationEnvelope) -> Option<OperationEnvelope> {
    let operation = Operation::read(op.v, &op.operation).ok()?;
    let Operation::SendAnnouncement { announcement, words, customers } = operation else { return None };
    let announcement = AnnouncementId(again(announcement.0));
    another(op, &Operation::SendAnnouncement { announcement, words, customers })
}

fn again(id: Uuid) -> Uuid {
    Uuid::new_v5(&id, b"again")
}

/// The same envelope around another operation.
fn another(op: &OperationEnvelope, operation: &Operation) -> Option<OperationEnvelope> {
    Some(OperationEnvelope { id: again(op.id), operation: to_raw_value(operation).ok()?, ..op.clone() })
}

/// After a message was lost.
pub fn lost(world: &mut World, message: &Message) {
    let Content::Reply(reply) = &message.content else { return };
    if world.sabotage != Some(Sabotage::DroppedAck) || !matches!(**reply, Reply::Pushed(_)) {
        return;
    }
    let device = &mut world.devices[usize::from(message.device)];
    let Some((number, Question::Push(push))) = &device.pushed else { return };
    let results = push.ops.iter().map(|op| OperationResult {
        id: op.id,
        duplicate: false,
        outcome: Outcome::Applied { conflicts: vec![] },
    });
    let pushed = Pushed { results: results.collect(), server_time: world.server.now, epoch: u64::MAX };
    let (number, reply) = (*number, Reply::Pushed(pushed));
    let _ = device.receive(number, &reply, world.mono, world.server.now, &mut world.counts);
    seen(&mut world.counts.faults, "silence taken for an acknowledgement");
}

/// Bytes of a question on the wire.
pub fn size_of_question(question: &Question) -> usize {
    match question {
        Question::Push(push) => push.ops.iter().map(|op| op.operation.get().len() + 200).sum(),
        Question::Read(_) => 200,
    }
}

/// Bytes of an answer on the wire.
pub fn size_of_reply(reply: &Reply) -> usize {
    let of_rows = |rows: &[Change]| rows.iter().map(|row| 200 + row.body.as_ref().map_or(0, |body| body.get().len())).sum();
    match reply {
        Reply::Read(answer) => match answer.as_ref() {
            Answer::Pulled(pulled) => of_rows(&pulled.changes),
            Answer::Page(page) => of_rows(&page.rows),
            Answer::Manifest(manifest) => 100 * manifest.chunks.len(),
            Answer::NotFound => 100,
        },
        Reply::Pushed(pushed) => 150 * pushed.results.len(),
        Reply::Unauthenticated | Reply::Fault => 100,
    }
}
