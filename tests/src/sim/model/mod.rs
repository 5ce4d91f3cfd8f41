//! The plain model: what operations come to when they are done one after another on maps of words, written apart from the rules
//! it is compared with.

mod added;
mod cases;
mod field;
mod office;
mod openings;
mod swaps;
mod templates;
mod tips;
pub mod views;
mod work;

pub use added::{Installed, Place};
pub use field::Stays;
pub use openings::Opening;
pub use work::{Marks, Recorded, Worked};

use domain::UtcMillis;
use domain::people::Role;
use protocol::sync::push::{OPERATION_VERSION, OperationEnvelope, Outcome, Rejection};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Fields of a record, each a text.
pub type Record = BTreeMap<String, String>;

/// A field that two people changed.
#[derive(Clone, Debug)]
struct Disputed {
    row: String,
    field: String,
    mine: String,
    theirs: String,
    decided: Option<String>,
}

/// What an operation comes to, as far as the model knows: `(status, code, fields in conflict)`.
pub type MeterMessage = (String, String, Vec<String>);

/// A note: who wrote it, about which meter, what; nothing once it was taken back.
#[derive(Clone, Debug)]
struct Note {
    author: Uuid,
    meter: String,
    text: Option<String>,
}

/// The world as plain words.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// By identifier: customers and connections.
    pub records: BTreeMap<String, Record>,
    disputes: BTreeMap<String, Disputed>,
    notes: BTreeMap<String, Note>,
    /// Where each connection is.
    pub places: BTreeMap<String, Place>,
    /// The meters that are installed.
    pub meters: BTreeMap<String, Installed>,
    /// Customers that people added, and when.
    pub added: BTreeMap<String, UtcMillis>,
    /// Records that somebody has changed.
    changed: BTreeSet<String>,
    /// Records that were taken back.
    pub gone: BTreeSet<String>,
    cases: BTreeMap<String, cases::Case>,
    /// Opening balances, by identifier.
    pub openings: BTreeMap<String, Opening>,
    origins: BTreeMap<String, openings::Origin>,
    works: BTreeMap<String, work::Work>,
    swaps: BTreeMap<String, Uuid>,
    /// Meters that swaps took down, as the server has it before an operation: which swaps are entered is not the model's to say.
    pub taken_down: BTreeSet<String>,
    /// Where each meter is and was, as the server has it before an operation of a technician, for the same reason.
    pub stays: Stays,
    /// The zones that connections have left, and when.
    zones_before: BTreeMap<(String, Uuid), UtcMillis>,
    /// Readings that were recorded for work: of which meter, and by whom.
    pub readings: BTreeMap<String, (String, Uuid)>,
    /// What was recorded under work orders, by identifier, and when; that it is late follows from when its order was over.
    work_records: BTreeMap<String, (i64, Recorded)>,
    checklists: BTreeMap<(String, i64), Value>,
    /// Pictures that are whole at the server: who has brought each, and its name.
    pub pictures: BTreeSet<(Uuid, String)>,
    templates: BTreeMap<String, templates::Template>,
    announced: BTreeMap<String, office::Announced>,
    /// Customers whose records were merged into others, with the connections that went over.
    pub merged: BTreeMap<String, BTreeSet<String>>,
    /// Operations about lists that were made into files.
    pub exports: BTreeSet<Uuid>,
    views: BTreeMap<String, views::View>,
    /// Advice: since which day it is applied, and whether it is kept at hand.
    pub tips: BTreeMap<tips::Advice, (Option<i64>, bool)>,
    /// What each decided operation came to.
    pub decided: BTreeMap<Uuid, MeterMessage>,
    /// Who may see what.
    pub rights: Rights,
}

/// Whose operation it is.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// On which device it was done.
    pub device: u8,
    /// By whom.
    pub user: Uuid,
    /// As what.
    pub role: Role,
}

/// Who may see what, by device.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// Devices of users who are admins.
    pub admins: BTreeSet<u8>,
    /// Zones of the technician, on device 2.
    pub zones: BTreeSet<Uuid>,
    /// Zones that were the technician's, and until when.
    pub zones_before: BTreeMap<Uuid, UtcMillis>,
    /// Customers of the customer's user, on device 3.
    pub customers: BTreeSet<Uuid>,
}

