//! Making a batch, and taking it back: customers become edits in the outbox, some hundreds at a time, each time in one transaction with how far
//! the batch has come. A kill anywhere leaves neither ahead.

use crate::batches::preview::named;
use crate::batches::state::State;
use crate::error::Error;
use crate::queries::known::{BatchedCustomer, batched_customer, connection_record};
use crate::store::Store;
use crate::store::outbox::BatchOperation;
use crate::store::outbox::batches::{BatchRow, done_to, rows_behind, set_state};
use domain::UserId;
use domain::field::device_clock::Stamp;
use domain::people::batch::{BatchChange, Subject, Verdict};
use domain::sync::edit::reversed;
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use protocol::ui::bulk::{BatchStage, Example};
use std::ops::ControlFlow;
use uuid::Uuid;

/// Customers whose operations are kept together.
const TOGETHER: u32 = 250;

/// What making needs besides the batch.
pub struct Making<'a> {
    /// Cache and outbox.
    pub store: &'a Store,
    /// Whose batch it is.
    pub user: Option<UserId>,
    /// When, and what is known of that clock.
    pub made: Stamp,
}

/// Is asked after some customers whether to go on; it is given how many were done.
pub type Watch<'a> = &'a mut dyn FnMut(u32) -> ControlFlow<()>;

/// Makes the edits of everybody who is to be changed, as their rows are now. Returns false if it was stopped; it goes on where it was.
///
/// # Errors
/// A file cannot be read or written.
pub fn make(state: &mut State, with: &Making<'_>, watch: Watch<'_>) -> Result<bool, Error> {
    loop {
        let behind = state.done_to;
        let rows = with.store.read_now(|db| rows_behind(db, state.id, behind, TOGETHER))?;
        let Some(last) = rows.last() else { break };
        let mut next = State { done_to: last.place, ..state.clone() };
        let mut batch = Vec::new();
        for row in &rows {
            make_of(&mut next, with.store, row, &mut batch)?;
        }
        next.operations += batch.len() as u32;
        keep(state, next, with, &batch)?;
        if watch(state.done_to).is_break() {
            return Ok(false);
        }
    }
    let over = State { stage: BatchStage::Done, done_at: Some(with.made.at), ..state.clone() };
    keep(state, over, with, &[])?;
    Ok(true)
}

/// The edits of one customer. Whoever is not here any more is passed over.
fn make_of(state: &mut State, store: &Store, row: &BatchRow, batch: &mut Vec<BatchOperation>) -> Result<(), Error> {
    let Some(found) = store.read_now(|db| batched_customer(db, &row.customer))? else { return Ok(()) };
    let classes: Vec<_> = found.connections.iter().map(|connection| connection.record.tariff_class).collect();
    let zones: Vec<_> = found.connections.iter().map(|connection| connection.zone).collect();
    let subject = Subject {
        status: found.customer.status,
        classes: &classes,
        zones: &zones,
        balance: found.balance,
        arrears: found.arrears,
        is_undecided: found.is_undecided,
    };
    match state.change.judge(&subject) {
        Verdict::Same => state.same += 1,
        Verdict::Refused(why) => state.refuse(why, example(&found)),
        Verdict::Changes => {
            state.changed += 1;
            batch.extend(edits(state.change, &found));
        }
    }
    Ok(())
}

fn example(of: &BatchedCustomer) -> Example {
    Example { customer: of.customer.id, number: of.customer.number.clone(), name: of.customer.name.clone() }
}

fn edits(change: BatchChange, of: &BatchedCustomer) -> Vec<BatchOperation> {
    let customer = of.customer.id;
    let own = change.of_customer(&of.customer).map(|patch| Operation::EditCustomer { customer, patch });
    let connections = of.connections.iter().filter_map(|held| {
        let (connection, from) = (held.id, held.zone);
        if let Some(to) = change.moves(from) {
            return Some(Operation::MoveConnection { connection, from, to });
        }
        change.of_connection(&held.record).map(|patch| Operation::EditConnection { connection, patch })
    });
    own.into_iter().chain(connections).map(|operation| operation_of(operation, &of.customer.name)).collect()
}

/// An operation of a batch. It needs no identity that follows from its row: the batch does not come to a row twice.
fn operation_of(operation: Operation, title: &str) -> BatchOperation {
    BatchOperation { id: Uuid::now_v7(), operation, title: title.to_owned(), after: None }
}

/// Takes a batch back, but for customers that somebody has changed since, who are named. Returns false if it was stopped; it goes on where it
/// was.
///
/// # Errors
/// A file cannot be read or written.
pub fn undo(state: &mut State, with: &Making<'_>, watch: Watch<'_>) -> Result<bool, Error> {
    let begun = State { stage: BatchStage::Undoing, ..state.clone() };
    keep(state, begun, with, &[])?;
    loop {
        let behind = state.undone_to;
        let rows = with.store.read_now(|db| rows_behind(db, state.id, behind, TOGETHER))?;
        let Some(last) = rows.last() else { break };
        let mut next = State { undone_to: last.place, ..state.clone() };
        let mut batch = Vec::new();
        for row in &rows {
            undo_of(&mut next, with.store, row, &mut batch)?;
        }
        next.undo_operations += batch.len() as u32;
        keep(state, next, with, &batch)?;
        if watch(state.undone_to).is_break() {
            return Ok(false);
        }
    }
    let over = State { stage: BatchStage::Undone, ..state.clone() };
    keep(state, over, with, &[])?;
    Ok(true)
}

/// The edits of one customer the other way round: all of them, or none where one of the fields is not as the batch left it.
fn undo_of(state: &mut State, store: &Store, row: &BatchRow, batch: &mut Vec<BatchOperation>) -> Result<(), Error> {
    let Some(found) = store.read_now(|db| batched_customer(db, &row.customer))? else { return Ok(()) };
    let mut done = store.read_now(|db| done_to(db, state.id, Entity::Customer, &row.customer))?;
    for connection in &found.connections {
        done.extend(store.read_now(|db| done_to(db, state.id, Entity::Connection, &connection.id.to_string()))?);
    }
    let mut back = Vec::new();
    for operation in done {
        let opposite = match operation {
            Operation::EditCustomer { customer, patch } => {
                reversed(&found.customer, &patch).map(|patch| Operation::EditCustomer { customer, patch })
            }
            Operation::EditConnection { connection, patch } => {
                let record = store.read_now(|db| connection_record(db, connection))?;
                let opposite = record.and_then(|record| reversed(&record, &patch));
                opposite.map(|patch| Operation::EditConnection { connection, patch })
            }
            Operation::MoveConnection { connection, from, to } => {
                let is_there = found.connections.iter().any(|held| held.id == connection && held.zone == to);
                is_there.then_some(Operation::MoveConnection { connection, from: to, to: from })
            }
            _ => continue,
        };
        let Some(operation) = opposite else {
            let who = store.read_now(|db| named(db, found.customer.id))?;
            state.keep_changed(who.unwrap_or_else(|| example(&found)));
            return Ok(());
        };
        back.push(operation_of(operation, &found.customer.name));
    }
    batch.extend(back);
    Ok(())
}

/// Keeps operations and how far the batch is by then, both or neither.
fn keep(state: &mut State, next: State, with: &Making<'_>, batch: &[BatchOperation]) -> Result<(), Error> {
    let text = serde_json::to_string(&next)?;
    with.store.submit_batch_and(with.user, next.id, batch, &with.made, |db| set_state(db, next.id, &text))?;
    *state = next;
    Ok(())
}
