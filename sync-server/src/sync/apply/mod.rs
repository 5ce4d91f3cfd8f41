//! Applying operations: permission, scope and effect in one transaction with the result, so that an operation has one effect or none.

mod added;
mod announcement;
mod case;
mod conflict;
mod connection;
mod export;
mod merge;
mod note;
mod opening;
mod profile;
mod reading;
mod record;
mod swap;
mod template;
mod tip;
mod view;
mod visit;
mod work;
mod work_done;
mod work_record;
mod work_template;

use crate::core::scope::Caller;
use crate::core::{Tx, audit};
use crate::error::Error;
use crate::field::records;
use crate::maintenance::orders::Happened;
use crate::sync::conflicts;
use crate::sync::rows::conflicts::Origin;
use crate::sync::rows::results;
use crate::sync::rows::results::Decided;
use domain::UtcMillis;
use domain::field::device_clock::{Judged, KnownRuns};
use domain::maintenance::work_order::{Turn, Window};
use domain::people::Customer;
use domain::people::permission::{Permission, allows};
use domain::sync::edit::{Conflict, ConnectionRecord, Refusal};
use protocol::sync::push::{MAX_OPERATION, OPERATION_VERSION, Operation, OperationEnvelope, OperationResult, Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::work::WorkMoment;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Seconds to wait for an operation that this server cannot decide yet.
const LATER_S: u32 = 60;

/// An operation that makes the server panic this often is refused from then on.
const PANICS: i64 = 3;

/// What every kind of operation needs.
pub struct Applying<'a, 't> {
    /// The transaction of the operation.
    pub tx: &'a mut Tx<'t>,
    /// The author, with today's role.
    pub caller: &'a Caller,
    /// The envelope that it came in.
    pub op: &'a OperationEnvelope,
    /// The operation's name.
    pub kind: &'static str,
    /// What the times of the device that made it come to.
    pub timing: Judged,
}

/// Takes an operation by itself: of its device's clock it is known what the operation says.
///
/// # Errors
/// The database; then nothing is decided.
pub fn take(tx: &mut Tx<'_>, caller: &Caller, outbox: Uuid, op: &OperationEnvelope) -> Result<OperationResult, Error> {
    take_of_push(tx, caller, outbox, (op, &KnownRuns::default()))
}

/// Takes an operation: the first time it is applied or refused, any other time the first result is given again. What its push makes known
/// of its device's clock corrects its times, and is no part of what makes two operations the same.
///
/// # Errors
/// The database; then nothing is decided.
pub fn take_of_push(
    tx: &mut Tx<'_>,
    caller: &Caller,
    outbox: Uuid,
    (op, runs): (&OperationEnvelope, &KnownRuns),
) -> Result<OperationResult, Error> {
    let hash = payload_hash(op);
    if let Some(first) = results::find(tx, op.id)? {
        let same = first.user == caller.num && first.payload_hash == hash;
        let outcome = if same { first.outcome } else { rejected(Rejection::IdReused) };
        return Ok(OperationResult { id: op.id, duplicate: same, outcome });
    }
    // What a newer app means is known to a newer server only, so nothing about the operation is decided before.
    if op.v > OPERATION_VERSION {
        return Ok(OperationResult { id: op.id, duplicate: false, outcome: Outcome::RetryAfter { seconds: LATER_S } });
    }
    let timing = runs.judge(&op.stamp(), tx.now);
    let is_expired = timing.is_sure && results::is_expired(timing.correct(op.occurred_at), tx.now);
    let outcome = if is_expired { rejected(Rejection::TooOld) } else { decide(tx, caller, (op, timing))? };
    if !matches!(outcome, Outcome::RetryAfter { .. }) {
        results::insert(tx, outbox, op, &Decided { user: caller.num, payload_hash: hash, outcome: outcome.clone() })?;
    }
    Ok(OperationResult { id: op.id, duplicate: false, outcome })
}

/// Refuses an operation that made the server panic too often; before that it is to be sent again.
///
/// # Errors
/// The database.
pub fn panicked(tx: &mut Tx<'_>, caller: &Caller, outbox: Uuid, op: &OperationEnvelope) -> Result<Outcome, Error> {
    if results::count_panic(tx, op.id)? < PANICS {
        return Ok(Outcome::RetryAfter { seconds: LATER_S });
    }
    let decided = Decided { user: caller.num, payload_hash: payload_hash(op), outcome: rejected(Rejection::Quarantined) };
    results::insert(tx, outbox, op, &decided)?;
    Ok(decided.outcome)
}

fn decide(tx: &mut Tx<'_>, caller: &Caller, (op, timing): (&OperationEnvelope, Judged)) -> Result<Outcome, Error> {
    if let Some(before) = op.after {
        match results::find(tx, before)?.map(|first| first.outcome) {
            Some(Outcome::Applied { .. }) => {}
            Some(Outcome::Rejected { .. }) => return Ok(rejected(Rejection::BuildsOnRefused)),
            Some(Outcome::RetryAfter { .. } | Outcome::Unknown) | None => return Ok(Outcome::RetryAfter { seconds: LATER_S }),
        }
    }
    if op.operation.get().len() > MAX_OPERATION {
        return Ok(rejected(Rejection::Unreadable));
    }
    if !Operation::LANES.contains(&op.lane.as_str()) {
        return Ok(invalid("lane"));
    }
    let Ok(operation) = Operation::read(op.v, &op.operation) else { return Ok(rejected(Rejection::Unreadable)) };
    apply_one(&mut Applying { tx, caller, op, kind: operation.kind(), timing }, operation)
}

/// Has an operation take its effect, by the rules of its kind.
fn apply_one(applying: &mut Applying<'_, '_>, operation: Operation) -> Result<Outcome, Error> {
    match operation {
        Operation::EditCustomer { customer, patch } => {
            record::edit::<Customer>(applying, customer.0, &patch, Permission::ManageCustomers)
        }
        Operation::AddCustomer { customer, number, fields } => {
            added::customer(applying, added::AddedCustomer { id: customer, number, fields })
        }
        Operation::AddConnection { connection, customer, zone, fields } => {
            added::connection(applying, added::AddedConnection { id: connection, customer, zone, fields })
        }
        Operation::AddMeter { meter, connection, serial, model, since } => {
            added::meter(applying, added::AddedMeter { id: meter, connection, serial, model, since })
        }
        Operation::TakeBackCustomer { customer } => added::take_customer_back(applying, customer),
        Operation::EditConnection { connection, patch } => {
            record::edit::<ConnectionRecord>(applying, connection.0, &patch, Permission::ManageCustomers)
        }
        Operation::MergeCustomers(merge) => merge::merge_customers(applying, &merge),
        Operation::MoveConnection { connection, from, to } => connection::move_to_zone(applying, connection, (from, to)),
        Operation::DecideConflict { conflict, keep } => conflict::decide(applying, conflict, keep),
        Operation::AddNote { note, meter, text } => note::add(applying, note, meter, &text),
        Operation::EditNote { note, meter, patch } => note::edit(applying, note, meter, &patch),
        Operation::TakeBackNote { note, meter } => note::take_back(applying, note, meter),
        Operation::RecordReading { reading, meter, at, register, photo, explained } => {
            reading::record(applying, reading, &reading::ReadByEye { meter, at, register, photo, explained })
        }
        Operation::SwapMeter(said) => swap::take(applying, *said),
        Operation::EditProfile { user, patch } => profile::edit(applying, user, &patch),
        Operation::AnswerCase { connection, no, answer, remark } => case::say(applying, (connection, no), answer, &remark),
        Operation::AddOpening { opening, connection, amount, import, row, source } => {
            opening::add(applying, &opening::Brought { opening, connection, amount, import, row, source })
        }
        Operation::TakeBackOpening { opening, connection } => opening::take_back(applying, opening, connection),
        Operation::SendAnnouncement { announcement, words, customers } => {
            announcement::send(applying, (announcement, &words), &customers)
        }
        Operation::AssignMeterCase { connection, no, to } => case::assign(applying, (connection, no), to.map(|to| to.id)),
        Operation::PlanWork { order: id, meter, work, from, until, technician, text, priority, template, minutes } => {
            let (window, technician) = (Window { from, until }, technician.map(|technician| technician.id));
            work::plan(applying, &work::Planned { id, meter, work, window, technician, text, priority, template, minutes })
        }
        Operation::CancelWork { order, meter } => work::cancel(applying, (order, meter)),
        Operation::MoveWork { order, meter, was, from, until } => {
            work::move_to(applying, (order, meter), (was, Window { from, until }))
        }
        Operation::MoveVisit(said) => visit::move_to(applying, &said),
        Operation::AssignWork { order, meter, to } => work::assign(applying, (order, meter), to.map(|to| to.id)),
        Operation::BeginWork { order, meter, at } => work_done::begun(applying, WorkMoment { order, meter, at }),
        Operation::ResumeWork(moment) => work_done::begun(applying, moment),
        Operation::HoldWork(moment) => work_done::happened(applying, moment, Happened::Turned(Turn::Held), ""),
        Operation::DeferWork(deferral) => work_done::deferred(applying, &deferral),
        Operation::CompleteWork { order, meter, at } => work_done::completed(applying, WorkMoment { order, meter, at }),
        Operation::SetWorkPriority(change) => work::prioritise(applying, change),
        Operation::AddWorkRecord(new) => work_record::add(applying, new),
        Operation::PutWorkTemplate(new) => work_template::put(applying, new),
        Operation::PutReportTemplate { template, before, after } => template::put(applying, template, before.as_deref(), *after),
        Operation::RemoveReportTemplate { template } => template::remove(applying, template),
        Operation::MarkTip { user, connection, tip, mark } => tip::mark(applying, (user, connection), (&tip, mark)),
        Operation::ExportMade { user, list, question, rows, format, with_nik, .. } => {
            export::record(applying, &export::MadeFile { user, list, question, rows, format, with_nik })
        }
        Operation::PutView { user, list, name, query, version } => {
            view::put(applying, &view::Named { user, list, name, version }, &query)
        }
        Operation::RemoveView { user, list, name, version } => view::remove(applying, &view::Named { user, list, name, version }),
    }
}

impl Applying<'_, '_> {
    /// Whether the author's role holds a permission now, whatever it was when the operation was made.
    pub fn may(&self, permission: Permission) -> bool {
        allows(self.caller.role, permission)
    }

    /// Whether a time that the operation names is one of a sheet, which no clock of a device gave: a row that has none is given that at which its
    /// operation was made.
    pub fn is_of_sheet(&self, at: UtcMillis) -> bool {
        self.op.lane == Operation::IMPORT_LANE && at != self.op.occurred_at
    }

    /// What a time that the operation names comes to. One of a sheet stands as it is.
    pub fn judge(&self, at: UtcMillis) -> Judged {
        if self.is_of_sheet(at) { Judged { correction_ms: 0, is_sure: true } } else { self.timing }
    }

    /// What to answer if a field record is there already: the same author's is the same record under another operation, another author's is
    /// another record under an identifier in use.
    ///
    /// # Errors
    /// The database.
    pub fn written_before(&self, entity: Entity, id: Uuid) -> Result<Option<Outcome>, Error> {
        let author = records::author_of(self.tx, entity, id)?;
        Ok(author.map(|author| {
            if author == self.caller.num { Outcome::Applied { conflicts: Vec::new() } } else { rejected(Rejection::IdReused) }
        }))
    }
}

impl Applying<'_, '_> {
    /// Writes the audit entry of fields that changed in a row: `(field, before, after)`.
    ///
    /// # Errors
    /// The database.
    pub fn audit<'f>(
        &mut self,
        (entity, id): (Entity, Uuid),
        changes: impl IntoIterator<Item = (&'f str, String, String)>,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            utility: self.caller.utility,
            user: Some(self.caller.num),
            kind: self.kind,
            op: self.op.id,
            occurred_at: Some(self.op.occurred_at),
            row: (entity as u8, id),
        };
        audit::record(self.tx, &entry, changes)
    }

    /// Keeps the values that wait for a decision about a row.
    ///
    /// # Errors
    /// The database.
    pub fn keep_conflicts(&mut self, row: (Entity, Uuid), found: &[Conflict<String>]) -> Result<(), Error> {
        let origin = Origin { utility: self.caller.utility, author: self.caller.num, op: self.op.id };
        conflicts::keep(self.tx, &origin, row, found)
    }
}

