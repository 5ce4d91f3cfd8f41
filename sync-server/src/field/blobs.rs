//! Blobs as rows: which are whole, who uploaded them, and who may see them. Their bytes are files (`crate::field::blob_files`).

use crate::core::scope::{Caller, buckets};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::rows::blobs;
use domain::{BlobId, UtcMillis};

/// Records that a user has uploaded a whole blob.
///
/// # Errors
/// The database.
pub fn add(tx: &mut Tx<'_>, id: BlobId, size: u64, user: i64) -> Result<(), Error> {
    blobs::insert(tx, id, size, user)
}

/// Whether a user has uploaded a blob whole. Nobody can name, and so read, a blob of which only the hash is known.
///
/// # Errors
/// The database.
pub fn is_owner(db: &Db, id: BlobId, user: i64) -> Result<bool, Error> {
    blobs::is_owner(db, id, user)
}

/// Bytes of the blobs that a user has uploaded and that no row names.
///
/// # Errors
/// The database.
pub fn unnamed_bytes(db: &Db, user: i64) -> Result<u64, Error> {
    blobs::unnamed_bytes(db, user)
}

/// Whether some row that a caller may hold names a blob.
///
/// # Errors
/// The database.
pub fn is_visible(db: &Db, caller: &Caller, id: BlobId) -> Result<bool, Error> {
    for bucket in buckets(db, caller)?.into_iter().filter_map(|member| member.num) {
        if blobs::is_named_in(db, id, bucket)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes blobs that no row names and that were uploaded before an instant, up to 1,000; returns them.
///
/// # Errors
/// The database.
pub fn take_unnamed(tx: &mut Tx<'_>, before: UtcMillis) -> Result<Vec<BlobId>, Error> {
    let ids = blobs::unnamed(tx, before)?;
    for id in &ids {
        blobs::delete(tx, *id)?;
    }
    Ok(ids)
}
