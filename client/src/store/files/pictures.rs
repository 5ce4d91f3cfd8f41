//! Pictures: taken here and kept until the server has them, or fetched and kept while there is room.

use crate::error::Error;
use crate::store::Store;
use crate::store::outbox::is_open;
use domain::field::blob::{MAX_BLOB, Picture};
use domain::{BlobId, UtcMillis};
use protocol::core::problem::{Code, Problem};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// Bytes of fetched pictures that are kept.
const ROOM: i64 = 64 * 1024 * 1024;

/// A picture that no operation names goes after this long, in milliseconds: whoever took it left the form.
const UNNAMED_MS: i64 = domain::core::local_time::DAY_MS;

/// A picture on its way to the server.
pub struct Waiting {
    /// Its name.
    pub id: BlobId,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps a picture that was taken here, in the open outbox; returns its name.
    ///
    /// # Errors
    /// It is no picture or too large, no outbox is open, or the file cannot be written.
    pub async fn keep_picture(&self, bytes: Vec<u8>, now: UtcMillis) -> Result<BlobId, Error> {
        if bytes.len() > MAX_BLOB {
            return Err(Problem::new(Code::TooLarge, "a picture is 8 MiB at most").into());
        }
        if Picture::of(&bytes).is_none() {
            return Err(Problem::new(Code::BadRequest, "a picture is JPEG, PNG or WebP").into());
        }
        let id = BlobId(Sha256::digest(&bytes).into());
        self.write(move |db| {
            db.prepare_cached(
                "INSERT INTO outbox.picture (sha256, taken_at, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT (sha256) DO UPDATE SET taken_at = excluded.taken_at",
            )?
            .execute(params![id.to_string(), now.0, bytes])?;
            prune(db, now)
        })
        .await?;
        Ok(id)
    }

    /// The oldest picture that an operation names and the server has not got: it was not brought yet, or the server asked to wait for it
    /// all the same, as one that was restored from a backup does.
    ///
    /// # Errors
    /// The outbox cannot be read.
    pub async fn waiting_picture(&self) -> Result<Option<Waiting>, Error> {
        self.read(|db| {
            if !is_open(db)? {
                return Ok(None);
            }
            // By the readings that wait: pictures are kept for as long as their operations are, and other edits may wait in thousands.
            let mut query = db.prepare_cached(&format!(
                "SELECT p.sha256, p.bytes FROM outbox.op o INDEXED BY op_reading CROSS JOIN outbox.picture p ON {NAMES}
                 WHERE o.state <> 'applied' AND o.state IN ('pending', 'inflight')
                   AND (p.uploaded = 0 OR (o.state = 'pending' AND o.not_before > 0)) ORDER BY o.seq LIMIT 1"
            ))?;
            let found: Option<(String, Vec<u8>)> = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let named = |(id, bytes): (String, Vec<u8>)| Some(Waiting { id: id.parse().ok()?, bytes });
            Ok(found.and_then(named))
        })
        .await
    }

    /// Notes that the server has a picture whole: the operations that name it wait no longer.
    ///
    /// # Errors
    /// The outbox cannot be written.
    pub async fn picture_is_there(&self, id: BlobId) -> Result<(), Error> {
        self.write(move |db| {
            if !is_open(db)? {
                return Ok(());
            }
            let id = id.to_string();
            db.prepare_cached("UPDATE outbox.picture SET uploaded = 1 WHERE sha256 = ?1")?.execute([&id])?;
            db.prepare_cached(&format!(
                "UPDATE outbox.op AS o SET not_before = 0 WHERE state = 'pending'
                   AND EXISTS (SELECT 1 FROM outbox.picture p WHERE p.sha256 = ?1 AND {NAMES})"
            ))?
            .execute([&id])?;
            Ok(())
        })
        .await
    }

    /// A picture that is on this device.
    ///
    /// # Errors
    /// A file cannot be read.
    pub async fn picture(&self, id: BlobId) -> Result<Option<Vec<u8>>, Error> {
        self.read(move |db| {
            let name = id.to_string();
            let mut fetched = db.prepare_cached("SELECT bytes FROM main.picture WHERE sha256 = ?1")?;
            let found = fetched.query_row([&name], |row| row.get(0)).optional()?;
            if found.is_some() || !is_open(db)? {
                return Ok(found);
            }
            let mut taken = db.prepare_cached("SELECT bytes FROM outbox.picture WHERE sha256 = ?1")?;
            Ok(taken.query_row([&name], |row| row.get(0)).optional()?)
        })
        .await
    }

    /// Keeps a picture that was fetched; those that were fetched longest ago make room.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub async fn keep_fetched(&self, id: BlobId, bytes: Vec<u8>) -> Result<(), Error> {
        self.write(move |db| {
            db.prepare_cached(
                "INSERT OR REPLACE INTO main.picture (sha256, seen, size, bytes)
                 VALUES (?1, (SELECT COALESCE(MAX(seen), 0) + 1 FROM main.picture), ?2, ?3)",
            )?
            .execute(params![id.to_string(), bytes.len() as i64, bytes])?;
            db.prepare_cached(
                "DELETE FROM main.picture WHERE seen <= (SELECT COALESCE(MAX(seen), -1) FROM
                   (SELECT seen, SUM(size) OVER (ORDER BY seen DESC) AS newer FROM main.picture) WHERE newer > ?1)",
            )?
            .execute([ROOM])?;
            Ok(())
        })
        .await
    }
}

/// Whether operation `o` names picture `p`.
const NAMES: &str = "o.kind = 'record_reading' AND json_extract(o.payload, '$.photo') = p.sha256";

/// Removes pictures that nothing names any more: their operation went, 30 days after it was applied, or was never made.
fn prune(db: &Connection, now: UtcMillis) -> Result<(), Error> {
    db.prepare_cached(&format!(
        "DELETE FROM outbox.picture AS p WHERE taken_at < ?1 AND NOT EXISTS (SELECT 1 FROM outbox.op o WHERE {NAMES})"
    ))?
    .execute([now.0 - UNNAMED_MS])?;
    Ok(())
}
