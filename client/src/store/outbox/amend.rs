//! Second thoughts: an operation that is not done yet is replaced by another of the same row, or dropped.
//!
//! An operation has one identity for one wish, and what was handed to the network may have had its effect although no answer came. So only
//! one that was refused, or was never handed over, is touched. What builds on it says what it would have left; it is told what it finds now.

use crate::error::Error;
use crate::store::outbox::having_seen;
use crate::store::{Store, overlay};
use domain::UtcMillis;
use domain::sync::edit::{Change, Patch};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::{OPERATION_VERSION, Operation};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What became of a second thought.
#[derive(Debug, PartialEq, Eq)]
pub enum Amended {
    /// The operation is another one now, or gone.
    Done,
    /// It is on its way at this moment, and stays as it is.
    OnItsWay(Box<Operation>),
    /// It may have reached the server, and stays as it is.
    Sent(Box<Operation>),
}

/// An operation as far as it matters here.
struct Found {
    seq: i64,
    row: (u8, String),
    payload: String,
    outcome: Option<String>,
    at: At,
}

/// Where an operation is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Here,
    Refused,
    OnItsWay,
    Sent,
}

impl Found {
    /// Why it cannot be touched, if it cannot.
    fn is_out_of_reach(&self) -> Result<Option<Amended>, Error> {
        let command = || Ok::<_, Error>(Box::new(serde_json::from_str(&self.payload)?));
        Ok(match self.at {
            At::Here | At::Refused => None,
            At::OnItsWay => Some(Amended::OnItsWay(command()?)),
            At::Sent => Some(Amended::Sent(command()?)),
        })
    }
}

impl Store {
    /// Puts a command in the place of an operation, under a new identity.
    ///
    /// # Errors
    /// There is no such operation, the command is of another row or kind, or a file cannot be written.
    pub fn amend(&self, op: Uuid, new: Uuid, command: &Operation, now: UtcMillis) -> Result<Amended, Error> {
        let amended = self.write_now(|db| amend(db, op, new, command, now))?;
        if amended == Amended::Done {
            let (entity, row) = command.row();
            self.show(entity as u8, &row);
        }
        Ok(amended)
    }

    /// Drops an operation.
    ///
    /// # Errors
    /// The outbox cannot be written. One that is not there is gone already.
    pub fn withdraw(&self, op: Uuid) -> Result<Amended, Error> {
        let (amended, row) = self.write_now(|db| withdraw(db, op))?;
        if let Some((entity, row)) = row {
            self.show(entity, &row);
        }
        Ok(amended)
    }

    /// Brings a row in line with the outbox, which is never behind the cache: so that is another transaction.
    fn show(&self, entity: u8, row: &str) {
        let entity = Entity::from_code(entity);
        if let Err(error) = self.write_now(|db| entity.map_or(Ok(()), |entity| overlay::apply_overlay(db, entity, row))) {
            tracing::error!(%error, "a change is kept, and cannot be shown yet");
        }
    }
}

/// What was handed to the network and never left this device can still be taken back.
///
/// # Errors
/// The outbox cannot be written.
pub fn revert_attempt(db: &Connection) -> Result<(), Error> {
    if crate::store::outbox::is_open(db)? {
        let sql = "UPDATE outbox.op SET attempts = attempts - 1 WHERE state <> 'applied' AND state = 'inflight' AND attempts > 0";
        db.execute(sql, [])?;
    }
    Ok(())
}

/// What differs between what may be done already and what is wanted now, as an edit of its own; `None` where a command cannot be followed
/// by another, or nothing differs.
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
            at: match (row.get::<_, String>(5)?.as_str(), row.get::<_, i64>(6)?) {
                ("parked", _) => At::Refused,
                ("pending", 0) => At::Here,
                ("inflight", _) => At::OnItsWay,
                _ => At::Sent,
            },
        })
    });
    Ok(found.optional()?)
}

