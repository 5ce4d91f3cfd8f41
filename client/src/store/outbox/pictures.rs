//! Photos: those taken here are kept in the outbox until the server has them, those fetched in the cache while there is room.

use crate::error::Error;
use crate::store::Store;
use crate::store::files::is_attached;
use crate::store::outbox::refused_photos;
use domain::field::blob::{MAX_BLOB, Picture, is_too_large};
use domain::{BlobId, UtcMillis};
use protocol::core::problem::{Code, Problem};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// Bytes of fetched photos that are kept.
const ROOM: i64 = 64 * 1024 * 1024;

/// A photo that no operation names is deleted after this long, in milliseconds: its form was left without saving.
const UNNAMED_MS: i64 = domain::core::local_time::DAY_MS;

/// Photos that go first, of those that operations which wait name.
const NEVER_UPLOADED: &str = "p.uploaded = 0";

/// Those that follow: the server asks their operation to wait all the same, as one that was restored from a backup does. It may wait for something
/// else, for ever, so that no other photo waits behind them. Of two that one operation names, the one that was uploaded less often: the server does
/// not say for which one it waits.
const ASKED_FOR_AGAIN: &str = "p.uploaded > 0 AND o.state = 'pending' AND o.not_before > 0";

/// A photo that the server does not have yet.
pub struct PendingPhoto {
    /// Its name.
    pub id: BlobId,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps a photo that was taken here, in the open outbox; returns its name.
    ///
    /// # Errors
    /// It is no image or too large, no outbox is open, or the file cannot be written.
    pub async fn keep_photo(&self, bytes: Vec<u8>, now: UtcMillis) -> Result<BlobId, Error> {
        if bytes.len() > MAX_BLOB {
            return Err(Problem::new(Code::TooLarge, "a picture is 8 MiB at most").into());
        }
        if Picture::of(&bytes).is_none() {
            return Err(Problem::new(Code::BadRequest, "a picture is JPEG, PNG or WebP").into());
        }
        if is_too_large(&bytes) {
            return Err(Problem::new(Code::TooLarge, "a picture has 40 megapixels at most").into());
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

    /// The oldest photo that an operation names and the server does not have: it was not uploaded yet, or else the server may lack it again. One
    /// that the server has refused for good is passed over.
    ///
    /// # Errors
    /// The outbox cannot be read.
    pub async fn pending_photo(&self) -> Result<Option<PendingPhoto>, Error> {
        self.read(|db| {
            if !is_attached(db)? {
                return Ok(None);
            }
            // By the operations with photos that wait: photos are kept as long as their operations, and thousands of others may wait.
            for of in [NEVER_UPLOADED, ASKED_FOR_AGAIN] {
                let mut query = db.prepare_cached(&format!(
                    "SELECT sha256, bytes FROM outbox.picture WHERE sha256 = (
                       SELECT p.sha256 FROM outbox.op o INDEXED BY op_photo CROSS JOIN outbox.picture p ON {NAMES}
                       WHERE o.state <> 'applied' AND o.state IN ('pending', 'inflight') AND {of}
                         AND NOT EXISTS (SELECT 1 FROM outbox.refused_photo r WHERE r.op_id = o.op_id AND r.sha256 = p.sha256)
                       ORDER BY o.seq, p.uploaded LIMIT 1)"
                ))?;
                let found: Option<(String, Vec<u8>)> = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                if let Some((id, bytes)) = found {
                    return Ok(id.parse::<BlobId>().ok().map(|id| PendingPhoto { id, bytes }));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Records that the server has a photo: the operations that name it can be sent.
    ///
    /// # Errors
    /// The outbox cannot be written.
    pub async fn photo_uploaded(&self, id: BlobId) -> Result<(), Error> {
        self.write(move |db| {
            if !is_attached(db)? {
                return Ok(());
            }
            let id = id.to_string();
            db.prepare_cached("UPDATE outbox.picture SET uploaded = uploaded + 1 WHERE sha256 = ?1")?.execute([&id])?;
            db.prepare_cached(&format!(
                "UPDATE outbox.op AS o SET not_before = 0 WHERE state = 'pending'
                   AND EXISTS (SELECT 1 FROM outbox.picture p WHERE p.sha256 = ?1 AND {NAMES})"
            ))?
            .execute([&id])?;
            Ok(())
        })
        .await
    }

    /// A photo that is on this device.
    ///
    /// # Errors
    /// A file cannot be read.
    pub async fn photo(&self, id: BlobId) -> Result<Option<Vec<u8>>, Error> {
        self.read(move |db| {
            let name = id.to_string();
            let mut fetched = db.prepare_cached("SELECT bytes FROM main.picture WHERE sha256 = ?1")?;
            let found = fetched.query_row([&name], |row| row.get(0)).optional()?;
            if found.is_some() || !is_attached(db)? {
                return Ok(found);
            }
            let mut taken = db.prepare_cached("SELECT bytes FROM outbox.picture WHERE sha256 = ?1")?;
            Ok(taken.query_row([&name], |row| row.get(0)).optional()?)
        })
        .await
    }

    /// Keeps a fetched photo; those that were fetched longest ago are deleted for it.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub async fn keep_fetched_photo(&self, id: BlobId, bytes: Vec<u8>) -> Result<(), Error> {
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

/// Whether operation `o` names photo `p`: a reading has at most one beside its number, a swap one of each register, a record of work is one or none.
pub(super) const NAMES: &str = "o.kind IN ('record_reading', 'add_work_record', 'swap_meter')
   AND p.sha256 IN (COALESCE(json_extract(o.payload, '$.photo'), json_extract(o.payload, '$.content.blob'),
     json_extract(o.payload, '$.final_photo')), json_extract(o.payload, '$.first_photo'))";

/// How many photos the server does not have yet, and their bytes.
///
/// # Errors
/// The outbox cannot be read.
pub fn waiting(db: &Connection) -> Result<(u32, u64), Error> {
    if !is_attached(db)? {
        return Ok((0, 0));
    }
    let mut query = db.prepare_cached(&format!(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM (SELECT DISTINCT p.sha256, LENGTH(p.bytes) AS size
         FROM outbox.op o INDEXED BY op_photo CROSS JOIN outbox.picture p ON {NAMES} WHERE o.state <> 'applied' AND p.uploaded = 0)"
    ))?;
    Ok(query.query_row([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?)
}

/// Deletes photos that nothing names any more: their operation was deleted, 30 days after it was applied, or was never made.
fn prune(db: &Connection, now: UtcMillis) -> Result<(), Error> {
    db.prepare_cached(&format!(
        "DELETE FROM outbox.picture AS p WHERE taken_at < ?1 AND NOT EXISTS (SELECT 1 FROM outbox.op o WHERE {NAMES})"
    ))?
    .execute([now.0 - UNNAMED_MS])?;
    refused_photos::prune(db)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::field::field_record::Explanation;
    use domain::field::meter_swap::Swap;
    use domain::{ManualReadingId, MeterId, MeterSwapId, Millilitres, UserId};
    use protocol::sync::push::Operation;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_photo_that_the_server_has_holds_up_no_other_while_its_operation_waits() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        store.open_outbox(UserId(Uuid::from_u128(1)), &dir.path().join("outbox.db")).unwrap();
        let mut photos = Vec::new();
        for number in [11, 12] {
            let photo = store.keep_photo(vec![0xff, 0xd8, 0xff, number], UtcMillis(1)).await.unwrap();
            let id = u128::from(number);
            let reading = Operation::RecordReading {
                reading: ManualReadingId(Uuid::from_u128(id)),
                meter: MeterId(Uuid::nil()),
                at: UtcMillis(1),
                register: Millilitres::litres(2),
                photo: Some(photo),
                explained: Explanation::default(),
            };
            store.submit(Uuid::from_u128(id), &reading, "WM-1", UtcMillis(1)).unwrap();
            photos.push(photo);
        }
        store.photo_uploaded(photos[0]).await.unwrap();
        // It waits for something else, such as an operation on which it builds.
        let pause = "UPDATE outbox.op SET not_before = 5000 WHERE seq = 1";
        store.write_now(|db| Ok(db.execute(pause, [])?)).unwrap();
        assert_eq!(store.pending_photo().await.unwrap().map(|photo| photo.id), Some(photos[1]));
        store.photo_uploaded(photos[1]).await.unwrap();
        assert_eq!(store.pending_photo().await.unwrap().map(|photo| photo.id), Some(photos[0]), "the server may lack it again");
    }

    #[tokio::test]
    async fn of_two_photos_that_a_restored_server_lacks_each_is_uploaded_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        store.open_outbox(UserId(Uuid::from_u128(1)), &dir.path().join("outbox.db")).unwrap();
        let mut photos = BTreeSet::new();
        for last in [1, 2] {
            photos.insert(store.keep_photo(vec![0xff, 0xd8, 0xff, last], UtcMillis(1)).await.unwrap().to_string());
        }
        let named: Vec<BlobId> = photos.iter().map(|photo| photo.parse().unwrap()).collect();
        let swap = Swap {
            swap: MeterSwapId(Uuid::from_u128(2)),
            meter: MeterId(Uuid::from_u128(3)),
            at: UtcMillis(1),
            final_register: Some(Millilitres::litres(2)),
            final_photo: Some(named[0]),
            explained: Explanation::default(),
            serial: "WM-2".parse().unwrap(),
            model: String::new(),
            q3: None,
            first_register: Millilitres::ZERO,
            first_photo: Some(named[1]),
            old_seal: String::new(),
            new_seal: String::new(),
            order: None,
        };
        store.submit(Uuid::from_u128(4), &Operation::SwapMeter(Box::new(swap)), "WM-1", UtcMillis(1)).unwrap();
        // Twice: before the operation is sent, and after the server has asked it to wait as often as it has photos.
        for _ in 0..2 {
            let mut sent = BTreeSet::new();
            for _ in 0..2 {
                let next = store.pending_photo().await.unwrap().expect("a photo waits");
                sent.insert(next.id.to_string());
                store.photo_uploaded(next.id).await.unwrap();
                store.write_now(|db| Ok(db.execute("UPDATE outbox.op SET not_before = 5000", [])?)).unwrap();
            }
            assert_eq!(sent, photos);
        }
    }
}
