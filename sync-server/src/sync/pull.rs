//! What sync reads: heads, changes behind a cursor, pages of a snapshot, manifests.

use crate::core::Db;
use crate::core::feed::RowId;
use crate::core::scope::{Caller, Member, buckets};
use crate::error::Error;
use crate::sync::bodies::{Audience, body};
use crate::sync::rows::feed;
use crate::sync::rows::feed::{BucketHead, LogEntry, LogKey};
use domain::UtcMillis;
use protocol::core::problem::Code;
use protocol::sync::pull::{
    Bucket, CHUNK, CHUNKS, Change, Chunk, Cursor, FRAME, Head, Kind, Manifest, PAGE, Page, Pull, Pulled, ROW_BYTES, Range,
    SMALLEST_FRAME, StateHash,
};
use protocol::sync::rows::{Entity, EntityCode};
use rusqlite::Connection;
use std::ops::ControlFlow;

/// A bucket that the caller may hold and that exists.
struct OpenBucket {
    num: i64,
    name: String,
    head: BucketHead,
}

impl OpenBucket {
    /// The bucket, if anything was ever put into it.
    fn open(db: &Db, member: Member) -> Result<Option<Self>, Error> {
        let Some(num) = member.num else { return Ok(None) };
        Ok(Some(Self { num, name: member.name, head: feed::head(db, num)? }))
    }

    /// One that the caller asks for by name.
    fn of(db: &Db, caller: &Caller, bucket: &Bucket) -> Result<Self, Error> {
        let not_found = || Error::problem(Code::NotFound, "no such bucket");
        let member = buckets(db, caller)?.into_iter().find(|member| member.name == bucket.0).ok_or_else(not_found)?;
        Self::open(db, member)?.ok_or_else(not_found)
    }

    /// As it is on the wire.
    fn to_wire(&self) -> Head {
        let BucketHead { epoch, seq, state_hash, .. } = self.head;
        Head { bucket: Bucket(self.name.clone()), epoch, seq, state_hash }
    }

    /// Whether the log still answers a cursor.
    fn answers(&self, cursor: &Cursor) -> bool {
        cursor.epoch == self.head.epoch && (self.head.min_seq..=self.head.seq).contains(&cursor.seq)
    }
}

/// How many bytes fit into a frame of this size.
fn frame(asked: Option<u32>) -> usize {
    asked.unwrap_or(FRAME).clamp(SMALLEST_FRAME, FRAME) as usize
}

/// Answers a pull from one snapshot of the database.
///
/// # Errors
/// The database.
pub fn pull(db: &mut Connection, caller: &Caller, asked: &Pull, now: UtcMillis) -> Result<Pulled, Error> {
    let tx = db.transaction()?;
    let members = buckets(&tx, caller)?;
    let mut answer = Pulled { changes: vec![], add: vec![], drop: vec![], heads: vec![], more: false, server_time: now };
    let mut room = Room { rows: PAGE, bytes: frame(asked.bytes) };
    for cursor in &asked.cursors {
        if !members.iter().any(|member| member.name == cursor.bucket.0) {
            answer.drop.push(cursor.bucket.clone());
        }
    }
    for member in members {
        let Some(bucket) = OpenBucket::open(&tx, member)? else { continue };
        let held = asked.cursors.iter().find(|cursor| cursor.bucket.0 == bucket.name);
        match held {
            Some(cursor) if bucket.answers(cursor) => {
                answer.more |= changes_behind(&tx, &bucket, cursor, &mut room, &mut answer.changes)?;
                answer.heads.push(bucket.to_wire());
            }
            _ => answer.add.push(bucket.to_wire()),
        }
    }
    Ok(answer)
}

/// What an answer has room for; one row goes in however large it is.
struct Room {
    rows: usize,
    bytes: usize,
}

impl Room {
    /// Takes the place of a row, if there is some.
    fn take(&mut self, change: &Change, is_first: bool) -> bool {
        let bytes = ROW_BYTES + change.body.as_ref().map_or(0, |body| body.get().len());
        if self.rows == 0 || (self.bytes < bytes && !is_first) {
            return false;
        }
        self.rows -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
        true
    }
}

