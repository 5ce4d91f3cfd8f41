//! Amending: an operation that is not applied yet is replaced by another one of the same row, or withdrawn.
//!
//! An identity stands for one content, and an operation that was handed to the network may have been applied although no answer came. So
//! only one that was refused, or was never handed over, is changed. The `from` values of later operations are what it would have left; they
//! are replaced by what it leaves now.

use crate::error::Error;
use crate::store::outbox::meta;
use crate::store::outbox::retry::with_conflict_seen;
use crate::store::{Store, overlay};
use domain::field::device_clock::Stamp;
use domain::sync::edit::{Change, NoteField, Patch};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::{OPERATION_VERSION, Operation};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What became of an attempt to amend or withdraw.
#[derive(Debug, PartialEq, Eq)]
pub enum Amended {
    /// The operation was replaced or withdrawn.
    Done,
    /// It is being sent at this moment, and stays as it is.
    Inflight(Box<Operation>),
    /// It may have reached the server, or is not its author's to change, and stays as it is.
    Sent(Box<Operation>),
}

/// An operation, and how far it has come.
struct Found {
    seq: i64,
    row: (u8, String),
    payload: String,
    outcome: Option<String>,
    stage: Stage,
}

/// How far an operation has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It was never handed to the network.
    Kept,
    Refused,
    Inflight,
    /// It may have reached the server.
    Sent,
}

impl Found {
    /// Why it cannot be changed, if it cannot.
    fn obstacle(&self) -> Result<Option<Amended>, Error> {
        let operation = || Ok::<Box<Operation>, Error>(Box::new(serde_json::from_str(&self.payload)?));
        Ok(match self.stage {
            // One that cannot be read can be withdrawn.
            Stage::Kept => operation().ok().filter(|operation| operation.stays()).map(Amended::Sent),
            Stage::Refused => None,
            Stage::Inflight => Some(Amended::Inflight(operation()?)),
            Stage::Sent => Some(Amended::Sent(operation()?)),
        })
    }
}

impl Store {
    /// Replaces an operation by another one under a new identity.
    ///
    /// # Errors
    /// There is no such operation, the new one is of another row or kind, or a file cannot be written.
    pub fn amend(&self, op: Uuid, new: Uuid, operation: &Operation, made: impl Into<Stamp>) -> Result<Amended, Error> {
        let made = made.into();
        let amended = self.write_now(|db| amend(db, op, new, operation, &made))?;
        if amended == Amended::Done {
            let (entity, row) = operation.row();
            self.show(entity as u8, &row);
        }
        Ok(amended)
    }

    /// Withdraws an operation. One that is not there counts as withdrawn.
    ///
    /// # Errors
    /// The outbox cannot be written.
    pub fn withdraw(&self, op: Uuid) -> Result<Amended, Error> {
        let (amended, row) = self.write_now(|db| withdraw(db, op))?;
        if let Some((entity, row)) = row {
            self.show(entity, &row);
        }
        Ok(amended)
    }

    /// Computes a row's overlay again, in a transaction of its own: the outbox is never behind the cache.
    fn show(&self, entity: u8, row: &str) {
        let entity = Entity::from_code(entity);
        if let Err(error) = self.write_now(|db| entity.map_or(Ok(()), |entity| overlay::apply_overlay(db, entity, row))) {
            tracing::error!(%error, "a change is kept, and cannot be shown yet");
        }
    }
}

/// The difference between an operation that may have been applied and what is wanted now, as an edit of its own; `None` for operations that
/// no other can follow, or where nothing differs.
pub fn follow_up(before: &Operation, wanted: Operation) -> Option<Operation> {
    match (before, wanted) {
        (Operation::EditCustomer { patch: before, .. }, Operation::EditCustomer { customer, patch }) => {
            Some(Operation::EditCustomer { customer, patch: differing(before, patch)? })
        }
        (Operation::EditConnection { patch: before, .. }, Operation::EditConnection { connection, patch }) => {
            Some(Operation::EditConnection { connection, patch: differing(before, patch)? })
        }
        (Operation::EditProfile { patch: before, .. }, Operation::EditProfile { user, patch }) => {
            Some(Operation::EditProfile { user, patch: differing(before, patch)? })
        }
        (Operation::EditNote { patch: before, .. }, Operation::EditNote { note, meter, patch }) => {
            Some(Operation::EditNote { note, meter, patch: differing(before, patch)? })
        }
        // What was written is mended.
        (Operation::AddNote { text: before, .. }, Operation::AddNote { note, meter, text }) if *before != text => {
            let change = Change { from: before.clone(), to: text };
            Some(Operation::EditNote { note, meter, patch: Patch(BTreeMap::from([(NoteField::Text, change)])) })
        }
        _ => None,
    }
}

fn differing<F: Ord + Clone>(before: &Patch<F>, wanted: Patch<F>) -> Option<Patch<F>> {
    let mut patch = wanted.0;
    for (field, done) in &before.0 {
        let to = patch.get(field).map_or(&done.from, |change| &change.to).clone();
        patch.insert(field.clone(), Change { from: done.to.clone(), to });
    }
    patch.retain(|_, change| change.from != change.to);
    (!patch.is_empty()).then_some(Patch(patch))
}

