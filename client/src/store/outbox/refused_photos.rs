//! Photos that the server refuses for good: set aside with their reason, so that the photos and operations behind them go on. The operation that names
//! one is held here until its author has the photo sent again, or the operation without it.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::pictures::NAMES;
use crate::store::{Store, overlay};
use domain::BlobId;
use domain::maintenance::record::RecordContent;
use protocol::core::problem::Code;
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use protocol::ui::RefusedPhoto;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Photos that are listed at most.
const SHOWN: u32 = 200;

/// What stands where a photo was. The utility reads it, so it is in the language in which the app begins.
const REFUSED: &str = "Foto tidak terkirim: ditolak server.";

impl Store {
    /// Sets a photo aside that the server refuses for good, for each operation that waits for it.
    ///
    /// # Errors
    /// The outbox cannot be written.
    pub async fn photo_refused(&self, id: BlobId, code: Code) -> Result<(), Error> {
        self.write(move |db| set_aside(db, id, code)).await
    }
}

fn set_aside(db: &Connection, id: BlobId, code: Code) -> Result<(), Error> {
    if !is_attached(db)? {
        return Ok(());
    }
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO outbox.refused_photo (op_id, sha256, code)
         SELECT o.op_id, p.sha256, ?2 FROM outbox.op o INDEXED BY op_photo CROSS JOIN outbox.picture p ON {NAMES}
         WHERE o.state <> 'applied' AND o.state IN ('pending', 'inflight') AND p.sha256 = ?1"
    ))?
    .execute([id.to_string(), code.as_str().to_owned()])?;
    Ok(())
}

