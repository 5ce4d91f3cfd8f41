//! Applying what the server sends: rows, cursor and hash in one transaction, so that after a kill anywhere sync goes on from a whole state.

use crate::error::Error;
use crate::store::files::changed;
use crate::store::rows::{delete_row, is_held, put};
use crate::store::sync::bulk::Pending;
use crate::store::sync::{buckets, bulk, epoch};
use crate::store::{outbox, overlay};
use engine::device::PullEffect;
use engine::pull::{Effect, Held, Snapshot, differing, is_behind, take};
use protocol::sync::pull::{Bucket, Change, Cursor, Head, Kind, Page, Pulled, Range, StateHash};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};

/// Applies the answer to a pull.
pub(crate) fn take_pulled(db: &Connection, pulled: &Pulled) -> Result<PullEffect, Error> {
    let held = buckets::held(db)?;
    let effects = take(&held, pulled)?;
    epoch::note_epoch(db, pulled.add.iter().chain(&pulled.heads).map(|head| head.epoch).max())?;
    let changed = !effects.is_empty();
    for effect in effects {
        match effect {
            Effect::Drop(bucket) => drop_bucket(db, &bucket)?,
            Effect::Begin(head) => {
                if is_behind(&held, &head) {
                    tracing::warn!(bucket = %head.bucket, "the server is behind this device: it was restored from a backup");
                    epoch::send_again(db)?;
                }
                begin(db, &head)?;
            }
            Effect::Skip(head) => {
                if let Some(mut known) = held.iter().find(|held| held.cursor.bucket == head.bucket).cloned() {
                    known.cursor.seq = head.seq;
                    buckets::write(db, &known)?;
                }
            }
            Effect::Take { bucket, changes, seq } => {
                let Some(mut into) = held.iter().find(|held| held.cursor.bucket == bucket).cloned() else { continue };
                for index in changes {
                    take_change(db, &mut into, &pulled.changes[index])?;
                }
                into.cursor.seq = seq;
                buckets::write(db, &into)?;
            }
        }
    }
    Ok(PullEffect { changed, differing: differing(&buckets::held(db)?, &pulled.heads) })
}

/// Begins a bucket anew: the rows that are held of it are shown until the new ones have come.
fn begin(db: &Connection, head: &Head) -> Result<(), Error> {
    db.execute("UPDATE holding SET rev = -1 WHERE bucket = ?1", [&head.bucket.0])?;
    let cursor = Cursor { bucket: head.bucket.clone(), epoch: head.epoch, seq: head.seq };
    buckets::write(db, &Held { cursor, state_hash: StateHash(0), snapshot: Snapshot::Begun })
}

/// Applies a page of a bucket's snapshot. One that does not continue where the bucket is came late, and is ignored.
pub(crate) fn take_page(db: &Connection, page: &Page, range: &Range) -> Result<(), Error> {
    let Some(mut into) = buckets::held_of(db, &page.head.bucket)? else { return Ok(()) };
    let continues = match &into.snapshot {
        Snapshot::Whole => false,
        Snapshot::Begun => range.after.is_none(),
        Snapshot::After(key) => range.after.as_ref() == Some(key),
    };
    if !continues {
        return Ok(());
    }
    if into.cursor.epoch != page.head.epoch {
        epoch::note_epoch(db, Some(page.head.epoch))?;
        return begin(db, &page.head);
    }
    if into.snapshot == Snapshot::Begun && page.next.is_some() {
        bulk::drop_list_index(db)?;
    }
    if page.next.is_some() {
        changed::unwatch(db)?;
    }
    let pending = bulk::pending(db)?;
    for change in &page.rows {
        take_row(db, &mut into, change, pending)?;
    }
    into.snapshot = match &page.next {
        Some(key) => Snapshot::After(key.clone()),
        None => Snapshot::Whole,
    };
    if into.snapshot == Snapshot::Whole {
        sweep(db, &page.head.bucket)?;
        bulk::create_list_index(db)?;
        changed::watch(db)?;
    }
    buckets::write(db, &into)
}

/// Releases the rows that a bucket held before it was begun anew and that did not come again.
fn sweep(db: &Connection, bucket: &Bucket) -> Result<(), Error> {
    let stale = rows_of(db, "SELECT entity, id FROM holding WHERE bucket = ?1 AND rev = -1", bucket)?;
    for (entity, id) in stale {
        release(db, bucket, entity, &id)?;
    }
    Ok(())
}

/// Deletes a bucket, and the rows that no other bucket holds.
pub(crate) fn drop_bucket(db: &Connection, bucket: &Bucket) -> Result<(), Error> {
    for (entity, id) in rows_of(db, "SELECT entity, id FROM holding WHERE bucket = ?1", bucket)? {
        release(db, bucket, entity, &id)?;
    }
    db.execute("DELETE FROM bucket WHERE name = ?1", [&bucket.0])?;
    Ok(())
}

