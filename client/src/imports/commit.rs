//! Committing and taking back: rows become operations of the outbox, some hundreds at a time, each time with how far it has come. A kill
//! between the two files repeats some rows under the same identities, which the outbox has already.

use crate::error::Error;
use crate::imports::check::{Basis, Checker, FileRules, SAMPLE, Surroundings, Watch, counts};
use crate::imports::known::{Known, KnownHere, WithAdded};
use crate::imports::operations::{
    When, adding_of, connection_added_by, customer_of, is_of, operations, undo_of_edit, undo_of_new, undoing_of,
};
use crate::imports::state::State;
use crate::imports::{openings, outdated};
use crate::queries;
use crate::queries::known;
use crate::store::Store;
use crate::store::imports::{ImportFile, StoredRow};
use crate::store::outbox::{BatchOperation, all_of_batch, batches};
use domain::UtcMillis;
use domain::core::local_time::DAY_MS;
use domain::field::device_clock::Stamp;
use domain::imports::{Kind, Record, SheetRow};
use domain::people::Customer;
use domain::sync::edit::{CustomerField, Editable, reversed};
use protocol::sync::push::Operation;
use protocol::ui::imports::{Fate, Stage};
use uuid::Uuid;

/// How long after a commit it can be taken back.
pub const UNDO_MS: i64 = 3 * DAY_MS;

/// Rows whose operations are kept together.
const TOGETHER: u32 = 250;

/// What committing needs besides the import's file.
pub struct Committing<'a> {
    /// Cache and outbox.
    pub store: &'a Store,
    /// The utility's zones and today.
    pub around: &'a Surroundings,
    /// When, and what is known of that clock.
    pub made: Stamp,
}

/// Makes operations of the rows that were found right. Returns false if it was stopped; it goes on where it was.
///
/// # Errors
/// A file cannot be read or written.
pub fn commit(file: &mut ImportFile, state: &mut State, with: &Committing<'_>, watch: Watch<'_>) -> Result<bool, Error> {
    let mut is_put = false;
    if state.stage == Stage::Committing {
        // A kill may have come when the outbox had operations that were not counted here yet; they are not made a second time.
        let made = operations_made(state, with)?;
        is_put = made > state.operations;
        state.operations = state.operations.max(made);
    }
    state.stage = Stage::Committing;
    file.set_state(state)?;
    let known = WithAdded::new(KnownHere::new(with.store)?);
    let Some(checker) = checker(file, state, with.around, &known)? else { return Ok(false) };
    let when = When { zone: with.around.time_zone, now: with.made.at };
    let (mut behind, mut done) = (state.committed_to.max(state.header_row()), 0);
    loop {
        let rows = file.rows_behind(behind, TOGETHER)?;
        let Some(last) = rows.last() else { break };
        behind = last.row.number;
        done += rows.len() as u32;
        let mut batch = Vec::new();
        let (mut edits, mut wrong) = (Vec::new(), Vec::new());
        for stored in rows.iter().filter(|stored| matches!(stored.fate, Some(Fate::Create | Fate::Update))) {
            let row = stored.row.number;
            let (deed, title) = match checker.deed(&stored.row, stored.is_further)? {
                Ok(found) => found,
                Err(findings) => {
                    wrong.push((row, findings));
                    continue;
                }
            };
            let opening = deed.opening;
            if let Some(customer) = &deed.customer {
                known.add(&customer.number, customer_of(state.id, row), row);
            }
            let mut made = operations(state.id, row, deed, &title, when);
            builds_on_its_customer(&known, state.id, &mut made);
            made.extend(opening.map(|opening| openings::operation(state.id, row, opening, (&state.name, &title))));
            let of_row: Vec<&Operation> = made.iter().map(|op| &op.operation).filter(|op| is_edit(op)).collect();
            if !of_row.is_empty() {
                edits.push((row, serde_json::to_string(&of_row)?));
            }
            batch.extend(made);
        }
        // What the outbox had before a kill was right when it was put there.
        if !std::mem::take(&mut is_put) {
            outdated::keep(file, &wrong)?;
        }
        // First how it is taken back, then what is done.
        file.transact(|tx| edits.iter().try_for_each(|(row, patches)| tx.keep_changed(*row, patches)))?;
        let put = with.store.submit_batch(state.user, state.id, &batch, &with.made)?;
        known.are_kept();
        state.committed_to = behind;
        state.operations += put;
        file.set_state(state)?;
        if watch(done).is_break() {
            return Ok(false);
        }
    }
    state.counts = counts(&file.fates()?);
    state.stage = Stage::Committed;
    state.committed_at = Some(with.made.at);
    file.set_state(state)?;
    Ok(true)
}

