//! Taking in what the server sends: rows, cursor and hash in one transaction, so that a kill anywhere leaves a state to go on from.

use crate::error::Error;
use crate::store::rows::kinds::{put, table};
use crate::store::sync::bulk;
use crate::store::sync::bulk::Waiting;
use crate::store::sync::{buckets, epoch};
use crate::store::{outbox, overlay};
use engine::device::PullEffect;
use engine::pull::{Effect, Held, Snapshot, differing, is_behind, take};
use protocol::sync::pull::{Bucket, Change, Cursor, Head, Kind, Page, Pulled, Range, StateHash};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

/// Takes a pull's answer.
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
                for place in changes {
                    take_change(db, &mut into, &pulled.changes[place])?;
                }
                into.cursor.seq = seq;
                buckets::write(db, &into)?;
            }
        }
    }
    Ok(PullEffect { changed, differing: differing(&buckets::held(db)?, &pulled.heads) })
}

/// Begins a bucket: what is held of it stays on the screen until its new rows have come.
fn begin(db: &Connection, head: &Head) -> Result<(), Error> {
    db.execute("UPDATE holding SET rev = -1 WHERE bucket = ?1", [&head.bucket.0])?;
    let cursor = Cursor { bucket: head.bucket.clone(), epoch: head.epoch, seq: head.seq };
    buckets::write(db, &Held { cursor, state_hash: StateHash(0), snapshot: Snapshot::Begun })
}

/// Takes a page of a bucket's first rows. One that does not go on from where the bucket is came late, and is left.
pub(crate) fn take_page(db: &Connection, page: &Page, range: &Range) -> Result<(), Error> {
    let Some(mut into) = buckets::held_of(db, &page.head.bucket)? else { return Ok(()) };
    let goes_on = match &into.snapshot {
        Snapshot::Whole => false,
        Snapshot::Begun => range.after.is_none(),
        Snapshot::After(key) => range.after.as_ref() == Some(key),
    };
    if !goes_on {
        return Ok(());
    }
    if into.cursor.epoch != page.head.epoch {
        epoch::note_epoch(db, Some(page.head.epoch))?;
        return begin(db, &page.head);
    }
    if into.snapshot == Snapshot::Begun && page.next.is_some() {
        bulk::lay_lists_aside(db)?;
    }
    let waiting = bulk::waiting(db)?;
    for change in &page.rows {
        take_row(db, &mut into, change, waiting)?;
    }
    into.snapshot = match &page.next {
        Some(key) => Snapshot::After(key.clone()),
        None => Snapshot::Whole,
    };
    if into.snapshot == Snapshot::Whole {
        sweep(db, &page.head.bucket)?;
        bulk::bring_lists_back(db)?;
    }
    buckets::write(db, &into)
}

/// Removes what a bucket held before it was begun anew and holds no longer.
fn sweep(db: &Connection, bucket: &Bucket) -> Result<(), Error> {
    let stale = rows_of(db, "SELECT entity, id FROM holding WHERE bucket = ?1 AND rev = -1", bucket)?;
    for (entity, id) in stale {
        release(db, bucket, entity, &id)?;
    }
    Ok(())
}

/// Forgets a bucket, and the rows that no other one holds.
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

/// A bucket lets go of a row, which goes if no other bucket holds it.
fn release(db: &Connection, bucket: &Bucket, entity: u8, id: &str) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM holding WHERE entity = ?1 AND id = ?2 AND bucket = ?3")?
        .execute(params![entity, id, bucket.0])?;
    let others: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM holding WHERE entity = ?1 AND id = ?2)")?
        .query_row(params![entity, id], |row| row.get(0))?;
    match Entity::from_code(entity) {
        Some(entity) if !others && !overlay::mark_deleted(db, entity, id)? => delete_row(db, entity, id),
        _ => Ok(()),
    }
}

/// Removes a row.
pub(crate) fn delete_row(db: &Connection, entity: Entity, id: &str) -> Result<(), Error> {
    db.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", table(entity)))?.execute([id])?;
    Ok(())
}

/// Whether some bucket holds a row.
pub(crate) fn held_elsewhere(db: &Connection, entity: Entity, id: &str) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM holding WHERE entity = ?1 AND id = ?2)")?;
    Ok(query.query_row(params![entity as u8, id], |row| row.get(0))?)
}

/// A row as it is: revision and body.
pub(crate) fn read_row(db: &Connection, entity: Entity, id: &str) -> Result<Option<(i64, String)>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT rev, body FROM {} WHERE id = ?1", table(entity)))?;
    Ok(query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Takes a change into a bucket, whose hash follows.
pub(crate) fn take_change(db: &Connection, into: &mut Held, change: &Change) -> Result<(), Error> {
    take_row(db, into, change, Waiting::Something)
}

fn take_row(db: &Connection, into: &mut Held, change: &Change, waiting: Waiting) -> Result<(), Error> {
    let (Kind::Put, Some(body)) = (change.kind, &change.body) else { return let_go(db, into, change) };
    bulk::hold(db, into, change)?;
    // What a newer server has and this program does not know is held without its body, so that the hash comes to the same. The program that
    // knows it finds it missing (`Store::verify`), and takes it.
    let Some(entity) = change.entity.known() else { return Ok(()) };
    if waiting == Waiting::Something && overlay::rebase(db, entity, &change.id, change.rev, body.get())? {
        return Ok(());
    }
    put(db, entity, &change.id, change.rev, body.get())?;
    // A cache that was rebuilt gets its rows after what waits for them.
    if waiting == Waiting::Something && outbox::waits_for(db, entity, &change.id)? {
        overlay::apply_overlay(db, entity, &change.id)?;
    }
    Ok(())
}

/// A bucket lets go of a row, and its hash follows.
fn let_go(db: &Connection, into: &mut Held, change: &Change) -> Result<(), Error> {
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

pub(crate) fn read<T: DeserializeOwned>(body: &str) -> Result<T, Error> {
    Ok(serde_json::from_str(body)?)
}
