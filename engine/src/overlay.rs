//! Overlays: a row with an operation over it that the server has not answered yet, by the same rule that the server will apply.
//!
//! Only the fields that the operation changes are written into the body as it was received, so that what a newer server added stays.

use domain::alerts::case::{CaseAnswer, standing};
use domain::maintenance::work_order::{Progress, Window, WorkState, WorkStep, clean_text};
use domain::metering::meter::{Capability, LifeCycle};
use domain::people::Customer;
use domain::sync::edit::{
    ConnectionField, ConnectionRecord, CustomerField, Editable, NoteField, NoteRecord, Patch, ProfileField, ProfileRecord,
    filled, merge,
};
use domain::{UserId, UtcMillis};
use protocol::sync::push::Operation;
use protocol::sync::rows::{Connection, ManualReading, Meter, MeterCase, Note, Person, Profile, WorkOrder};
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
        Operation::AddNote { note, meter, text } => {
            let text = domain::field::field_record::clean_note(text).ok()?;
            serde_json::to_string(&Note {
                id: *note,
                meter: *meter,
                text,
                author: by.name.to_owned(),
                at: by.at,
                review: Vec::new(),
                by: by.id,
                edited_at: None,
                taken_back: false,
            })
            .ok()
        }
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
        Operation::AddConnection { connection, customer, zone, fields } => {
            let record = filled(ConnectionRecord::default(), &ConnectionField::ALL, fields).ok()?;
            let ConnectionRecord { label, address, kind, tariff_class, position } = record;
            let (id, customer, zone) = (*connection, *customer, *zone);
            let row = Connection { id, customer, zone, kind, label, address, tariff_class, position, meter: None };
            serde_json::to_string(&row).ok()
        }
        Operation::AddMeter { meter, connection, serial, model, .. } => serde_json::to_string(&Meter {
            id: *meter,
            serial: serial.clone(),
            model: model.clone(),
            capability: Capability::HOUSEHOLD,
            life_cycle: LifeCycle::Active,
            interval_s: Meter::INTERVAL_S,
            firmware: None,
            connection: Some(*connection),
            zone: None,
        })
        .ok(),
        Operation::PlanWork { .. } => planned(operation, by),
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
        | Operation::BeginWork { .. }
        | Operation::CompleteWork { .. }
        | Operation::ExportMade { .. } => None,
    }
}

/// Work as it is announced.
fn planned(operation: &Operation, by: Author<'_>) -> Option<String> {
    let Operation::PlanWork { order, meter, work, from, until, technician, text } = operation else { return None };
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
        minutes: None,
        schedule: String::new(),
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
        Operation::AnswerCase { answer, .. } => {
            let row: MeterCase = serde_json::from_str(body).ok()?;
            let said = (*answer != CaseAnswer::NotNormal).then(|| answer.status());
            let status = standing(said, row.cleared_at.is_some());
            let said = serde_json::json!({ "status": status, "normal_until": null });
            // What is not normal any more is not so on this device either.
            let fields = if *answer == CaseAnswer::NotNormal { &["status", "normal_until"][..] } else { &["status"] };
            with_fields(body, &said, fields.iter().copied())
        }
        Operation::AssignMeterCase { to, .. } => {
            with_fields(body, &serde_json::json!({ "assigned": to }), std::iter::once("assigned"))
        }
        // When an order was cancelled is the server's to say: until then its state alone shows it.
        Operation::CancelWork { .. } => {
            let row: WorkOrder = serde_json::from_str(body).ok()?;
            let state = row.progress().with(WorkStep::Cancelled, UtcMillis(i64::MAX)).state();
            with_fields(body, &serde_json::json!({ "state": state }), std::iter::once("state"))
        }
        Operation::MoveWork { was, from, until, .. } => moved_work(body, *was, Window { from: *from, until: *until }),
        Operation::AssignWork { to, .. } => assigned_work(body, to.as_ref()),
        Operation::BeginWork { at, .. } => at_work(body, WorkStep::Begun, *at),
        Operation::CompleteWork { at, .. } => at_work(body, WorkStep::Completed, *at),
        // The row is there: the server's version is shown, and never twice.
        Operation::AddNote { .. }
        | Operation::RecordReading { .. }
        | Operation::AddCustomer { .. }
        | Operation::AddConnection { .. }
        | Operation::AddMeter { .. }
        | Operation::PlanWork { .. } => None,
        // The whole row is taken off by whoever keeps it.
        Operation::TakeBackCustomer { .. } => None,
        // It has no row.
        Operation::ExportMade { .. } => None,
        // Money is never shown before the server has it.
        Operation::AddOpening { .. } | Operation::TakeBackOpening { .. } => None,
        // It makes rows of others.
        Operation::SendAnnouncement { .. } => None,
        // Both are shown until the server has merged them: it may know of something that stands in the way.
        Operation::MergeCustomers(_) => None,
    }
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