/// How many operations the outbox has of an import, of its commit and its undo alike.
fn operations_made(state: &State, with: &Committing<'_>) -> Result<u32, Error> {
    with.store.read_now(|db| all_of_batch(db, state.id))
}

/// Has further connections wait for the row that adds their customer.
fn builds_on_its_customer(known: &WithAdded<'_>, import: Uuid, made: &mut [BatchOperation]) {
    for first in made.iter_mut().filter(|made| made.after.is_none()) {
        if let Operation::AddConnection { customer, .. } = &first.operation {
            first.after = known.row_of(*customer).map(|row| adding_of(import, row));
        }
    }
}

fn checker<'a>(
    file: &ImportFile,
    state: &State,
    around: &'a Surroundings,
    known: &'a dyn Known,
) -> Result<Option<Checker<'a>>, Error> {
    let Some(mapping) = state.mapping.clone() else { return Ok(None) };
    let sample: Vec<SheetRow> =
        file.rows_behind(state.header_row(), SAMPLE as u32)?.into_iter().map(|stored| stored.row).collect();
    let (policy, zone, rules) = (state.policy, state.zone, FileRules::of(state));
    let basis = Basis { mapping, policy, zone, file: rules, around, known };
    Ok(Some(Checker::new(basis, &sample, file.overrides()?, file.left_out()?)))
}

const fn is_edit(operation: &Operation) -> bool {
    matches!(operation, Operation::EditCustomer { .. } | Operation::EditConnection { .. })
}

/// Takes back what was committed, but for rows that somebody has changed since, which are kept by number. Readings happened, and stay. Returns
/// false if it was stopped; it goes on where it was.
///
/// # Errors
/// A file cannot be read or written.
pub fn undo(file: &mut ImportFile, state: &mut State, with: &Committing<'_>, watch: Watch<'_>) -> Result<bool, Error> {
    if state.stage == Stage::Undoing {
        state.undo_operations = state.undo_operations.max(operations_made(state, with)?.saturating_sub(state.operations));
    }
    state.stage = Stage::Undoing;
    file.set_state(state)?;
    let known = KnownHere::new(with.store)?;
    let Some(checker) = checker(file, state, with.around, &known)? else { return Ok(false) };
    let (mut behind, mut done) = (state.undone_to.max(state.header_row()), 0);
    loop {
        let rows = file.rows_behind(behind, TOGETHER)?;
        let rows: Vec<StoredRow> = rows.into_iter().filter(|stored| stored.row.number <= state.committed_to).collect();
        let Some(last) = rows.last() else { break };
        behind = last.row.number;
        done += rows.len() as u32;
        let mut batch = Vec::new();
        for stored in &rows {
            match undo_of(file, state, with.store, &checker, stored)? {
                Undo::Nothing => {}
                Undo::By(operations) => batch.extend(operations),
                Undo::ChangedSince => state.keep_changed(stored.row.number),
            }
        }
        let put = with.store.submit_batch(state.user, state.id, &batch, &with.made)?;
        state.undone_to = behind;
        state.undo_operations += put;
        file.set_state(state)?;
        if watch(done).is_break() {
            return Ok(false);
        }
    }
    state.stage = Stage::Undone;
    file.set_state(state)?;
    Ok(true)
}

/// How a row is taken back.
enum Undo {
    Nothing,
    By(Vec<BatchOperation>),
    ChangedSince,
}