/// An outcome without a field.
pub fn rejected(code: Rejection) -> Outcome {
    Outcome::Rejected { code, field: None, conflict: None }
}

/// A field's value is not allowed.
pub fn invalid(field: &str) -> Outcome {
    Outcome::Rejected { code: Rejection::Invalid, field: Some(field.to_owned()), conflict: None }
}

/// A refused patch as an outcome.
pub fn refused<F: Copy>(refusal: Refusal<F>, name: fn(F) -> &'static str) -> Outcome {
    match refusal {
        Refusal::Invalid(field, _) => {
            Outcome::Rejected { code: Rejection::Invalid, field: Some(name(field).to_owned()), conflict: None }
        }
        Refusal::Guarded(conflict) => Outcome::Rejected {
            code: Rejection::Conflict,
            field: Some(name(conflict.field).to_owned()),
            conflict: Some(Box::new(named(conflict, name))),
        },
    }
}

/// A conflict with its field's name.
pub fn named<F: Copy>(conflict: Conflict<F>, name: fn(F) -> &'static str) -> Conflict<String> {
    let Conflict { field, base, mine, theirs } = conflict;
    Conflict { field: name(field).to_owned(), base, mine, theirs }
}

fn payload_hash(op: &OperationEnvelope) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(op.v.to_be_bytes());
    hasher.update(op.operation.get().as_bytes());
    hasher.finalize().into()
}
