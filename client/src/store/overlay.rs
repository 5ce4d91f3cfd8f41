//! Rows with pending operations: the server's version is kept as the base row, and what is shown is the overlay, which is that version with
//! the operations replayed over it.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::rows::people::author;
use crate::store::rows::{delete_row, is_held, put, read_row};
use domain::UtcMillis;
use engine::overlay::{Author, new_row, overlay};
use engine::view::removes;
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};

/// The server's version of a row.
struct Base {
    rev: i64,
    /// Empty where the server has never sent the row.
    body: String,
    /// Whether the server has deleted it, or never had it.
    is_deleted: bool,
}

fn base(db: &Connection, entity: Entity, id: &str) -> Result<Option<Base>, Error> {
    let mut query = db.prepare_cached("SELECT rev, body, gone FROM base_row WHERE entity = ?1 AND id = ?2")?;
    let found = query
        .query_row(params![entity as u8, id], |row| Ok(Base { rev: row.get(0)?, body: row.get(1)?, is_deleted: row.get(2)? }));
    Ok(found.optional()?)
}

/// Whether any row has an overlay.
pub(crate) fn is_any(db: &Connection) -> Result<bool, Error> {
    Ok(db.prepare_cached("SELECT EXISTS (SELECT 1 FROM base_row)")?.query_row([], |row| row.get(0))?)
}

/// Replays a row's pending operations over it; the server's version becomes the base row first. A row that the server does not have yet may
/// be made by an operation: its base row is empty, and it is deleted with that operation if the server never sends it.
pub fn apply_overlay(db: &Connection, entity: Entity, id: &str) -> Result<(), Error> {
    if base(db, entity, id)?.is_none() {
        let (rev, body, is_deleted) = match read_row(db, entity, id)? {
            Some((rev, body)) => (rev, body, false),
            None if entity.kind().made_on_device => (0, String::new(), true),
            None => return Ok(()),
        };
        db.prepare_cached("INSERT INTO base_row (entity, id, rev, body, gone) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            entity as u8,
            id,
            rev,
            body,
            is_deleted
        ])?;
    }
    replay(db, entity, id)
}

/// Computes a row's overlay again after an operation of it has ended.
pub fn refresh(db: &Connection, entity: u8, id: &str) -> Result<(), Error> {
    Entity::from_code(entity).map_or(Ok(()), |entity| replay(db, entity, id))
}

/// Replaces the base row by the server's new version. Returns false if the row has no overlay: then the caller writes it.
pub fn rebase(db: &Connection, entity: Entity, id: &str, rev: u64, body: &str) -> Result<bool, Error> {
    let replaced = db
        .prepare_cached("UPDATE base_row SET rev = ?3, body = ?4, gone = 0 WHERE entity = ?1 AND id = ?2")?
        .execute(params![entity as u8, id, rev as i64, body])?;
    if replaced == 0 {
        return Ok(false);
    }
    replay(db, entity, id)?;
    Ok(true)
}

/// Marks the base row as deleted by the server. Returns false if the row has no overlay: then the caller deletes it. Otherwise the row is
/// shown until its operations are answered, so that nobody's unsent work disappears from the screen.
pub fn mark_deleted(db: &Connection, entity: Entity, id: &str) -> Result<bool, Error> {
    let marked =
        db.prepare_cached("UPDATE base_row SET gone = 1 WHERE entity = ?1 AND id = ?2")?.execute(params![entity as u8, id])?;
    Ok(marked > 0)
}

/// Shows the base row with its pending operations replayed over it; without any, the base row itself.
fn replay(db: &Connection, entity: Entity, id: &str) -> Result<(), Error> {
    let Some(Base { rev, body, is_deleted }) = base(db, entity, id)? else { return Ok(()) };
    let pending = pending(db, entity, id)?;
    if pending.is_empty() {
        db.prepare_cached("DELETE FROM base_row WHERE entity = ?1 AND id = ?2")?.execute(params![entity as u8, id])?;
        // A row that was made by an operation and never came from the server has no version of its own.
        if body.is_empty() || (is_deleted && !is_held(db, entity as u8, id)?) {
            return delete_row(db, entity, id);
        }
        return show(db, entity, id, rev, &body);
    }
    let takes_off =
        |operation: &Operation| matches!(operation, Operation::TakeBackCustomer { .. } | Operation::RemoveReportTemplate { .. });
    if pending.iter().any(|(operation, _)| takes_off(operation)) {
        return delete_row(db, entity, id);
    }
    let (user, name) = author(db)?;
    let mut is_removed = false;
    let shown = pending.iter().fold(body, |body, (operation, at)| {
        if removes(&body, operation) {
            is_removed = true;
            return String::new();
        }
        let after = if body.is_empty() {
            new_row(operation, Author { name: &name, id: user, at: *at })
        } else {
            overlay(&body, operation)
        };
        after.unwrap_or(body)
    });
    match (shown.is_empty(), is_removed) {
        (false, _) => show(db, entity, id, rev, &shown),
        (true, true) => delete_row(db, entity, id),
        // An operation that was written by a newer version of the app may not be able to make the row.
        (true, false) => Ok(()),
    }
}

/// Writes a row unless it is there already as it is to be: mostly the server's result of an operation is what the overlay showed, and each
/// row that is written costs the encryption of its pages.
fn show(db: &Connection, entity: Entity, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    match read_row(db, entity, id)? {
        Some((held, shown)) if held == rev && shown == body => Ok(()),
        _ => put(db, entity, id, rev as u64, body),
    }
}

/// The pending operations of a row, each with the instant at which it was done.
fn pending(db: &Connection, entity: Entity, id: &str) -> Result<Vec<(Operation, UtcMillis)>, Error> {
    if !is_attached(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT payload, occurred_at FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0
           AND op_id NOT IN (SELECT op_id FROM effects_received) ORDER BY seq",
    )?;
    let payloads = query
        .query_map(params![entity as u8, id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, i64)>, _>>()?;
    // An operation that this version of the app cannot read has no overlay; it is sent all the same.
    let read = |(payload, at): &(String, i64)| Some((serde_json::from_str(payload).ok()?, UtcMillis(*at)));
    Ok(payloads.iter().filter_map(read).collect())
}

/// Computes every overlay again from the outbox: when an account's outbox is opened.
pub fn rebuild_all(db: &Connection) -> Result<(), Error> {
    let mut query = db.prepare(
        "SELECT entity, id FROM base_row UNION SELECT entity, row_id FROM outbox.op
           WHERE retired = 0 AND state <> 'parked' AND op_id NOT IN (SELECT op_id FROM effects_received)",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(u8, String)>, _>>()?;
    for (code, id) in rows {
        if let Some(entity) = Entity::from_code(code) {
            apply_overlay(db, entity, &id)?;
        }
    }
    Ok(())
}
