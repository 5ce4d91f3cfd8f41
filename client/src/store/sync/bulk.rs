//! Taking many rows at once: what would be looked up for each row is looked up once a page, and an index whose order is not the rows' own
//! is made when they are all there.
//!
//! Measured on the first 200,000 rows of a utility: each row touched another page of the index by name, and a page costs its encryption
//! with each commit, which was more than everything else together.

use crate::error::Error;
use crate::store::{outbox, overlay};
use engine::pull::Held;
use protocol::sync::pull::Change;
use rusqlite::{Connection, params};

/// Whether anything done here may lie over rows that come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Nothing waits on this device.
    Nothing,
    /// Something does; each row has to be looked at.
    Something,
}

/// Whether something waits, for all rows of a transaction.
pub(crate) fn waiting(db: &Connection) -> Result<Waiting, Error> {
    Ok(if overlay::lies_anywhere(db)? || outbox::waits(db)? { Waiting::Something } else { Waiting::Nothing })
}

/// Notes that a bucket holds a row at a revision; the bucket's hash follows. Most rows of a first sync are not there yet, so that one
/// statement does.
pub(crate) fn hold(db: &Connection, into: &mut Held, change: &Change) -> Result<(), Error> {
    let (code, bucket, rev) = (change.entity.0, &into.cursor.bucket.0, change.rev as i64);
    let is_new = db
        .prepare_cached("INSERT INTO holding (entity, id, bucket, rev) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?
        .execute(params![code, change.id, bucket, rev])?;
    if is_new == 0 {
        let before: i64 = db
            .prepare_cached("SELECT rev FROM holding WHERE entity = ?1 AND id = ?2 AND bucket = ?3")?
            .query_row(params![code, change.id, bucket], |row| row.get(0))?;
        // A row of an earlier epoch of the bucket is in no sum.
        if before >= 0 {
            into.state_hash.0 = into.state_hash.0.wrapping_sub(engine::row_hash(change.entity, &change.id, before as u64));
        }
        db.prepare_cached("UPDATE holding SET rev = ?4 WHERE entity = ?1 AND id = ?2 AND bucket = ?3")?
            .execute(params![code, change.id, bucket, rev])?;
    }
    into.state_hash.0 = into.state_hash.0.wrapping_add(engine::row_hash(change.entity, &change.id, change.rev));
    Ok(())
}

/// Lays the index of the list of customers aside while a large bucket comes; until it is back the list is sorted when it is asked for.
pub(crate) fn lay_lists_aside(db: &Connection) -> Result<(), Error> {
    Ok(db.execute_batch("DROP INDEX IF EXISTS customer_list")?)
}

/// Brings it back, in one pass.
pub(crate) fn bring_lists_back(db: &Connection) -> Result<(), Error> {
    Ok(db.execute_batch("CREATE INDEX IF NOT EXISTS customer_list ON customer (name COLLATE NOCASE, id, search)")?)
}
