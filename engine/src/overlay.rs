//! Overlays: a row with an operation over it that the server has not answered yet, by the same rule that the server will apply.
//!
//! Only the fields that the operation changes are written into the body as it was received, so that what a newer server added stays.

use crate::{template, tip, view, visit, work};
use domain::alerts::case::{CaseAnswer, standing};
use domain::field::meter_swap::Swap;
use domain::metering::meter::{Capability, LifeCycle};
use domain::people::Customer;
use domain::sync::edit::{
    ConnectionField, ConnectionRecord, CustomerField, Editable, NoteField, NoteRecord, Patch, ProfileField, ProfileRecord,
    filled, merge,
};
use domain::{UserId, UtcMillis};
use protocol::sync::push::Operation;
use protocol::sync::rows::{Connection, ManualReading, Meter, MeterCase, MeterSwap, Note, Profile};
use serde_json::{Map, Value};

/// Who made an operation and when, as the row that it makes shows it.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The author's name.
    pub name: &'a str,
    /// The author, where this device knows.
    pub id: Option<UserId>,
    /// When it was made, by the author's clock.
    pub at: UtcMillis,
}

/// The row that an operation makes before the server has it; `None` if it makes none.
pub fn new_row(operation: &Operation, by: Author<'_>) -> Option<String> {
    match operation {
        Operation::AddNote { .. } => noted(operation, by),
        Operation::RecordReading { reading, meter, at, register, photo, explained } => serde_json::to_string(&ManualReading {
            id: *reading,
            meter: *meter,
            at: *at,
            register: *register,
            photo: *photo,
            author: by.name.to_owned(),
            review: Vec::new(),
            explained: explained.clone(),
        })
        .ok(),
        Operation::AddCustomer { customer, number, fields } => {
            let record = filled(Customer::new(*customer, number.clone()), &CustomerField::ALL, fields).ok()?;
            serde_json::to_string(&record).ok()
        }
        Operation::SwapMeter(swap) => swapped(swap, by),
        Operation::AddConnection { .. } => connected(operation),
        Operation::AddMeter { .. } => registered(operation),
        Operation::PlanWork { .. } => work::planned(operation, by),
        Operation::AddWorkRecord(new) => work::recorded(new, by),
        Operation::PutWorkTemplate(new) => work::kept(new, by),
        Operation::PutReportTemplate { .. } => template::kept(operation, by),
        Operation::PutView { .. } => view::kept(operation),
        Operation::MarkTip { .. } => tip::marked(operation),
        Operation::EditCustomer { .. }
        | Operation::TakeBackCustomer { .. }
        | Operation::EditConnection { .. }
        | Operation::MergeCustomers(_)
        | Operation::MoveConnection { .. }
        | Operation::DecideConflict { .. }
        | Operation::EditNote { .. }
        | Operation::TakeBackNote { .. }
        | Operation::EditProfile { .. }
        | Operation::AnswerCase { .. }
        | Operation::AddOpening { .. }
        | Operation::TakeBackOpening { .. }
        | Operation::SendAnnouncement { .. }
        | Operation::AssignMeterCase { .. }
        | Operation::CancelWork { .. }
        | Operation::MoveWork { .. }
        | Operation::AssignWork { .. }
        | Operation::MoveVisit(_)
        | Operation::BeginWork { .. }
        | Operation::CompleteWork { .. }
        | Operation::HoldWork(_)
        | Operation::ResumeWork(_)
        | Operation::DeferWork(_)
        | Operation::SetWorkPriority(_)
        | Operation::ExportMade { .. }
        | Operation::RemoveReportTemplate { .. }
        | Operation::RemoveView { .. } => None,
    }
}

/// A note as it is added.
fn noted(operation: &Operation, by: Author<'_>) -> Option<String> {
    let Operation::AddNote { note, meter, text } = operation else { return None };
    let row = Note {
        id: *note,
        meter: *meter,
        text: domain::field::field_record::clean_note(text).ok()?,
        author: by.name.to_owned(),
        at: by.at,
        review: Vec::new(),
        by: by.id,
        edited_at: None,
        taken_back: false,
    };
    serde_json::to_string(&row).ok()
}

