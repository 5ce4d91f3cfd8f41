//! Epochs of the server's data: a restored backup begins another one, in which the server may lack operations it had applied (ADR 7).

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::meta;
use crate::store::overlay;
use crate::store::rows::read_marks;
use protocol::sync::rows::Entity;
use rusqlite::Connection;

/// Records the epoch of the server's data. In another one than before the server may lack what it had applied: that is sent again. The
/// outbox records it, not the cache, because a cache may be lost between two epochs.
pub(crate) fn note_epoch(db: &Connection, epoch: Option<u64>) -> Result<(), Error> {
    let Some(epoch) = epoch.filter(|_| is_attached(db).unwrap_or(false)) else { return Ok(()) };
    let known = meta::known_epoch(db)?;
    if known == Some(epoch) {
        return Ok(());
    }
    if known.is_some() {
        tracing::warn!("the server was restored from a backup: applied operations are sent again");
        read_marks::send_again(db)?;
        send_again(db)?;
    }
    meta::set_epoch(db, epoch)
}

/// Makes applied operations pending again: the server was restored from a backup, and may not have them (docs/spec/sync.md, Rules). Those
/// that it has it answers as before.
pub(crate) fn send_again(db: &Connection) -> Result<(), Error> {
    if !is_attached(db)? {
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
