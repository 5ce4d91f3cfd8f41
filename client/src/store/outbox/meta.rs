//! What an outbox file records about itself: whose it is, its own identity, the epoch of the server that its operations were sent to, and how many
//! operations of each batch were discarded.

use crate::error::Error;
use domain::UserId;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

fn get(db: &Connection, key: &str) -> Result<Option<String>, Error> {
    Ok(db.prepare_cached("SELECT value FROM outbox.meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?)
}

fn set(db: &Connection, key: &str, value: &str) -> Result<(), Error> {
    db.prepare_cached("INSERT OR REPLACE INTO outbox.meta (key, value) VALUES (?1, ?2)")?.execute([key, value])?;
    Ok(())
}

/// Whether the attached outbox is that of a user.
pub(crate) fn is_of(db: &Connection, user: UserId) -> Result<bool, Error> {
    Ok(get(db, "user")? == Some(user.to_string()))
}

/// Records whose outbox it is.
pub(crate) fn set_owner(db: &Connection, user: UserId) -> Result<(), Error> {
    set(db, "user", &user.to_string())
}

/// The identity of the outbox, made when it is first asked for.
pub(crate) fn outbox_id(db: &Connection) -> Result<Uuid, Error> {
    if let Some(id) = get(db, "id")?.and_then(|text| text.parse().ok()) {
        return Ok(id);
    }
    let id = Uuid::now_v7();
    set(db, "id", &id.to_string())?;
    Ok(id)
}

/// The newest epoch that the server reported; `None` before its first answer.
pub(crate) fn known_epoch(db: &Connection) -> Result<Option<u64>, Error> {
    let mut query = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM outbox.meta WHERE key = 'epoch'")?;
    Ok(query.query_row([], |row| row.get::<_, i64>(0)).optional()?.map(|epoch| epoch as u64))
}

/// Records the newest epoch.
pub(crate) fn set_epoch(db: &Connection, epoch: u64) -> Result<(), Error> {
    set(db, "epoch", &epoch.to_string())
}

/// How many operations of a batch their author has discarded.
pub(crate) fn discarded(db: &Connection, batch: &str) -> Result<u32, Error> {
    Ok(get(db, &format!("discarded:{batch}"))?.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// Counts one more.
pub(crate) fn count_discarded(db: &Connection, batch: &str) -> Result<(), Error> {
    set(db, &format!("discarded:{batch}"), &(discarded(db, batch)? + 1).to_string())
}