/// A swap as its author says it. Both meters stay as they are until the server has entered it: whose serial number the new one is, and so which
/// meter, is the server's to say.
fn swapped(swap: &Swap, by: Author<'_>) -> Option<String> {
    let Swap { swap: id, meter, at, serial, model, final_register, final_photo, .. } = swap.clone();
    let row = MeterSwap {
        id,
        meter,
        old: meter,
        old_serial: String::new(),
        serial,
        model,
        entered: false,
        at,
        final_register,
        final_photo,
        first_register: swap.first_register,
        first_photo: swap.first_photo,
        old_seal: swap.old_seal.clone(),
        new_seal: swap.new_seal.clone(),
        order: swap.order,
        author: by.name.to_owned(),
        review: Vec::new(),
    };
    serde_json::to_string(&row).ok()
}

/// A connection as it is added.
fn connected(operation: &Operation) -> Option<String> {
    let Operation::AddConnection { connection, customer, zone, fields } = operation else { return None };
    let record = filled(ConnectionRecord::default(), &ConnectionField::ALL, fields).ok()?;
    let ConnectionRecord { label, address, kind, tariff_class, position } = record;
    let (id, customer, zone) = (*connection, *customer, *zone);
    let row = Connection { id, customer, zone, kind, label, address, tariff_class, position, meter: None };
    serde_json::to_string(&row).ok()
}

/// A meter as it is registered.
fn registered(operation: &Operation) -> Option<String> {
    let Operation::AddMeter { meter, connection, serial, model, .. } = operation else { return None };
    let row = Meter {
        id: *meter,
        serial: serial.clone(),
        model: model.clone(),
        capability: Capability::HOUSEHOLD,
        life_cycle: LifeCycle::Active,
        interval_s: Meter::INTERVAL_S,
        firmware: None,
        connection: Some(*connection),
        zone: None,
        inflow: None,
    };
    serde_json::to_string(&row).ok()
}

/// The body with the operation over it; `None` if the operation leaves it as it is, or does not fit it.
pub fn overlay(body: &str, operation: &Operation) -> Option<String> {
    match operation {
        Operation::EditCustomer { patch, .. } => {
            let mut record: Customer = serde_json::from_str(body).ok()?;
            let changed = edited(&mut record, patch);
            with_fields(body, &serde_json::to_value(&record).ok()?, changed.into_iter().map(CustomerField::as_str))
        }
        Operation::EditConnection { patch, .. } => edited_connection(body, patch),
        // Where somebody else has moved it meanwhile, theirs stands.
        Operation::MoveConnection { from, to, .. } => {
            let row: Connection = serde_json::from_str(body).ok()?;
            let moves = row.zone == *from && from != to;
            moves.then(|| with_fields(body, &serde_json::json!({ "zone": to }), std::iter::once("zone"))).flatten()
        }
        Operation::DecideConflict { keep, .. } => {
            with_fields(body, &serde_json::json!({ "decided": keep }), std::iter::once("decided"))
        }
        Operation::EditProfile { patch, .. } => {
            let row: Profile = serde_json::from_str(body).ok()?;
            let mut record = ProfileRecord { name: row.name.clone(), phone: row.phone.clone(), language: row.language };
            let changed = edited(&mut record, patch);
            let ProfileRecord { name, phone, language } = record;
            let row = Profile { name, phone, language, ..row };
            with_fields(body, &serde_json::to_value(&row).ok()?, changed.into_iter().map(ProfileField::as_str))
        }
        Operation::EditNote { patch, .. } => {
            let row: Note = serde_json::from_str(body).ok()?;
            let mut record = NoteRecord { text: row.text };
            let changed = edited(&mut record, patch);
            let mended = serde_json::json!({ "text": record.text });
            with_fields(body, &mended, changed.into_iter().map(NoteField::as_str))
        }
        Operation::TakeBackNote { .. } => {
            with_fields(body, &serde_json::json!({ "taken_back": true }), std::iter::once("taken_back"))
        }
        Operation::AnswerCase { answer, .. } => answered(body, *answer),
        Operation::AssignMeterCase { to, .. } => {
            with_fields(body, &serde_json::json!({ "assigned": to }), std::iter::once("assigned"))
        }
        Operation::CancelWork { .. }
        | Operation::MoveWork { .. }
        | Operation::AssignWork { .. }
        | Operation::BeginWork { .. }
        | Operation::CompleteWork { .. }
        | Operation::HoldWork(_)
        | Operation::ResumeWork(_)
        | Operation::DeferWork(_)
        | Operation::SetWorkPriority(_) => work::changed(body, operation),
        Operation::MoveVisit(said) => visit::moved(body, said),
        Operation::PutReportTemplate { before: Some(before), after, .. } => template::put(body, before, after),
        Operation::PutView { .. } => view::put(body, operation),
        Operation::MarkTip { mark, .. } => tip::marked_again(body, *mark),
        // The row is there: the server's version is shown, and never twice.
        Operation::AddNote { .. }
        | Operation::RecordReading { .. }
        | Operation::SwapMeter(_)
        | Operation::AddCustomer { .. }
        | Operation::AddConnection { .. }
        | Operation::AddMeter { .. }
        | Operation::PlanWork { .. }
        | Operation::AddWorkRecord(_)
        | Operation::PutWorkTemplate(_)
        | Operation::PutReportTemplate { before: None, .. } => None,
        // The whole row is taken off by whoever keeps it.
        Operation::TakeBackCustomer { .. } | Operation::RemoveReportTemplate { .. } | Operation::RemoveView { .. } => None,
        // The one has no row, the other makes rows of others.
        Operation::ExportMade { .. } | Operation::SendAnnouncement { .. } => None,
        // Money is never shown before the server has it.
        Operation::AddOpening { .. } | Operation::TakeBackOpening { .. } => None,
        // Both are shown until the server has merged them: it may know of something that stands in the way.
        Operation::MergeCustomers(_) => None,
    }
}

