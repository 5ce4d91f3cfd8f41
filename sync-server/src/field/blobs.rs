//! Blobs as rows: which are whole, who brought them, and who may see them. Their bytes are files (`crate::field::blob_files`).

use crate::core::Tx;
use crate::core::scope::{Caller, buckets};
use crate::error::Error;
use domain::{BlobId, UtcMillis};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, params};

/// Notes that a user has brought a whole blob.
///
/// # Errors
/// The database.
pub fn add(tx: &mut Tx<'_>, id: BlobId, size: u64, user: i64) -> Result<(), Error> {
    let now = tx.now;
    tx.db
        .prepare_cached(
            "INSERT INTO blob (sha256, size, whole_at) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO UPDATE SET whole_at = ?3",
        )?
        .execute(params![id.0, size as i64, now.0])?;
    tx.db.prepare_cached("INSERT OR IGNORE INTO blob_owner (sha256, user) VALUES (?1, ?2)")?.execute(params![id.0, user])?;
    Ok(())
}

/// Whether a user has brought a blob whole. Nobody can name, and so read, a blob of which only the hash is known.
///
/// # Errors
/// The database.
pub fn is_owner(db: &Connection, id: BlobId, user: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM blob_owner WHERE sha256 = ?1 AND user = ?2)")?;
    Ok(query.query_row(params![id.0, user], |row| row.get(0))?)
}

/// Whether some row that a caller may hold names a blob.
///
/// # Errors
/// The database.
pub fn is_visible(db: &Connection, caller: &Caller, id: BlobId) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM manual_reading r JOIN change c ON c.bucket = ?2 AND c.entity = ?3 AND c.id = r.id AND c.removed = 0
         WHERE r.photo = ?1)",
    )?;
    for bucket in buckets(db, caller)?.into_iter().filter_map(|member| member.num) {
        if query.query_row(params![id.0, bucket, Entity::ManualReading as u8], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes out blobs that nothing names and that were brought before an instant; returns them.
///
/// # Errors
/// The database.
pub fn take_unnamed(tx: &mut Tx<'_>, before: UtcMillis) -> Result<Vec<BlobId>, Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT b.sha256 FROM blob b WHERE b.whole_at < ?1 AND NOT EXISTS (SELECT 1 FROM manual_reading r WHERE r.photo = b.sha256)
         LIMIT 1000",
    )?;
    let ids = query.query_map([before.0], |row| row.get(0).map(BlobId))?.collect::<Result<Vec<_>, _>>()?;
    for id in &ids {
        tx.db.prepare_cached("DELETE FROM blob_owner WHERE sha256 = ?1")?.execute([id.0])?;
        tx.db.prepare_cached("DELETE FROM blob WHERE sha256 = ?1")?.execute([id.0])?;
    }
    Ok(ids)
}