impl Rights {
    /// The buckets that a device may hold.
    pub fn of(&self, device: u8) -> BTreeSet<String> {
        let mut names = BTreeSet::from(["public".to_owned(), format!("user:{}", super::server::user(device))]);
        if self.admins.contains(&(device % 4)) {
            names.insert("admin".into());
        } else if device == 3 {
            names.extend(self.customers.iter().map(|id| format!("customer:{id}")));
        } else {
            // Whoever was an admin has no zones.
            names.extend(self.zones.iter().filter(|_| device == 2).map(|id| format!("zone:{id}")));
        }
        names
    }

    /// Whether somebody sees what happens at a connection.
    fn sees(&self, who: Author, place: &Place) -> bool {
        match who.role {
            Role::Admin => true,
            Role::Technician => who.device == 2 && self.zones.contains(&place.zone),
            Role::Customer => self.customers.contains(&place.customer),
        }
    }
}

impl Model {
    /// The notes that stand: who wrote each, and what.
    pub fn notes(&self) -> BTreeMap<String, (Uuid, String)> {
        let stands = |(id, note): (&String, &Note)| Some((id.clone(), (note.author, note.text.clone()?)));
        self.notes.iter().filter_map(stands).collect()
    }

    /// Does an operation, or says again what it came to.
    pub fn take(&mut self, by: Author, op: &OperationEnvelope, now: UtcMillis) -> MeterMessage {
        if let Some(said) = self.decided.get(&op.id) {
            return said.clone();
        }
        let said = self.decide(by, op, now);
        if said.0 != "retry" {
            self.decided.insert(op.id, said.clone());
        }
        said
    }

    fn decide(&mut self, by: Author, op: &OperationEnvelope, now: UtcMillis) -> MeterMessage {
        if op.v > OPERATION_VERSION {
            return retry();
        }
        match op.after.map(|before| self.decided.get(&before).map(|said| said.0.clone())) {
            Some(None) => return retry(),
            Some(Some(status)) if status == "rejected" => return no("builds_on_refused"),
            _ => {}
        }
        let command: Value = serde_json::from_str(op.operation.get()).expect("a command");
        let kind = command["kind"].as_str().unwrap_or_default();
        let is_admin = by.role == Role::Admin;
        if kind == "answer_case" {
            return self.answer(by, &command, (op.occurred_at, now));
        }
        if kind.ends_with("_view") {
            return self.view(by, kind, &command, now);
        }
        if kind == "mark_tip" {
            return self.tip(by, &command);
        }
        if kind == "swap_meter" {
            return self.swap(by, &command);
        }
        if kind.contains("work") {
            return self.work(by, kind, &command, now);
        }
        if kind == "record_reading" {
            return self.read(by, &command, now);
        }
        if kind.ends_with("_note") {
            // Whoever writes one and is no admin is a technician without a zone.
            return if is_admin { self.note(by.user, kind, &command) } else { no("not_found") };
        }
        if kind == "export_made" {
            return self.export(by, op.id, &command);
        }
        if !is_admin {
            return no("denied");
        }
        match kind {
            "add_customer" => self.add_customer(&command, now),
            "add_connection" => self.add_connection(&command),
            "add_meter" => self.add_meter(&command, op.occurred_at, now),
            "take_back_customer" => self.take_back(&command, now),
            "add_opening" => self.add_opening(by, &command, now),
            "move_connection" => self.move_zone(&command, now),
            "send_announcement" => self.announce(by, &command, now),
            "merge_customers" => self.merge(&command),
            "take_back_opening" => self.take_back_opening(&command, now),
            "put_report_template" | "remove_report_template" => self.template(by, kind, &command),
            "decide_conflict" => self.settle(&text(&command["conflict"]), &text(&command["keep"])),
            "edit_customer" => self.edit(op.id, &text(&command["customer"]), &command["patch"], "phone"),
            _ => self.edit(op.id, &text(&command["connection"]), &command["patch"], "tariff_class"),
        }
    }