/// A case to which something is said.
fn answered(body: &str, answer: CaseAnswer) -> Option<String> {
    let row: MeterCase = serde_json::from_str(body).ok()?;
    let said = (answer != CaseAnswer::NotNormal).then(|| answer.status());
    let status = standing(said, row.cleared_at.is_some());
    let said = serde_json::json!({ "status": status, "normal_until": null });
    // What is not normal any more is not so on this device either.
    let fields = if answer == CaseAnswer::NotNormal { &["status", "normal_until"][..] } else { &["status"] };
    with_fields(body, &said, fields.iter().copied())
}

/// A connection with an edit of its fields over it.
fn edited_connection(body: &str, patch: &Patch<ConnectionField>) -> Option<String> {
    let row: Connection = serde_json::from_str(body).ok()?;
    let mut record = ConnectionRecord {
        label: row.label.clone(),
        address: row.address.clone(),
        kind: row.kind,
        tariff_class: row.tariff_class,
        position: row.position,
    };
    let changed = edited(&mut record, patch);
    let ConnectionRecord { label, address, kind, tariff_class, position } = record;
    let row = Connection { label, address, kind, tariff_class, position, ..row };
    with_fields(body, &serde_json::to_value(&row).ok()?, changed.into_iter().map(ConnectionField::as_str))
}

/// Merges; the server refuses what cannot be merged, so it changes nothing here.
fn edited<E: Editable>(record: &mut E, patch: &Patch<E::Field>) -> Vec<E::Field> {
    merge(record, patch).map_or(Vec::new(), |merged| merged.changed.into_iter().map(|(field, _)| field).collect())
}

pub(crate) fn with_fields<'f>(body: &str, from: &Value, fields: impl Iterator<Item = &'f str>) -> Option<String> {
    let mut row: Map<String, Value> = serde_json::from_str(body).ok()?;
    let mut any = false;
    for field in fields {
        // A field that is nothing may not be there at all.
        row.insert(field.to_owned(), from.get(field).cloned().unwrap_or(Value::Null));
        any = true;
    }
    any.then(|| Value::Object(row).to_string())
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
