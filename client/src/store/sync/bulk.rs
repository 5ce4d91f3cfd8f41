//! Writing many rows at once: what would be queried for each row is queried once a page, and an index whose order is not that of the rows
//! is created when all have come.
//!
//! Measured on the first 200,000 rows of a utility: each row touched another page of the index by name, and a page costs its encryption
//! with each commit, which was more than everything else together.

use crate::error::Error;
use crate::store::{outbox, overlay};
use engine::pull::Held;
use protocol::sync::pull::Change;
use rusqlite::{Connection, params};

/// Whether rows that come may have pending operations on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// No row has one.
    None,
    /// Some row has one, so that each has to be checked.
    Some,
}

/// Whether any row has a pending operation, once for all rows of a transaction.
pub(crate) fn pending(db: &Connection) -> Result<Pending, Error> {
    Ok(if overlay::is_any(db)? || outbox::has_pending(db)? { Pending::Some } else { Pending::None })
}

/// Records that a bucket holds a row at a revision, and adds it to the bucket's hash. Most rows of a first sync are new, and need one
/// statement only.
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

/// Drops the index of the list of customers while a large bucket comes; until it is created again, each query sorts the list.
pub(crate) fn drop_list_index(db: &Connection) -> Result<(), Error> {
    Ok(db.execute_batch("DROP INDEX IF EXISTS customer_list")?)
}

/// Creates the index of the list of customers, in one pass.
pub(crate) fn create_list_index(db: &Connection) -> Result<(), Error> {
    Ok(db.execute_batch("CREATE INDEX IF NOT EXISTS customer_list ON customer (name COLLATE NOCASE, id, status, search)")?)
}