    fn edit(&mut self, op: Uuid, row: &str, patch: &Value, guarded: &str) -> MeterMessage {
        let Some(record) = self.records.get_mut(row) else { return no("not_found") };
        let mut after = record.clone();
        let (mut disputed, mut has_effect) = (Vec::new(), false);
        for (field, change) in patch.as_object().expect("fields") {
            let (from, to) = (change["from"].as_str().unwrap_or_default(), change["to"].as_str().unwrap_or_default());
            if field == "postal_code" && !to.bytes().all(|byte| byte.is_ascii_digit()) {
                return no("invalid");
            }
            let stands = record.get(field).cloned().unwrap_or_default();
            let is = |value: &str| is_same(field, &stands, value);
            if stands != to && (stands == from || (!is(to) && is(from))) {
                after.insert(field.clone(), to.to_owned());
                has_effect = true;
            } else if !is(to) {
                disputed.push((field.clone(), to.to_owned(), stands));
            }
        }
        if !has_effect && !disputed.is_empty() && disputed.iter().all(|(field, ..)| field == guarded) {
            return no("conflict");
        }
        *record = after;
        if has_effect {
            self.changed.insert(row.to_owned());
        }
        let fields = disputed.iter().map(|(field, ..)| field.clone()).collect();
        for (field, mine, theirs) in disputed {
            let id = Uuid::new_v5(&op, field.as_bytes()).to_string();
            self.disputes.insert(id, Disputed { row: row.to_owned(), field, mine, theirs, decided: None });
        }
        ("applied".into(), String::new(), fields)
    }

    fn note(&mut self, user: Uuid, kind: &str, command: &Value) -> MeterMessage {
        let (id, meter) = (text(&command["note"]), text(&command["meter"]));
        if kind == "add_note" {
            let note = Note { author: user, meter, text: Some(text(&command["text"])) };
            return if self.notes.entry(id).or_insert(note).author == user { yes() } else { no("id_reused") };
        }
        let Some(note) = self.notes.get_mut(&id).filter(|note| note.author == user && note.meter == meter) else {
            return no("not_found");
        };
        if kind == "take_back_note" {
            note.text = None;
            return yes();
        }
        let change = &command["patch"]["text"];
        match &note.text {
            None => no("not_found"),
            Some(stands) if *stands == text(&change["to"]) => yes(),
            Some(stands) if *stands == text(&change["from"]) => {
                note.text = Some(text(&change["to"]));
                yes()
            }
            Some(_) => no("conflict"),
        }
    }

    fn settle(&mut self, id: &str, keep: &str) -> MeterMessage {
        let Some(dispute) = self.disputes.get_mut(id) else { return no("not_found") };
        match &dispute.decided {
            Some(decided) if decided == keep => return yes(),
            Some(_) => return no("conflict"),
            None => {}
        }
        if keep == "mine" {
            let Some(record) = self.records.get_mut(&dispute.row) else { return no("not_found") };
            let stands = record.get(&dispute.field).cloned().unwrap_or_default();
            let is = |value: &str| is_same(&dispute.field, &stands, value);
            if !is(&dispute.theirs) && !is(&dispute.mine) {
                dispute.theirs = stands;
                return no("conflict");
            }
            if stands == dispute.theirs || !is(&dispute.mine) {
                record.insert(dispute.field.clone(), dispute.mine.clone());
            }
            self.changed.insert(dispute.row.clone());
        }
        dispute.decided = Some(keep.to_owned());
        yes()
    }
}

/// Whether two values of a field are one: a telephone number is its digits, behind a zero or the country's code.
fn is_same(field: &str, one: &str, other: &str) -> bool {
    let number = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.strip_prefix("62").or(digits.strip_prefix('0')).unwrap_or(&digits).to_owned()
    };
    one == other || (field == "phone" && number(one) == number(other))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn yes() -> MeterMessage {
    ("applied".into(), String::new(), Vec::new())
}

fn no(code: &str) -> MeterMessage {
    ("rejected".into(), code.into(), Vec::new())
}

fn retry() -> MeterMessage {
    ("retry".into(), String::new(), Vec::new())
}

/// An outcome in the model's words.
pub fn said(outcome: &Outcome) -> MeterMessage {
    match outcome {
        Outcome::Applied { conflicts } => {
            let mut fields: Vec<String> = conflicts.iter().map(|conflict| conflict.field.clone()).collect();
            fields.sort();
            ("applied".into(), String::new(), fields)
        }
        Outcome::Rejected { code, .. } => ("rejected".into(), word(*code), Vec::new()),
        Outcome::RetryAfter { .. } | Outcome::Unknown => retry(),
    }
}

fn word(code: Rejection) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