fn amend(db: &Connection, op: Uuid, new: Uuid, command: &Operation, now: UtcMillis) -> Result<Amended, Error> {
    let gone = || Error::from(Problem::new(Code::NotFound, "there is no such operation"));
    let found = find(db, op)?.ok_or_else(gone)?;
    let before: Operation = serde_json::from_str(&found.payload)?;
    if before.row() != command.row() || before.kind() != command.kind() {
        return Err(Problem::new(Code::BadRequest, "another row, or another kind of command").into());
    }
    if let Some(amended) = found.is_out_of_reach()? {
        return Ok(amended);
    }
    let payload = having_seen(&serde_json::to_string(command)?, found.outcome.as_deref())?;
    tell_those_behind(db, &found, Some(&payload))?;
    let (op, new) = (op.to_string(), new.to_string());
    db.prepare_cached(
        "UPDATE outbox.op SET op_id = ?2, v = ?3, payload = ?4, occurred_at = ?5, state = 'pending', outcome = NULL, retired = 0,
           not_before = 0, attempts = 0, after_op = CASE state WHEN 'parked' THEN NULL ELSE after_op END WHERE op_id = ?1",
    )?
    .execute(params![op, new, OPERATION_VERSION, payload, now.0])?;
    db.prepare_cached("UPDATE outbox.op SET after_op = ?2 WHERE after_op = ?1 AND state = 'pending'")?.execute([op, new])?;
    Ok(Amended::Done)
}

/// Returns the row that is to be shown anew as well, where it lay over one.
fn withdraw(db: &Connection, op: Uuid) -> Result<(Amended, Option<(u8, String)>), Error> {
    let Some(found) = find(db, op)? else { return Ok((Amended::Done, None)) };
    if let Some(amended) = found.is_out_of_reach()? {
        return Ok((amended, None));
    }
    let lay = found.at == At::Here;
    // What builds on a refused operation was refused with it, and is a person's to settle.
    if lay {
        tell_those_behind(db, &found, None)?;
    }
    db.prepare_cached("DELETE FROM outbox.op WHERE op_id = ?1")?.execute([op.to_string()])?;
    Ok((Amended::Done, lay.then_some(found.row)))
}

/// Tells the next operation of each field what it will find: what the amended one leaves there now.
fn tell_those_behind(db: &Connection, found: &Found, after: Option<&str>) -> Result<(), Error> {
    let mut left = leaves(&patch_of(&found.payload), &after.map(patch_of).unwrap_or_default());
    let mut behind = db.prepare_cached(
        "SELECT seq, payload FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND seq > ?3
           AND (state = 'parked' OR (state = 'pending' AND attempts = 0)) ORDER BY seq",
    )?;
    let behind = behind
        .query_map(params![found.row.0, found.row.1, found.seq], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    for (seq, payload) in behind {
        let mut command: Value = serde_json::from_str(&payload)?;
        let Some(patch) = command.get_mut("patch").and_then(Value::as_object_mut) else { continue };
        let mut is_told = false;
        for (field, change) in patch {
            if let Some((expected, finds)) = left.remove(field)
                && change["from"] == expected
            {
                change["from"] = finds;
                is_told = true;
            }
        }
        if is_told {
            let sql = "UPDATE outbox.op SET payload = ?2 WHERE seq = ?1";
            db.prepare_cached(sql)?.execute(params![seq, command.to_string()])?;
        }
    }
    Ok(())
}

fn patch_of(payload: &str) -> Map<String, Value> {
    let command: Value = serde_json::from_str(payload).unwrap_or_default();
    command["patch"].as_object().cloned().unwrap_or_default()
}

/// By field: what those behind expect there, and what they will find.
fn leaves(before: &Map<String, Value>, after: &Map<String, Value>) -> BTreeMap<String, (Value, Value)> {
    let given_up = before.iter().map(|(field, change)| (field.clone(), (change["to"].clone(), change["from"].clone())));
    let mut left: BTreeMap<_, _> = given_up.collect();
    for (field, change) in after {
        let expected = before.get(field).map_or(&change["from"], |change| &change["to"]);
        left.insert(field.clone(), (expected.clone(), change["to"].clone()));
    }
    left
}
