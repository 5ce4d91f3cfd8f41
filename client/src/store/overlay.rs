//! Rows with operations over them: the server's version is kept apart, and what is shown is that with the operations replayed over it.

use crate::error::Error;
use crate::store::outbox::is_open;
use crate::store::rows::field::author;
use crate::store::rows::kinds::put;
use crate::store::sync::apply::{delete_row, held_elsewhere, read_row};
use domain::UtcMillis;
use engine::overlay::{Author, new_row, overlay};
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};

struct Base {
    rev: i64,
    body: String,
    gone: bool,
}

fn base(db: &Connection, entity: Entity, id: &str) -> Result<Option<Base>, Error> {
    let mut query = db.prepare_cached("SELECT rev, body, gone FROM base_row WHERE entity = ?1 AND id = ?2")?;
    let found =
        query.query_row(params![entity as u8, id], |row| Ok(Base { rev: row.get(0)?, body: row.get(1)?, gone: row.get(2)? }));
    Ok(found.optional()?)
}

/// Whether anything lies over any row.
pub(crate) fn lies_anywhere(db: &Connection) -> Result<bool, Error> {
    Ok(db.prepare_cached("SELECT EXISTS (SELECT 1 FROM base_row)")?.query_row([], |row| row.get(0))?)
}

/// Lays what waits for a row over it; the server's version is put aside first. A row that the server does not have yet may be made by
/// what waits: it stands on nothing, and goes with that if the server never has it.
pub fn apply_overlay(db: &Connection, entity: Entity, id: &str) -> Result<(), Error> {
    if base(db, entity, id)?.is_none() {
        let (rev, body, gone) = match read_row(db, entity, id)? {
            Some((rev, body)) => (rev, body, false),
            None if entity.kind().made_on_device => (0, String::new(), true),
            None => return Ok(()),
        };
        db.prepare_cached("INSERT INTO base_row (entity, id, rev, body, gone) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            entity as u8,
            id,
            rev,
            body,
            gone
        ])?;
    }
    replay(db, entity, id)
}

/// Shows a row anew after an operation has left it.
pub fn refresh(db: &Connection, entity: u8, id: &str) -> Result<(), Error> {
    Entity::from_code(entity).map_or(Ok(()), |entity| replay(db, entity, id))
}

/// Takes the server's new version of a row. Returns false if nothing lies over the row, which is then the caller's to write.
pub fn rebase(db: &Connection, entity: Entity, id: &str, rev: u64, body: &str) -> Result<bool, Error> {
    let known = db
        .prepare_cached("UPDATE base_row SET rev = ?3, body = ?4, gone = 0 WHERE entity = ?1 AND id = ?2")?
        .execute(params![entity as u8, id, rev as i64, body])?;
    if known == 0 {
        return Ok(false);
    }
    replay(db, entity, id)?;
    Ok(true)
}

/// Notes that the server has taken a row away. Returns false if nothing lies over it. Otherwise the row stays until what waits for it
/// is answered: nobody's work disappears from under them.
pub fn mark_deleted(db: &Connection, entity: Entity, id: &str) -> Result<bool, Error> {
    let known =
        db.prepare_cached("UPDATE base_row SET gone = 1 WHERE entity = ?1 AND id = ?2")?.execute(params![entity as u8, id])?;
    Ok(known > 0)
}

/// Writes the server's version with everything that waits over it. When nothing waits any more, that is the row.
fn replay(db: &Connection, entity: Entity, id: &str) -> Result<(), Error> {
    let Some(Base { rev, body, gone }) = base(db, entity, id)? else { return Ok(()) };
    let waiting = waiting(db, entity, id)?;
    if waiting.is_empty() {
        db.prepare_cached("DELETE FROM base_row WHERE entity = ?1 AND id = ?2")?.execute(params![entity as u8, id])?;
        // A row that was made here and never came stands on nothing.
        if body.is_empty() || (gone && !held_elsewhere(db, entity, id)?) {
            return delete_row(db, entity, id);
        }
        return show(db, entity, id, rev, &body);
    }
    let name = author(db)?;
    let shown = waiting.iter().fold(body, |body, (command, at)| {
        let over = if body.is_empty() { new_row(command, Author { name: &name, at: *at }) } else { overlay(&body, command) };
        over.unwrap_or(body)
    });
    // What waits may not be able to make the row, as a command of a version that this program does not know.
    if shown.is_empty() { Ok(()) } else { show(db, entity, id, rev, &shown) }
}

/// Writes a row, if it is not there as it is: mostly the server has made of an operation what was shown for it, and a row that is written
/// costs its pages' encryption.
fn show(db: &Connection, entity: Entity, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    match read_row(db, entity, id)? {
        Some((held, shown)) if held == rev && shown == body => Ok(()),
        _ => put(db, entity, id, rev as u64, body),
    }
}

/// What waits for a row, each with when it was done.
fn waiting(db: &Connection, entity: Entity, id: &str) -> Result<Vec<(Operation, UtcMillis)>, Error> {
    if !is_open(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT payload, occurred_at FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0
           AND op_id NOT IN (SELECT op_id FROM effects_received) ORDER BY seq",
    )?;
    let payloads = query
        .query_map(params![entity as u8, id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, i64)>, _>>()?;
    // A payload of a version that this program does not know lies over nothing; it is sent all the same.
    let read = |(payload, at): &(String, i64)| Some((serde_json::from_str(payload).ok()?, UtcMillis(*at)));
    Ok(payloads.iter().filter_map(read).collect())
}

/// Brings every row with something over it in line with the outbox: after a start, and when an account's outbox is opened.
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