fn find(db: &Connection, op: Uuid) -> Result<Option<Found>, Error> {
    let sql = "SELECT seq, entity, row_id, payload, outcome, state, attempts FROM outbox.op WHERE op_id = ?1";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_row([op.to_string()], |row| {
        Ok(Found {
            seq: row.get(0)?,
            row: (row.get(1)?, row.get(2)?),
            payload: row.get(3)?,
            outcome: row.get(4)?,
            stage: match (row.get::<_, String>(5)?.as_str(), row.get::<_, i64>(6)?) {
                ("parked", _) => Stage::Refused,
                ("pending", 0) => Stage::Kept,
                ("inflight", _) => Stage::Inflight,
                _ => Stage::Sent,
            },
        })
    });
    Ok(found.optional()?)
}

fn amend(db: &Connection, op: Uuid, new: Uuid, operation: &Operation, made: &Stamp) -> Result<Amended, Error> {
    let missing = || Error::from(Problem::new(Code::NotFound, "there is no such operation"));
    let found = find(db, op)?.ok_or_else(missing)?;
    let before: Operation = serde_json::from_str(&found.payload)?;
    if before.row() != operation.row() || before.kind() != operation.kind() {
        return Err(Problem::new(Code::BadRequest, "another row, or another kind of operation").into());
    }
    if let Some(amended) = found.obstacle()? {
        return Ok(amended);
    }
    let payload = with_conflict_seen(&serde_json::to_string(operation)?, found.outcome.as_deref())?;
    rebase_later(db, &found, Some(&payload))?;
    let (op, new) = (op.to_string(), new.to_string());
    db.prepare_cached(
        "UPDATE outbox.op SET op_id = ?2, v = ?3, payload = ?4, occurred_at = ?5, skew_ms = ?6, run = ?7, run_ms = ?8, state = 'pending', outcome = NULL, retired = 0,
           not_before = 0, attempts = 0, after_op = CASE state WHEN 'parked' THEN NULL ELSE after_op END WHERE op_id = ?1",
    )?
    .execute(params![
        op,
        new,
        OPERATION_VERSION,
        payload,
        made.at.0,
        made.clock.skew_ms,
        made.clock.monotonic.map(|reading| reading.run.to_string()),
        made.clock.monotonic.map(|reading| reading.ms)
    ])?;
    db.prepare_cached("UPDATE outbox.op SET after_op = ?2 WHERE after_op = ?1 AND state = 'pending'")?.execute([op, new])?;
    Ok(Amended::Done)
}

/// Returns also the row whose overlay has to be computed again, if there was one.
fn withdraw(db: &Connection, op: Uuid) -> Result<(Amended, Option<(u8, String)>), Error> {
    let Some(found) = find(db, op)? else { return Ok((Amended::Done, None)) };
    if let Some(amended) = found.obstacle()? {
        return Ok((amended, None));
    }
    let had_overlay = found.stage == Stage::Kept;
    // Operations that build on a refused one were refused with it, and their author decides about each.
    if had_overlay {
        rebase_later(db, &found, None)?;
    }
    let mut delete = db.prepare_cached("DELETE FROM outbox.op WHERE op_id = ?1 RETURNING batch")?;
    let batch: Option<String> = delete.query_row([op.to_string()], |row| row.get(0))?;
    if let Some(batch) = batch {
        meta::count_discarded(db, &batch)?;
    }
    Ok((Amended::Done, had_overlay.then_some(found.row)))
}

/// Replaces `from` in the next later operation of each field: by what the amended one leaves there now.
fn rebase_later(db: &Connection, found: &Found, after: Option<&str>) -> Result<(), Error> {
    let mut left = leaves(&patch_of(&found.payload), &after.map(patch_of).unwrap_or_default());
    let mut later = db.prepare_cached(
        "SELECT seq, payload FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND seq > ?3
           AND (state = 'parked' OR (state = 'pending' AND attempts = 0)) ORDER BY seq",
    )?;
    let later = later
        .query_map(params![found.row.0, found.row.1, found.seq], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    for (seq, payload) in later {
        let mut operation: Value = serde_json::from_str(&payload)?;
        let Some(patch) = operation.get_mut("patch").and_then(Value::as_object_mut) else { continue };
        let mut is_changed = false;
        for (field, change) in patch {
            if let Some((expected, actual)) = left.remove(field)
                && change["from"] == expected
            {
                change["from"] = actual;
                is_changed = true;
            }
        }
        if is_changed {
            let sql = "UPDATE outbox.op SET payload = ?2 WHERE seq = ?1";
            db.prepare_cached(sql)?.execute(params![seq, operation.to_string()])?;
        }
    }
    Ok(())
}

fn patch_of(payload: &str) -> Map<String, Value> {
    let operation: Value = serde_json::from_str(payload).unwrap_or_default();
    operation["patch"].as_object().cloned().unwrap_or_default()
}

/// By field: the value that later operations expect there, and the value that will be there.
fn leaves(before: &Map<String, Value>, after: &Map<String, Value>) -> BTreeMap<String, (Value, Value)> {
    let withdrawn = before.iter().map(|(field, change)| (field.clone(), (change["to"].clone(), change["from"].clone())));
    let mut left: BTreeMap<_, _> = withdrawn.collect();
    for (field, change) in after {
        let expected = before.get(field).map_or(&change["from"], |change| &change["to"]);
        left.insert(field.clone(), (expected.clone(), change["to"].clone()));
    }
    left
}