/// A work order in another window. Where somebody else has moved it meanwhile, or it has begun, that stands.
fn moved_work(body: &str, was: UtcMillis, to: Window) -> Option<String> {
    let row: WorkOrder = serde_json::from_str(body).ok()?;
    let moves = row.state == WorkState::Scheduled && row.from == was && row.window() != to;
    let to = serde_json::json!({ "from": to.from, "until": to.until });
    if moves { with_fields(body, &to, ["from", "until"].into_iter()) } else { None }
}

/// A work order that somebody else is to do. One that has begun stays whose it is.
fn assigned_work(body: &str, to: Option<&Person>) -> Option<String> {
    let row: WorkOrder = serde_json::from_str(body).ok()?;
    let whose = serde_json::json!({ "technician": to });
    if row.state == WorkState::Scheduled { with_fields(body, &whose, std::iter::once("technician")) } else { None }
}

/// A work order of which its technician says that it began or was done at an instant.
fn at_work(body: &str, step: WorkStep, at: UtcMillis) -> Option<String> {
    let row: WorkOrder = serde_json::from_str(body).ok()?;
    let progress = row.progress().with(step, at);
    // What was cancelled on this device and is not at the server yet shows as it is there.
    let after =
        serde_json::json!({ "state": progress.state(), "begun_at": progress.begun_at, "completed_at": progress.completed_at });
    let changed: &[&str] = match step {
        WorkStep::Begun => &["state", "begun_at"],
        WorkStep::Completed | WorkStep::Cancelled => &["state", "completed_at"],
    };
    with_fields(body, &after, changed.iter().copied())
}

/// Merges; the server refuses what cannot be merged, so it changes nothing here.
fn edited<E: Editable>(record: &mut E, patch: &Patch<E::Field>) -> Vec<E::Field> {
    merge(record, patch).map_or(Vec::new(), |merged| merged.changed.into_iter().map(|(field, _)| field).collect())
}