fn undo_of(file: &ImportFile, state: &State, store: &Store, checker: &Checker<'_>, stored: &StoredRow) -> Result<Undo, Error> {
    let row = stored.row.number;
    if let Some(patches) = file.changed(row)? {
        return undo_of_edits(state, store, row, &patches);
    }
    match stored.fate {
        Some(Fate::Create) => {}
        // What was added to a customer who was there before stays.
        Some(Fate::Update) => return Ok(Undo::ChangedSince),
        _ => return Ok(Undo::Nothing),
    }
    let record = match checker.record(&stored.row) {
        Some(Record::Customer(record)) => record,
        Some(Record::Balance(balance)) => {
            let brought = openings::brought(store, state.id, row, &balance.number)?;
            let undo = brought.map(|connection| openings::undo(state.id, row, connection, &balance.number));
            return Ok(undo.map_or(Undo::Nothing, |undo| Undo::By(vec![undo])));
        }
        Some(Record::Reading(_)) | None => return Ok(Undo::Nothing),
    };
    let id = customer_of(state.id, row);
    let Some(shown) = store.read_now(|db| queries::customer(db, id))? else { return undo_without_customer(state, store, stored) };
    let is_as_added = CustomerField::ALL.into_iter().all(|field| match record.field(field) {
        Some(value) => shown.customer.value(field) == value,
        None => shown.customer.value(field) == Customer::new(id, String::new()).value(field),
    });
    // What another import has added to the customer would go as well.
    if !is_as_added || !shown.connections.iter().all(|held| is_of(state.id, held.id.0)) {
        return Ok(Undo::ChangedSince);
    }
    Ok(Undo::By(vec![undo_of_new(state.id, row, &shown.customer.name)]))
}

/// A row whose customer is not there. If the connection is, it is another customer's, as after a merge: it stays.
fn undo_without_customer(state: &State, store: &Store, stored: &StoredRow) -> Result<Undo, Error> {
    let row = stored.row.number;
    let stays = !stored.is_further
        && !is_undone(state, store, row)?
        && store.read_now(|db| known::connection_record(db, connection_added_by(state.id, row)))?.is_some();
    Ok(if stays { Undo::ChangedSince } else { Undo::Nothing })
}

/// Whether a row was taken back before a kill: then it is not as the import left it.
fn is_undone(state: &State, store: &Store, row: u32) -> Result<bool, Error> {
    for undoing in undoing_of(state.id, row) {
        if store.read_now(|db| batches::has(db, undoing))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Edits the other way round, if every field still is what the import made of it.
fn undo_of_edits(state: &State, store: &Store, row: u32, patches: &str) -> Result<Undo, Error> {
    if is_undone(state, store, row)? {
        return Ok(Undo::Nothing);
    }
    let edits: Vec<Operation> = serde_json::from_str(patches)?;
    let mut back = Vec::new();
    for edit in edits {
        let opposite = match edit {
            Operation::EditCustomer { customer, patch } => {
                let shown = store.read_now(|db| queries::customer(db, customer))?;
                shown.and_then(|shown| reversed(&shown.customer, &patch)).map(|patch| Operation::EditCustomer { customer, patch })
            }
            Operation::EditConnection { connection, patch } => {
                let shown = store.read_now(|db| known::connection_record(db, connection))?;
                shown.and_then(|shown| reversed(&shown, &patch)).map(|patch| Operation::EditConnection { connection, patch })
            }
            _ => continue,
        };
        let Some(operation) = opposite else { return Ok(Undo::ChangedSince) };
        let title = store.read_now(|db| queries::title(db, &operation.row().1))?;
        back.push(undo_of_edit(state.id, row, operation, &title));
    }
    Ok(Undo::By(back))
}

/// Whether a committed import can still be taken back.
pub fn can_undo(state: &State, now: UtcMillis) -> bool {
    // Readings happened, and stay.
    let can_go = state.mapping.as_ref().is_some_and(|mapping| mapping.kind != Kind::Readings);
    let is_in_time = state.committed_at.is_some_and(|at| now.since(at) <= UNDO_MS);
    can_go && is_in_time && matches!(state.stage, Stage::Committed | Stage::Undoing)
}

#[cfg(test)]
#[path = "commit_tests.rs"]
mod tests;