fn rows_of(db: &Connection, sql: &str, bucket: &Bucket) -> Result<Vec<(u8, String)>, Error> {
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_map([&bucket.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// A bucket releases a row, which is deleted if no other bucket holds it.
fn release(db: &Connection, bucket: &Bucket, entity: u8, id: &str) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM holding WHERE entity = ?1 AND id = ?2 AND bucket = ?3")?
        .execute(params![entity, id, bucket.0])?;
    let is_held = is_held(db, entity, id)?;
    match Entity::from_code(entity) {
        Some(entity) if !is_held && !overlay::mark_deleted(db, entity, id)? => delete_row(db, entity, id),
        _ => Ok(()),
    }
}

/// Applies a change to a bucket and its hash.
pub(crate) fn take_change(db: &Connection, into: &mut Held, change: &Change) -> Result<(), Error> {
    take_row(db, into, change, Pending::Some)
}

fn take_row(db: &Connection, into: &mut Held, change: &Change, pending: Pending) -> Result<(), Error> {
    let (Kind::Put, Some(body)) = (change.kind, &change.body) else { return release_change(db, into, change) };
    bulk::hold(db, into, change)?;
    // A kind of row that only a newer version of the app knows is held without its body, so that the hash is the same. That version finds
    // the row missing (`Store::verify`), and takes it.
    let Some(entity) = change.entity.known() else { return Ok(()) };
    if pending == Pending::Some && overlay::rebase(db, entity, &change.id, change.rev, body.get())? {
        return Ok(());
    }
    put(db, entity, &change.id, change.rev, body.get())?;
    // A rebuilt cache receives its rows after their operations were made.
    if pending == Pending::Some && outbox::has_pending_of(db, entity, &change.id)? {
        overlay::apply_overlay(db, entity, &change.id)?;
    }
    Ok(())
}

/// A bucket releases a row that was removed, and subtracts it from its hash.
fn release_change(db: &Connection, into: &mut Held, change: &Change) -> Result<(), Error> {
    let (code, bucket) = (change.entity.0, &into.cursor.bucket);
    let before: Option<i64> = db
        .prepare_cached("SELECT rev FROM holding WHERE entity = ?1 AND id = ?2 AND bucket = ?3 AND rev >= 0")?
        .query_row(params![code, change.id, bucket.0], |row| row.get(0))
        .optional()?;
    if let Some(rev) = before {
        into.state_hash.0 = into.state_hash.0.wrapping_sub(engine::row_hash(change.entity, &change.id, rev as u64));
    }
    release(db, bucket, code, &change.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queries::notifications;
    use crate::store::Store;
    use protocol::sync::rows::EntityCode;
    use protocol::ui::{AlertsPart, AlertsQuery};
    use serde_json::value::to_raw_value;

    const KIND: EntityCode = EntityCode(Entity::Notification as u8);

    fn id(number: u8) -> String {
        format!("01a2b3c4-0000-7000-8000-00000000000{number}")
    }

    /// A notification of a kind.
    fn change(number: u8, rev: u64, kind: &str) -> Change {
        let body =
            serde_json::json!({ "id": id(number), "kind": kind, "severity": "warning", "content": { "what": "later" }, "at": 1 });
        let (bucket, body) = (Bucket("user:one".into()), Some(to_raw_value(&body).unwrap()));
        Change { bucket, seq: rev, entity: KIND, id: id(number), rev, kind: Kind::Put, body }
    }

    /// Takes a change; returns how many notifications are listed then, and the hash of their bucket.
    fn after(store: &Store, change: &Change) -> (usize, StateHash) {
        store
            .write_now(|db| {
                let cursor = Cursor { bucket: change.bucket.clone(), epoch: 1, seq: 0 };
                let anew = Held { cursor, state_hash: StateHash(0), snapshot: Snapshot::Whole };
                let mut into = buckets::held_of(db, &change.bucket)?.unwrap_or(anew);
                take_change(db, &mut into, change)?;
                buckets::write(db, &into)?;
                let asked = AlertsQuery { part: AlertsPart::History, kind: None, severity: None, offset: 0, limit: 10 };
                Ok((notifications(db, asked)?.rows.len(), into.state_hash))
            })
            .unwrap()
    }

    #[test]
    fn a_row_with_a_word_of_a_newer_version_fails_no_list_and_is_fetched_later() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let hash = |number, rev| engine::row_hash(KIND, &id(number), rev);
        assert_eq!(after(&store, &change(1, 1, "leak")), (1, StateHash(hash(1, 1))));
        let both = StateHash(hash(1, 1).wrapping_add(hash(2, 1)));
        assert_eq!(after(&store, &change(2, 1, "volcano")), (1, both), "it counts in the hash");
        assert_eq!(after(&store, &change(2, 2, "leak")).0, 2, "the server says it in a word that is known");
        assert_eq!(after(&store, &change(2, 3, "volcano")).0, 1);
        // A version that knows the word finds at its start that the row is missing: the hashes differ, and it is taken again.
        assert!(store.verify().unwrap());
        let held = store.read_now(|db| Ok((is_held(db, KIND.0, &id(1))?, is_held(db, KIND.0, &id(2))?))).unwrap();
        assert_eq!(held, (true, false));
        assert_eq!(after(&store, &change(2, 3, "leak")).0, 2);
    }
}
