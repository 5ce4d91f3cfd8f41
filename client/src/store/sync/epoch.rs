//! Lives of a server's data: one restored from a backup begins another, and may have forgotten what it applied (ADR 7).

use crate::error::Error;
use crate::store::{outbox, overlay};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension};

/// The epoch that was heard of last.
pub(crate) fn known(db: &Connection) -> Result<Option<u64>, Error> {
    let mut query = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM outbox.meta WHERE key = 'epoch'")?;
    Ok(query.query_row([], |row| row.get::<_, i64>(0)).optional()?.map(|epoch| epoch as u64))
}

/// Notes which epoch of its data the server is in. In another one than before it may have forgotten what was applied: that is sent again.
/// It is noted here, not in the cache, which may be lost between the two.
pub(crate) fn note_epoch(db: &Connection, epoch: Option<u64>) -> Result<(), Error> {
    let Some(epoch) = epoch.filter(|_| outbox::is_open(db).unwrap_or(false)) else { return Ok(()) };
    let known = known(db)?;
    if known == Some(epoch) {
        return Ok(());
    }
    if known.is_some() {
        tracing::warn!("the server was restored from a backup: what was applied is brought again");
        send_again(db)?;
    }
    db.prepare_cached("INSERT OR REPLACE INTO outbox.meta (key, value) VALUES ('epoch', ?1)")?.execute([epoch.to_string()])?;
    Ok(())
}

/// Sends what was applied again: the server was restored from a backup, and may not know of it (sync.md, Rules). What it does know it
/// answers as before.
pub(crate) fn send_again(db: &Connection) -> Result<(), Error> {
    if !outbox::is_open(db)? {
        return Ok(());
    }
    let mut query = db.prepare_cached(
        "UPDATE outbox.op SET state = 'pending', retired = 0, not_before = 0, settled_at = NULL WHERE state = 'applied' RETURNING entity, row_id",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(u8, String)>, _>>()?;
    db.execute("DELETE FROM effects_received", [])?;
    for (entity, id) in rows {
        if let Some(entity) = Entity::from_code(entity) {
            overlay::apply_overlay(db, entity, &id)?;
        }
    }
    Ok(())
}

/// A cache that holds nothing yet takes everything from the server as it is now: with the effects of all that was applied.
pub(crate) fn receive_effects_if_empty(db: &Connection) -> Result<(), Error> {
    db.execute(
        "INSERT OR IGNORE INTO effects_received (op_id) SELECT op_id FROM outbox.op WHERE state = 'applied'
           AND NOT EXISTS (SELECT 1 FROM bucket)",
        [],
    )?;
    Ok(())
}
