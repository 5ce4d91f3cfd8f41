//! What sync reads: heads, changes behind a cursor, pages of a snapshot, manifests.

use crate::core::Db;
use crate::core::feed::RowId;
use crate::core::scope::{Caller, Member, buckets};
use crate::error::Error;
use crate::sync::bodies::{Audience, body};
use domain::UtcMillis;
use protocol::core::problem::Code;
use protocol::sync::pull::{
    Bucket, CHUNK, CHUNKS, Change, Chunk, Cursor, FRAME, Head, Kind, Manifest, PAGE, Page, Pull, Pulled, ROW_BYTES, Range,
    SMALLEST_FRAME, StateHash,
};
use protocol::sync::rows::{Entity, EntityCode};
use rusqlite::{Connection, Row, params};

fn head(db: &Connection, member: &Member) -> Result<Option<Head>, Error> {
    let Some(num) = member.num else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT epoch, seq, state_hash FROM bucket WHERE num = ?1")?;
    Ok(Some(query.query_row([num], |row| {
        let hash: [u8; 16] = row.get(2)?;
        Ok(Head {
            bucket: Bucket(member.name.clone()),
            epoch: row.get::<_, i64>(0)? as u64,
            seq: row.get::<_, i64>(1)? as u64,
            state_hash: StateHash(u128::from_be_bytes(hash)),
        })
    })?))
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
    for member in &members {
        let Some(head) = head(&tx, member)? else { continue };
        let held = asked.cursors.iter().find(|cursor| cursor.bucket == head.bucket);
        match held {
            Some(cursor) if cursor.epoch == head.epoch && (min_seq(&tx, member)?..=head.seq).contains(&cursor.seq) => {
                answer.more |= changes_behind(&tx, member, cursor, &mut room, &mut answer.changes)?;
                answer.heads.push(head);
            }
            _ => answer.add.push(head),
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

/// The oldest cursor that the log still answers: tombstones before it were forgotten.
fn min_seq(db: &Connection, member: &Member) -> Result<u64, Error> {
    let mut query = db.prepare_cached("SELECT min_seq FROM bucket WHERE num = ?1")?;
    Ok(query.query_row([member.num], |row| row.get::<_, i64>(0))? as u64)
}

/// Adds the changes behind a cursor to an answer; says whether there are more than it has room for.
fn changes_behind(db: &Db, member: &Member, cursor: &Cursor, room: &mut Room, into: &mut Vec<Change>) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT entity, id, seq, rev, removed FROM change WHERE bucket = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let limit = room.rows as i64 + 1;
    let keys = query.query_map(params![member.num, cursor.seq as i64, limit], read_key)?;
    for key in keys {
        let change = with_body(db, member, key?)?;
        if !room.take(&change, into.is_empty()) {
            return Ok(true);
        }
        into.push(change);
    }
    Ok(false)
}

/// Finds a bucket of the caller's.
fn member_of(db: &Connection, caller: &Caller, bucket: &Bucket) -> Result<(Member, Head), Error> {
    let not_there = || Error::problem(Code::NotFound, "no such bucket");
    let member = buckets(db, caller)?.into_iter().find(|member| member.name == bucket.0).ok_or_else(not_there)?;
    let head = head(db, &member)?.ok_or_else(not_there)?;
    Ok((member, head))
}

/// Entity and key.
type Bound = (u8, Vec<u8>);

/// The rows behind a key, and those up to one.
fn bounds(after: Option<&str>, until: Option<&str>) -> Result<(Bound, Bound), Error> {
    let parse = |text: &str| parse_key(text).ok_or_else(|| Error::problem(Code::BadRequest, "this is not a key of ours"));
    Ok((after.map_or(Ok((0, Vec::new())), parse)?, until.map_or(Ok((u8::MAX, Vec::new())), parse)?))
}

/// Answers a page of a part of a bucket's live rows, in order of entity and key.
///
/// # Errors
/// The bucket is not the caller's, a key is malformed, or the database.
pub fn page(db: &mut Connection, caller: &Caller, bucket: &Bucket, range: &Range) -> Result<Page, Error> {
    let tx = db.transaction()?;
    let (member, head) = member_of(&tx, caller, bucket)?;
    let (after, until) = bounds(range.after.as_deref(), range.until.as_deref())?;
    let mut query = tx.prepare_cached(
        "SELECT entity, id, seq, rev, removed FROM change WHERE bucket = ?1 AND (entity, id) > (?2, ?3) AND (entity, id) <= (?4, ?5)
           AND removed = 0 ORDER BY entity, id LIMIT ?6",
    )?;
    let keys = query.query_map(params![member.num, after.0, after.1, until.0, until.1, PAGE as i64 + 1], read_key)?;
    let mut room = Room { rows: PAGE, bytes: frame(range.bytes) };
    let (mut rows, mut next) = (Vec::new(), None);
    for key in keys {
        let change = with_body(&tx, &member, key?)?;
        if !room.take(&change, rows.is_empty()) {
            next = rows.last().map(|last: &Change| format!("{}:{}", last.entity.0, last.id));
            break;
        }
        rows.push(change);
    }
    Ok(Page { rows, next, head })
}

/// Answers what a bucket holds, by hash: runs of rows in order of entity and key. Costs a walk over the rows it answers for.
///
/// # Errors
/// The bucket is not the caller's, the key is malformed, or the database.
pub fn manifest(db: &mut Connection, caller: &Caller, bucket: &Bucket, after: Option<&str>) -> Result<Manifest, Error> {
    let tx = db.transaction()?;
    let (member, head) = member_of(&tx, caller, bucket)?;
    let (after, _) = bounds(after, None)?;
    let most = CHUNK * CHUNKS;
    let mut query = tx.prepare_cached(
        "SELECT entity, id, seq, rev, removed FROM change WHERE bucket = ?1 AND (entity, id) > (?2, ?3) AND removed = 0
         ORDER BY entity, id LIMIT ?4",
    )?;
    let keys = query.query_map(params![member.num, after.0, after.1, most as i64], read_key)?;
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
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
    Ok(Manifest { chunks, next, head })
}

fn parse_key(text: &str) -> Option<(u8, Vec<u8>)> {
    let (entity, id) = text.split_once(':')?;
    Some((entity.parse().ok()?, RowId::from_wire(id)?.0))
}

struct Key {
    entity: u8,
    id: RowId,
    seq: i64,
    rev: i64,
    removed: bool,
}

fn read_key(row: &Row<'_>) -> rusqlite::Result<Key> {
    Ok(Key { entity: row.get(0)?, id: RowId(row.get(1)?), seq: row.get(2)?, rev: row.get(3)?, removed: row.get(4)? })
}

fn broken() -> Error {
    Error::Setup("the change log names a row that cannot be: run `sync-server check`".into())
}

fn with_body(db: &Db, member: &Member, key: Key) -> Result<Change, Error> {
    let entity = Entity::from_code(key.entity).ok_or_else(broken)?;
    let (id, at) = key.id.parts().ok_or_else(broken)?;
    let body = if key.removed { None } else { body(db, Audience::of(&member.name), entity, id, at)? };
    Ok(Change {
        bucket: Bucket(member.name.clone()),
        seq: key.seq as u64,
        entity: entity.into(),
        id: key.id.to_wire(),
        rev: key.rev as u64,
        kind: if body.is_some() { Kind::Put } else { Kind::Remove },
        body,
    })
}