/// The photos that were set aside, in the order of their operations.
///
/// # Errors
/// The outbox cannot be read.
pub fn list(db: &Connection) -> Result<Vec<RefusedPhoto>, Error> {
    if !is_attached(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT r.op_id, r.sha256, r.code FROM outbox.refused_photo r JOIN outbox.op o ON o.op_id = r.op_id
         WHERE o.state IN ('pending', 'inflight') ORDER BY o.seq, r.sha256 LIMIT +?1",
    )?;
    let found = query.query_map([SHOWN], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let found = found.collect::<Result<Vec<(String, String, String)>, _>>()?;
    let read = |(op, photo, code): (String, String, String)| {
        let code = serde_json::from_value(Value::String(code)).unwrap_or(Code::Internal);
        Some(RefusedPhoto { op: op.parse().ok()?, photo: photo.parse().ok()?, code })
    };
    Ok(found.into_iter().filter_map(read).collect())
}

/// Has the photos of an operation sent again.
///
/// # Errors
/// The outbox cannot be written.
pub fn send_again(db: &Connection, op: Uuid) -> Result<(), Error> {
    if !is_attached(db)? {
        return Ok(());
    }
    let op = op.to_string();
    db.prepare_cached("DELETE FROM outbox.refused_photo WHERE op_id = ?1")?.execute([&op])?;
    db.prepare_cached("UPDATE outbox.op SET not_before = 0 WHERE op_id = ?1 AND state = 'pending'")?.execute([&op])?;
    Ok(())
}

/// Has an operation sent without the photos that were set aside, under a new identity: the server may know the old one with them.
///
/// # Errors
/// The outbox cannot be written.
pub fn send_without(db: &Connection, op: Uuid, new: Uuid) -> Result<(), Error> {
    if !is_attached(db)? {
        return Ok(());
    }
    let (op, new) = (op.to_string(), new.to_string());
    let found: Option<(u8, String, String)> = db
        .prepare_cached("SELECT entity, row_id, payload FROM outbox.op WHERE op_id = ?1 AND state = 'pending'")?
        .query_row([&op], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((entity, row, payload)) = found else { return Ok(()) };
    let mut refused = db.prepare_cached("SELECT sha256 FROM outbox.refused_photo WHERE op_id = ?1")?;
    let refused = refused.query_map([&op], |row| row.get(0))?.collect::<Result<BTreeSet<String>, _>>()?;
    let mut operation: Operation = serde_json::from_str(&payload)?;
    if !remove_photos(&mut operation, REFUSED, &mut |photo| Ok(refused.contains(&photo.to_string())))? {
        return Ok(());
    }
    say_why(&mut operation);
    db.prepare_cached("UPDATE outbox.op SET op_id = ?2, payload = ?3, not_before = 0, attempts = 0 WHERE op_id = ?1")?
        .execute(params![op, new, serde_json::to_string(&operation)?])?;
    db.prepare_cached("UPDATE outbox.op SET after_op = ?2 WHERE after_op = ?1 AND state = 'pending'")?.execute([&op, &new])?;
    db.prepare_cached("DELETE FROM outbox.refused_photo WHERE op_id = ?1")?.execute([&op])?;
    Entity::from_code(entity).map_or(Ok(()), |entity| overlay::apply_overlay(db, entity, &row))
}

/// Says why there is no picture, where nobody has said so.
fn say_why(operation: &mut Operation) {
    let explained = match operation {
        Operation::RecordReading { explained, .. } => explained,
        Operation::SwapMeter(swap) if swap.final_photo.is_none() => &mut swap.explained,
        _ => return,
    };
    if explained.no_photo.is_empty() {
        explained.no_photo = REFUSED.to_owned();
    }
}

/// Removes photos from an operation: a reading and a swap are ones without them, a record of work says `instead` of one. Says whether there were any.
pub(super) fn remove_photos(
    operation: &mut Operation,
    instead: &str,
    is_gone: &mut dyn FnMut(BlobId) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let photos = match operation {
        Operation::RecordReading { photo, .. } => vec![photo],
        Operation::SwapMeter(swap) => vec![&mut swap.final_photo, &mut swap.first_photo],
        Operation::AddWorkRecord(new) => {
            let RecordContent::Photo { step, blob, .. } = new.content else { return Ok(false) };
            let is_any = is_gone(blob)?;
            if is_any {
                new.content = RecordContent::Note { step, text: instead.to_owned() };
            }
            return Ok(is_any);
        }
        _ => return Ok(false),
    };
    let mut is_any = false;
    for photo in photos {
        let Some(named) = *photo else { continue };
        if is_gone(named)? {
            *photo = None;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// Forgets photos of operations that are gone, or were applied all the same.
pub(super) fn prune(db: &Connection) -> Result<(), Error> {
    db.execute("DELETE FROM outbox.refused_photo WHERE op_id NOT IN (SELECT op_id FROM outbox.op WHERE state <> 'applied')", [])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::outbox::send::take_batch;
    use domain::field::field_record::Explanation;
    use domain::{ManualReadingId, MeterId, Millilitres, NoteId, UserId, UtcMillis};

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn reading(number: u128, photo: BlobId) -> Operation {
        Operation::RecordReading {
            reading: ManualReadingId(Uuid::from_u128(number)),
            meter: MeterId(Uuid::nil()),
            at: UtcMillis(1),
            register: Millilitres::litres(2),
            photo: Some(photo),
            explained: Explanation::default(),
        }
    }

    /// Identities and contents of what would be sent now.
    fn batch(store: &Store, user: UserId) -> Vec<(u128, String)> {
        let taken = store.write_now(|db| take_batch(db, user, UtcMillis(2), 1 << 20)).unwrap();
        store.write_now(|db| Ok(db.execute("UPDATE outbox.op SET state = 'pending' WHERE state = 'inflight'", [])?)).unwrap();
        taken.map_or_else(Vec::new, |push| push.ops.iter().map(|op| (op.id.as_u128(), op.operation.get().to_owned())).collect())
    }

    #[tokio::test]
    async fn a_refused_photo_is_set_aside_and_those_behind_it_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let (store, user) = (Store::open(&dir.path().join("cache.db"), KEY).unwrap(), UserId(Uuid::from_u128(1)));
        store.open_outbox(user, &dir.path().join("outbox.db")).unwrap();
        let mut photos = Vec::new();
        for (number, last) in [(11, 1), (12, 2)] {
            let photo = store.keep_photo(vec![0xff, 0xd8, 0xff, last], UtcMillis(1)).await.unwrap();
            store.submit(Uuid::from_u128(number), &reading(number, photo), "WM-1", UtcMillis(1)).unwrap();
            photos.push(photo);
        }
        let note =
            Operation::AddNote { note: NoteId(Uuid::from_u128(13)), meter: MeterId(Uuid::nil()), text: "Segel utuh".into() };
        store.submit(Uuid::from_u128(13), &note, "WM-1", UtcMillis(1)).unwrap();
        assert_eq!(store.pending_photo().await.unwrap().map(|photo| photo.id), Some(photos[0]));

        store.photo_refused(photos[0], Code::BadRequest).await.unwrap();
        assert_eq!(store.pending_photo().await.unwrap().map(|photo| photo.id), Some(photos[1]), "the next one goes on");
        let sent: Vec<u128> = batch(&store, user).into_iter().map(|(op, _)| op).collect();
        assert_eq!(sent, [12, 13], "the operation waits for its author, and nothing else");
        let expected = RefusedPhoto { op: Uuid::from_u128(11), photo: photos[0], code: Code::BadRequest };
        assert_eq!(store.read_now(list).unwrap(), [expected]);

        // Its author has it sent again, and then, as it is refused once more, the reading without it.
        store.write_now(|db| send_again(db, Uuid::from_u128(11))).unwrap();
        assert_eq!(store.pending_photo().await.unwrap().map(|photo| photo.id), Some(photos[0]));
        store.photo_refused(photos[0], Code::BadRequest).await.unwrap();
        store.write_now(|db| send_without(db, Uuid::from_u128(11), Uuid::from_u128(21))).unwrap();
        assert!(store.read_now(list).unwrap().is_empty());
        let sent = batch(&store, user);
        assert_eq!(sent.iter().map(|(op, _)| *op).collect::<Vec<_>>(), [21, 12, 13]);
        let Operation::RecordReading { photo, explained, .. } = serde_json::from_str(&sent[0].1).unwrap() else {
            panic!("{sent:?}")
        };
        assert_eq!((photo, explained.no_photo.as_str()), (None, REFUSED), "and it says why there is none");
    }
}
