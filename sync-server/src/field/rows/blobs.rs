//! Blobs: which are whole, who uploaded them, and which rows name them.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{BlobId, UtcMillis};
use protocol::sync::rows::Entity;
use rusqlite::params;

/// Writes that a user has uploaded a whole blob.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, id: BlobId, size: u64, user: i64) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO blob (sha256, size, whole_at) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO UPDATE SET whole_at = ?3",
    )?;
    insert.execute(params![id.0, size as i64, tx.now.0])?;
    tx.db.prepare_cached("INSERT OR IGNORE INTO blob_owner (sha256, user) VALUES (?1, ?2)")?.execute(params![id.0, user])?;
    Ok(())
}

/// Whether a user has uploaded a blob whole.
///
/// # Errors
/// The database.
pub fn is_owner(db: &Db, id: BlobId, user: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM blob_owner WHERE sha256 = ?1 AND user = ?2)")?;
    Ok(query.query_row(params![id.0, user], |row| row.get(0))?)
}

/// Whether a live row of a bucket names a blob.
///
/// # Errors
/// The database.
pub fn is_named_in(db: &Db, id: BlobId, bucket: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM manual_reading r JOIN change c ON c.bucket = ?2 AND c.entity = ?3 AND c.id = r.id AND c.removed = 0
         WHERE r.photo = ?1)
         OR EXISTS (SELECT 1 FROM meter_swap s JOIN change c ON c.bucket = ?2 AND c.entity = ?4 AND c.id = s.id AND c.removed = 0
         WHERE s.final_photo = ?1 OR s.first_photo = ?1)",
    )?;
    let kinds = (Entity::ManualReading as u8, Entity::MeterSwap as u8);
    Ok(query.query_row(params![id.0, bucket, kinds.0, kinds.1], |row| row.get(0))?)
}

/// Up to 1,000 blobs that no row names and that were uploaded before an instant.
///
/// # Errors
/// The database.
pub fn unnamed(db: &Db, before: UtcMillis) -> Result<Vec<BlobId>, Error> {
    let mut query = db.prepare_cached(
        "SELECT b.sha256 FROM blob b WHERE b.whole_at < ?1 AND NOT EXISTS (SELECT 1 FROM manual_reading r WHERE r.photo = b.sha256)
           AND NOT EXISTS (SELECT 1 FROM meter_swap s WHERE s.final_photo = b.sha256 OR s.first_photo = b.sha256) LIMIT 1000",
    )?;
    Ok(query.query_map([before.0], |row| row.get(0).map(BlobId))?.collect::<Result<_, _>>()?)
}

/// Bytes of the blobs that a user has uploaded and that no row names.
///
/// # Errors
/// The database.
pub fn unnamed_bytes(db: &Db, user: i64) -> Result<u64, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(b.size), 0) FROM blob_owner o JOIN blob b ON b.sha256 = o.sha256
         WHERE o.user = ?1 AND NOT EXISTS (SELECT 1 FROM manual_reading r WHERE r.photo = b.sha256)
           AND NOT EXISTS (SELECT 1 FROM meter_swap s WHERE s.final_photo = b.sha256 OR s.first_photo = b.sha256)",
    )?;
    Ok(query.query_row([user], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// Deletes a blob with its owners.
///
/// # Errors
/// The database.
pub fn delete(tx: &mut Tx<'_>, id: BlobId) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM blob_owner WHERE sha256 = ?1")?.execute([id.0])?;
    tx.db.prepare_cached("DELETE FROM blob WHERE sha256 = ?1")?.execute([id.0])?;
    Ok(())
}