/// Adds the changes behind a cursor to an answer; returns whether there are more than it has room for.
fn changes_behind(db: &Db, bucket: &OpenBucket, cursor: &Cursor, room: &mut Room, into: &mut Vec<Change>) -> Result<bool, Error> {
    let behind = (bucket.num, cursor.seq, room.rows + 1);
    let visited = feed::visit_behind(db, behind, &mut |entry| {
        let change = with_body(db, &bucket.name, &entry)?;
        if !room.take(&change, into.is_empty()) {
            return Ok(ControlFlow::Break(()));
        }
        into.push(change);
        Ok(ControlFlow::Continue(()))
    });
    Ok(visited?.is_break())
}

/// The rows behind a key, and those up to one.
fn bounds(after: Option<&str>, until: Option<&str>) -> Result<(LogKey, LogKey), Error> {
    let parse = |text: &str| parse_key(text).ok_or_else(|| Error::problem(Code::BadRequest, "this is not a key of ours"));
    Ok((after.map_or(Ok((0, Vec::new())), parse)?, until.map_or(Ok((u8::MAX, Vec::new())), parse)?))
}

/// Answers a page of a part of a bucket's live rows, in order of entity and key.
///
/// # Errors
/// The bucket is not the caller's, a key is malformed, or the database.
pub fn page(db: &mut Connection, caller: &Caller, bucket: &Bucket, range: &Range) -> Result<Page, Error> {
    let tx = db.transaction()?;
    let bucket = OpenBucket::of(&tx, caller, bucket)?;
    let (after, until) = bounds(range.after.as_deref(), range.until.as_deref())?;
    let mut room = Room { rows: PAGE, bytes: frame(range.bytes) };
    let mut rows: Vec<Change> = Vec::new();
    let visited = feed::visit_live(&tx, bucket.num, (&after, &until), PAGE + 1, &mut |entry| {
        let change = with_body(&tx, &bucket.name, &entry)?;
        if !room.take(&change, rows.is_empty()) {
            return Ok(ControlFlow::Break(()));
        }
        rows.push(change);
        Ok(ControlFlow::Continue(()))
    })?;
    let next = rows.last().filter(|_| visited.is_break()).map(|last| format!("{}:{}", last.entity.0, last.id));
    Ok(Page { rows, next, head: bucket.to_wire() })
}

/// Answers what a bucket holds, by hash: runs of rows in order of entity and key. Costs a walk over the rows it answers for.
///
/// # Errors
/// The bucket is not the caller's, the key is malformed, or the database.
pub fn manifest(db: &mut Connection, caller: &Caller, bucket: &Bucket, after: Option<&str>) -> Result<Manifest, Error> {
    let tx = db.transaction()?;
    let bucket = OpenBucket::of(&tx, caller, bucket)?;
    let (after, _) = bounds(after, None)?;
    let most = CHUNK * CHUNKS;
    let keys = feed::live_behind(&tx, bucket.num, &after, most)?;
    let mut chunks = Vec::with_capacity(keys.len().div_ceil(CHUNK));
    for run in keys.chunks(CHUNK) {
        let mut hash = StateHash(0);
        let mut until = String::new();
        for key in run {
            let id = key.id.to_wire();
            hash.0 = hash.0.wrapping_add(engine::row_hash(EntityCode(key.entity), &id, key.rev as u64));
            until = format!("{}:{id}", key.entity);
        }
        chunks.push(Chunk { until, hash });
    }
    let next = (keys.len() == most).then(|| chunks.last().map(|chunk| chunk.until.clone())).flatten();
    Ok(Manifest { chunks, next, head: bucket.to_wire() })
}

fn parse_key(text: &str) -> Option<LogKey> {
    let (entity, id) = text.split_once(':')?;
    Some((entity.parse().ok()?, RowId::from_wire(id)?.0))
}

fn broken() -> Error {
    Error::Setup("the change log names a row that cannot be: run `sync-server check`".into())
}

fn with_body(db: &Db, bucket: &str, entry: &LogEntry) -> Result<Change, Error> {
    let entity = Entity::from_code(entry.entity).ok_or_else(broken)?;
    let (id, at) = entry.id.parts().ok_or_else(broken)?;
    let body = if entry.removed { None } else { body(db, Audience::of(bucket), entity, id, at)? };
    Ok(Change {
        bucket: Bucket(bucket.to_owned()),
        seq: entry.seq as u64,
        entity: entity.into(),
        id: entry.id.to_wire(),
        rev: entry.rev as u64,
        kind: if body.is_some() { Kind::Put } else { Kind::Remove },
        body,
    })
}