fn with_fields<'f>(body: &str, from: &Value, fields: impl Iterator<Item = &'f str>) -> Option<String> {
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
mod tests {
    use super::*;
    use domain::CustomerId;
    use domain::sync::edit::Change;
    use std::collections::BTreeMap;

    #[test]
    fn a_field_of_a_newer_server_survives_an_edit_on_this_device() {
        let id = CustomerId(uuid::Uuid::nil());
        let body = format!(r#"{{"id":"{id}","number":"1","name":"A","status":"active","loyalty":{{"points":7}}}}"#);
        let change = Change { from: "A".into(), to: "B".into() };
        let operation = Operation::EditCustomer { customer: id, patch: Patch(BTreeMap::from([(CustomerField::Name, change)])) };
        let edited: Value = serde_json::from_str(&overlay(&body, &operation).expect("changes")).expect("JSON");
        assert_eq!((&edited["name"], &edited["loyalty"]["points"]), (&Value::from("B"), &Value::from(7)));
        assert_eq!(edited.get("phone"), None, "what the edit does not touch is not written");
    }

    #[test]
    fn a_note_is_a_row_before_the_server_has_it_and_not_twice_after() {
        let operation = Operation::AddNote {
            note: domain::NoteId(uuid::Uuid::nil()),
            meter: domain::MeterId(uuid::Uuid::nil()),
            text: " Kaca buram ".into(),
        };
        let row = new_row(&operation, Author { name: "Made", id: None, at: UtcMillis(7) }).expect("a row");
        let note: Note = serde_json::from_str(&row).expect("JSON");
        assert_eq!((note.text.as_str(), note.author.as_str(), note.at), ("Kaca buram", "Made", UtcMillis(7)));
        assert_eq!(overlay(&row, &operation), None);
    }

    #[test]
    fn a_note_that_waits_shows_its_mended_text_and_that_it_was_taken_back() {
        let (note, meter) = (domain::NoteId(uuid::Uuid::nil()), domain::MeterId(uuid::Uuid::nil()));
        let add = Operation::AddNote { note, meter, text: "Kaca buram".into() };
        let row = new_row(&add, Author { name: "Made", id: None, at: UtcMillis(7) }).expect("a row");
        let change = Change { from: "Kaca buram".into(), to: "Kaca pecah".into() };
        let patch = Patch(BTreeMap::from([(NoteField::Text, change)]));
        let mended = overlay(&row, &Operation::EditNote { note, meter, patch }).expect("changes");
        let gone = overlay(&mended, &Operation::TakeBackNote { note, meter }).expect("changes");
        let read = |body: &str| serde_json::from_str::<Note>(body).expect("JSON");
        assert_eq!((read(&mended).text.as_str(), read(&mended).taken_back), ("Kaca pecah", false));
        assert!(read(&gone).taken_back);
    }

    #[test]
    fn an_opening_balance_changes_no_money_before_the_server_has_it() {
        let connection = domain::ConnectionId(uuid::Uuid::nil());
        let opening = domain::OpeningId(uuid::Uuid::nil());
        let (import, source) = (uuid::Uuid::nil(), String::new());
        let add = Operation::AddOpening { opening, connection, amount: domain::Rupiah(150_000), import, row: 2, source };
        let back = Operation::TakeBackOpening { opening, connection };
        let credit = format!(r#"{{"connection":"{connection}","posted":20000,"running":0}}"#);
        for operation in [&add, &back] {
            assert_eq!(overlay(&credit, operation), None);
            assert_eq!(new_row(operation, Author { name: "Rina", id: None, at: UtcMillis(7) }), None);
        }
    }

    #[test]
    fn a_connection_shows_in_the_zone_it_moves_to_unless_somebody_else_has_moved_it() {
        let (connection, customer) = (domain::ConnectionId(uuid::Uuid::nil()), CustomerId(uuid::Uuid::nil()));
        let [one, other, third] = [1, 2, 3].map(|of| domain::ZoneId(uuid::Uuid::from_u128(of)));
        let add = Operation::AddConnection {
            connection,
            customer,
            zone: one,
            fields: BTreeMap::from([
                (ConnectionField::Label, "Rumah".to_owned()),
                (ConnectionField::Address, "Jl. Kota".to_owned()),
            ]),
        };
        let row = new_row(&add, Author { name: "Rina", id: None, at: UtcMillis(7) }).expect("a row");
        let moved = |from, to| overlay(&row, &Operation::MoveConnection { connection, from, to });
        let zone = |body: &str| serde_json::from_str::<Connection>(body).expect("JSON").zone;
        assert_eq!(moved(one, other).as_deref().map(zone), Some(other));
        assert_eq!((moved(third, other), moved(one, one)), (None, None));
    }

    #[test]
    fn work_that_waits_is_announced_begun_and_done_on_this_device() {
        let (order, meter) = (domain::WorkOrderId(uuid::Uuid::nil()), domain::MeterId(uuid::Uuid::nil()));
        let (work, from, until) = (domain::maintenance::work_order::WorkKind::Repair, UtcMillis(1_000), UtcMillis(9_000));
        let plan = Operation::PlanWork { order, meter, work, from, until, technician: None, text: " Bawa segel ".into() };
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
        assert_eq!(
            read(&overlay(&assigned, &Operation::AssignWork { order, meter, to: None }).expect("changes")).technician,
            None
        );
        let cancelled = overlay(&begun, &Operation::CancelWork { order, meter }).expect("changes");
        assert_eq!((state(&cancelled), read(&cancelled).cancelled_at), ("cancelled", None));
    }

    #[test]
    fn an_edit_of_what_somebody_else_changed_meanwhile_shows_the_servers_value() {
        let id = CustomerId(uuid::Uuid::nil());
        let body = format!(r#"{{"id":"{id}","number":"1","name":"C","status":"active"}}"#);
        let change = Change { from: "A".into(), to: "B".into() };
        let operation = Operation::EditCustomer { customer: id, patch: Patch(BTreeMap::from([(CustomerField::Name, change)])) };
        assert_eq!(overlay(&body, &operation), None);
    }
}
