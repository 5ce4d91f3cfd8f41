//! The outbox: what was done here and is not answered yet. A file of its own for each account, attached to the cache's connections.
//!
//! It is written with `synchronous = FULL`, and before the cache: what lies over the cache's rows is derived from it, so a kill between
//! the two files loses nothing, and `rebuild_all` after opening brings the rows in line.

pub mod amend;
pub(crate) mod chain;
pub mod queue;
pub(crate) mod salvage;

use crate::error::Error;
use crate::store::sync::epoch;
use crate::store::{Store, overlay};
use domain::{UserId, UtcMillis};
use protocol::sync::push::{MAX_OPS, OPERATION_VERSION, Operation, OperationEnvelope, OperationResult, Outcome, Push};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Applied operations are kept this long, to be sent again to a server that was restored from a backup (sync.md, Rules).
const KEEP_MS: i64 = 30 * domain::core::local_time::DAY_MS;

/// What an outcome that this version does not know is asked for again after.
const UNKNOWN_MS: i64 = 60_000;

/// Nobody is asked to wait for longer: a later instant was noted by a clock that has been set since.
const LONGEST_PAUSE_MS: i64 = domain::core::local_time::HOUR_MS;

/// Operations that wait and that need a look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not answered yet.
    pub waiting: u32,
    /// Refused.
    pub parked: u32,
}

impl Store {
    /// Does a command here under a new identity: it waits in the outbox, and lies over the rows it changes.
    ///
    /// # Errors
    /// No account's outbox is open, or a file cannot be written; then nothing was done.
    pub fn submit(&self, id: Uuid, command: &Operation, title: &str, now: UtcMillis) -> Result<(), Error> {
        let (entity, row) = command.row();
        // Two transactions: the outbox must never be behind the cache. What lies over the row can be derived again.
        self.write_now(|db| submit(db, id, command, title, now))?;
        if let Err(error) = self.write_now(|db| overlay::apply_overlay(db, entity, &row)) {
            tracing::error!(%error, "an edit is kept, and cannot be shown yet");
        }
        Ok(())
    }

    /// Sends a refused operation again under a new identity.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn retry_parked(&self, op: Uuid, new: Uuid) -> Result<(), Error> {
        self.write_now(|db| retry_parked(db, op, new))
    }
}

/// The operations applied so far.
pub(crate) fn applied(db: &Connection) -> Result<Vec<String>, Error> {
    if !is_open(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT op_id FROM outbox.op WHERE retired = 0 AND state = 'applied' AND op_id NOT IN (SELECT op_id FROM effects_received)",
    )?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Puts back what is on its way.
pub(crate) fn put_back(db: &Connection) -> Result<(), Error> {
    if is_open(db)? {
        // By the index, which leaves out what was applied.
        db.execute("UPDATE outbox.op SET state = 'pending' WHERE state <> 'applied' AND state = 'inflight'", [])?;
    }
    Ok(())
}

/// Whether an account's outbox is attached.
pub fn is_open(db: &Connection) -> Result<bool, Error> {
    // Asked for every row that comes, so it is no query: a database that is not attached is neither readable nor writable.
    Ok(db.is_readonly(c"outbox").is_ok())
}

/// Whether something waits for any row.
pub(crate) fn waits(db: &Connection) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox.op WHERE retired = 0 AND op_id NOT IN (SELECT op_id FROM effects_received))";
    Ok(is_open(db)? && db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Whether something waits for a row.
pub(crate) fn waits_for(db: &Connection, entity: Entity, id: &str) -> Result<bool, Error> {
    if !is_open(db)? {
        return Ok(false);
    }
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0
           AND op_id NOT IN (SELECT op_id FROM effects_received))",
    )?;
    Ok(query.query_row(params![entity as u8, id], |row| row.get(0))?)
}

fn submit(db: &Connection, id: Uuid, command: &Operation, title: &str, now: UtcMillis) -> Result<(), Error> {
    let (entity, row) = command.row();
    // An edit of a row builds on the one before it: it says what that one left.
    let after: Option<String> = db
        .prepare_cached("SELECT op_id FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0 AND state IN ('pending', 'inflight') ORDER BY seq DESC LIMIT 1")?
        .query_row(params![entity as u8, row], |row| row.get(0))
        .optional()?;
    db.prepare_cached(
        "INSERT INTO outbox.op (op_id, lane, after_op, kind, v, payload, entity, row_id, title, occurred_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        id.to_string(),
        command.lane(),
        after,
        command.kind(),
        OPERATION_VERSION,
        serde_json::to_string(command)?,
        entity as u8,
        row,
        title,
        now.0
    ])?;
    Ok(())
}

fn owner(db: &Connection) -> Result<Option<String>, Error> {
    Ok(db.query_row("SELECT value FROM outbox.meta WHERE key = 'user'", [], |row| row.get(0)).optional()?)
}

fn outbox_id(db: &Connection) -> Result<Uuid, Error> {
    let found: Option<String> =
        db.query_row("SELECT value FROM outbox.meta WHERE key = 'id'", [], |row| row.get(0)).optional()?;
    if let Some(id) = found.and_then(|text| text.parse().ok()) {
        return Ok(id);
    }
    let id = Uuid::now_v7();
    db.execute("INSERT OR REPLACE INTO outbox.meta (key, value) VALUES ('id', ?1)", [id.to_string()])?;
    Ok(id)
}

/// The next operations to send, marked as on their way: [`MAX_OPS`] and so many bytes of commands, one at least.
pub(crate) fn take_batch(db: &Connection, user: UserId, now: UtcMillis, most: usize) -> Result<Option<Push>, Error> {
    if !is_open(db)? || owner(db)? != Some(user.to_string()) {
        return Ok(None);
    }
    let mut query = db.prepare_cached(
        "SELECT op_id, seq, lane, after_op, v, payload, occurred_at FROM outbox.op INDEXED BY op_open
         WHERE state <> 'applied' AND state = 'pending' AND not_before NOT BETWEEN ?2 + 1 AND ?3 ORDER BY seq LIMIT ?1",
    )?;
    let ops = query.query_map([MAX_OPS as i64, now.0, now.0 + LONGEST_PAUSE_MS], read_op)?.collect::<Result<Vec<_>, _>>()?;
    let mut ops = chain::ready(db, ops)?;
    let mut bytes = 0;
    let fits = ops.iter().take_while(|op| {
        bytes += op.operation.get().len();
        bytes <= most
    });
    let fits = fits.count().max(1);
    ops.truncate(fits);
    let mut send = db.prepare_cached("UPDATE outbox.op SET state = 'inflight', attempts = attempts + 1 WHERE seq = ?1")?;
    for op in &ops {
        send.execute([op.seq as i64])?;
    }
    Ok(if ops.is_empty() { None } else { Some(Push { outbox: outbox_id(db)?, epoch: epoch::known(db)?, ops }) })
}

fn read_op(row: &Row<'_>) -> rusqlite::Result<OperationEnvelope> {
    let wrong = |column| {
        move |error: Box<dyn std::error::Error + Send + Sync>| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
        }
    };
    let id: String = row.get(0)?;
    let after: Option<String> = row.get(3)?;
    Ok(OperationEnvelope {
        id: id.parse::<Uuid>().map_err(|error| wrong(0)(error.into()))?,
        seq: row.get::<_, i64>(1)? as u64,
        lane: row.get(2)?,
        after: after.and_then(|text| text.parse().ok()),
        v: row.get(4)?,
        operation: RawValue::from_string(row.get(5)?).map_err(|error| wrong(5)(error.into()))?,
        occurred_at: UtcMillis(row.get(6)?),
    })
}

/// Keeps what the server said of an operation at an instant of its clock; `now` is this device's.
pub(crate) fn settle(db: &Connection, result: &OperationResult, at: UtcMillis, now: UtcMillis) -> Result<(), Error> {
    if !is_open(db)? {
        return Ok(());
    }
    let state = match result.outcome {
        Outcome::Applied { .. } => "applied",
        Outcome::Rejected { .. } => "parked",
        Outcome::RetryAfter { .. } | Outcome::Unknown => "pending",
    };
    let not_before = match result.outcome {
        Outcome::RetryAfter { seconds } => now.0 + i64::from(seconds) * 1_000,
        Outcome::Unknown => now.0 + UNKNOWN_MS,
        _ => 0,
    };
    let row: Option<(u8, String)> = db
        .prepare_cached(
            "UPDATE outbox.op SET state = ?2, outcome = ?3, retired = ?4, not_before = ?5, settled_at = ?6
             WHERE op_id = ?1 AND state <> 'applied' RETURNING entity, row_id",
        )?
        .query_row(
            params![result.id.to_string(), state, serde_json::to_string(&result.outcome)?, state == "parked", not_before, at.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    // What was refused lies over nothing any more: the screen shows what stands, and the outbox what was wanted.
    match row {
        Some((entity, id)) if state == "parked" => overlay::refresh(db, entity, &id),
        _ => Ok(()),
    }
}

/// Takes overlays away, and forgets what was applied long ago; `now` is the server's clock.
pub(crate) fn retire(db: &Connection, applied: &[String], now: UtcMillis) -> Result<(), Error> {
    if applied.is_empty() || !is_open(db)? {
        return Ok(());
    }
    // Somebody else's outbox may be open by now; its operations have other identities.
    let mut found = db.prepare_cached("SELECT entity, row_id FROM outbox.op WHERE op_id = ?1 AND state = 'applied'")?;
    for id in applied {
        let row: Option<(u8, String)> = found.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((entity, row)) = row else { continue };
        if keeps_what_it_shows(db, entity, &row, applied)? {
            continue;
        }
        db.prepare_cached("INSERT OR IGNORE INTO effects_received (op_id) VALUES (?1)")?.execute([id])?;
        overlay::refresh(db, entity, &row)?;
    }
    let forgotten = db
        .prepare_cached(
            "DELETE FROM outbox.op WHERE state = 'applied' AND settled_at < ?1 AND op_id IN (SELECT op_id FROM effects_received)",
        )?
        .execute([now.0 - KEEP_MS])?;
    if forgotten > 0 {
        db.execute("DELETE FROM effects_received WHERE op_id NOT IN (SELECT op_id FROM outbox.op)", [])?;
    }
    Ok(())
}

/// Whether a row that the server has taken away goes on showing what was done to it: for as long as any of that is not to go now. Its effect
/// will not be seen here, so that what builds on it would stand on nothing.
fn keeps_what_it_shows(db: &Connection, entity: u8, row: &str, going: &[String]) -> Result<bool, Error> {
    let gone: Option<bool> = db
        .prepare_cached("SELECT gone FROM base_row WHERE entity = ?1 AND id = ?2")?
        .query_row(params![entity, row], |row| row.get(0))
        .optional()?;
    if gone != Some(true) {
        return Ok(false);
    }
    let mut over = db.prepare_cached(
        "SELECT op_id FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0 AND op_id NOT IN (SELECT op_id FROM effects_received)",
    )?;
    let over = over.query_map(params![entity, row], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(over.iter().any(|op| !going.contains(op)))
}

fn retry_parked(db: &Connection, op: Uuid, new: Uuid) -> Result<(), Error> {
    let found: Option<(u8, String, String, Option<String>)> = db
        .prepare_cached("SELECT entity, row_id, payload, outcome FROM outbox.op WHERE op_id = ?1 AND state = 'parked'")?
        .query_row([op.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((entity, row, payload, outcome)) = found else { return Ok(()) };
    // A refusal is final for its id; the same wish again is another operation. What builds on it builds on the new one.
    let new = new.to_string();
    db.prepare_cached(
        "UPDATE outbox.op SET op_id = ?2, payload = ?3, after_op = NULL, state = 'pending', outcome = NULL, retired = 0, not_before = 0,
           attempts = 0 WHERE op_id = ?1",
    )?
    .execute(params![op.to_string(), new, having_seen(&payload, outcome.as_deref())?])?;
    db.prepare_cached("UPDATE outbox.op SET after_op = ?2 WHERE after_op = ?1 AND state = 'pending'")?
        .execute([op.to_string(), new.clone()])?;
    to_the_end(db, new)?;
    Entity::from_code(entity).map_or(Ok(()), |entity| overlay::apply_overlay(db, entity, &row))
}

/// Puts an operation, and what builds on it, behind all others: what was done since it was refused was done without it.
fn to_the_end(db: &Connection, op: String) -> Result<(), Error> {
    let mut next = Some(op);
    while let Some(op) = next {
        db.prepare_cached("UPDATE outbox.op SET seq = (SELECT MAX(seq) + 1 FROM outbox.op) WHERE op_id = ?1")?.execute([&op])?;
        next = db
            .prepare_cached("SELECT op_id FROM outbox.op WHERE after_op = ?1 AND state = 'pending'")?
            .query_row([&op], |row| row.get(0))
            .optional()?;
    }
    Ok(())
}

/// The command of somebody who has seen what stands, and wants it all the same.
pub(crate) fn having_seen(payload: &str, outcome: Option<&str>) -> Result<String, Error> {
    let outcome: Option<Outcome> = outcome.and_then(|text| serde_json::from_str(text).ok());
    let Some(Outcome::Rejected { conflict: Some(conflict), .. }) = outcome else { return Ok(payload.to_owned()) };
    let mut command: serde_json::Value = serde_json::from_str(payload)?;
    if let Some(from) = command.pointer_mut(&format!("/patch/{}/from", conflict.field)) {
        *from = conflict.theirs.into();
    }
    Ok(command.to_string())
}

/// Everything that was not applied, in its order.
///
/// # Errors
/// The outbox cannot be read.
pub fn open_ops(db: &Connection) -> Result<Vec<OperationEnvelope>, Error> {
    if !is_open(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT op_id, seq, lane, after_op, v, payload, occurred_at FROM outbox.op WHERE state <> 'applied' ORDER BY seq",
    )?;
    Ok(query.query_map([], read_op)?.collect::<Result<_, _>>()?)
}

/// How many operations wait, and how many need a look.
pub fn counts(db: &Connection) -> Result<Counts, Error> {
    if !is_open(db)? {
        return Ok(Counts::default());
    }
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(state <> 'parked'), 0), COALESCE(SUM(state = 'parked'), 0)
         FROM outbox.op INDEXED BY op_state WHERE state <> 'applied'",
    )?;
    Ok(query.query_row([], |row| Ok(Counts { waiting: row.get(0)?, parked: row.get(1)? }))?)
}
