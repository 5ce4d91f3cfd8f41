//! The change log as devices pull it: heads, changes behind a cursor, live rows by key.

use crate::core::Db;
use crate::core::feed::RowId;
use crate::error::Error;
use protocol::sync::pull::StateHash;
use rusqlite::{Params, Row, params};
use std::ops::ControlFlow;

/// How far a bucket is.
pub struct BucketHead {
    /// Its epoch.
    pub epoch: u64,
    /// Its last change.
    pub seq: u64,
    /// The oldest cursor that the log still answers: tombstones before it were forgotten.
    pub min_seq: u64,
    /// The hash of its live rows.
    pub state_hash: StateHash,
}

/// How far a bucket is.
///
/// # Errors
/// No such bucket, or the database.
pub fn head(db: &Db, bucket: i64) -> Result<BucketHead, Error> {
    let mut query = db.prepare_cached("SELECT epoch, seq, min_seq, state_hash FROM bucket WHERE num = ?1")?;
    Ok(query.query_row([bucket], |row| {
        Ok(BucketHead {
            epoch: row.get::<_, i64>(0)? as u64,
            seq: row.get::<_, i64>(1)? as u64,
            min_seq: row.get::<_, i64>(2)? as u64,
            state_hash: StateHash(u128::from_be_bytes(row.get(3)?)),
        })
    })?)
}

/// A row's place in a bucket's log.
pub struct LogEntry {
    /// Number of the kind of row.
    pub entity: u8,
    /// The row.
    pub id: RowId,
    /// Place in the log.
    pub seq: i64,
    /// The row's revision.
    pub rev: i64,
    /// Whether it was removed from the bucket.
    pub removed: bool,
}

/// The key of a row: number of the kind, and identifier.
pub type LogKey = (u8, Vec<u8>);

/// What a visitor of the log answers: go on, or stop here.
pub type Visit = Result<ControlFlow<()>, Error>;

/// Visits up to `limit` changes of a bucket behind a sequence, in order, until the visitor stops.
///
/// # Errors
/// What the visitor says, or the database.
pub fn visit_behind(
    db: &Db,
    (bucket, seq, limit): (i64, u64, usize),
    visit: &mut dyn FnMut(LogEntry) -> Visit,
) -> Result<ControlFlow<()>, Error> {
    let sql = "SELECT entity, id, seq, rev, removed FROM change WHERE bucket = ?1 AND seq > ?2 ORDER BY seq LIMIT +?3";
    visit_all(db, sql, params![bucket, seq as i64, limit as i64], visit)
}

/// Visits up to `limit` live rows of a bucket behind one key and up to another, in order, until the visitor stops.
///
/// # Errors
/// What the visitor says, or the database.
pub fn visit_live(
    db: &Db,
    bucket: i64,
    (after, until): (&LogKey, &LogKey),
    limit: usize,
    visit: &mut dyn FnMut(LogEntry) -> Visit,
) -> Result<ControlFlow<()>, Error> {
    let sql = "SELECT entity, id, seq, rev, removed FROM change WHERE bucket = ?1 AND (entity, id) > (?2, ?3)
        AND (entity, id) <= (?4, ?5) AND removed = 0 ORDER BY entity, id LIMIT +?6";
    visit_all(db, sql, params![bucket, after.0, after.1, until.0, until.1, limit as i64], visit)
}

/// Live rows of a bucket behind a key, in order, up to `limit`.
///
/// # Errors
/// The database.
pub fn live_behind(db: &Db, bucket: i64, after: &LogKey, limit: usize) -> Result<Vec<LogEntry>, Error> {
    let mut query = db.prepare_cached(
        "SELECT entity, id, seq, rev, removed FROM change WHERE bucket = ?1 AND (entity, id) > (?2, ?3) AND removed = 0
         ORDER BY entity, id LIMIT +?4",
    )?;
    let entries = query.query_map(params![bucket, after.0, after.1, limit as i64], read)?;
    Ok(entries.collect::<Result<_, _>>()?)
}

fn visit_all(db: &Db, sql: &str, params: impl Params, visit: &mut dyn FnMut(LogEntry) -> Visit) -> Visit {
    let mut query = db.prepare_cached(sql)?;
    for entry in query.query_map(params, read)? {
        if visit(entry?)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn read(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
    Ok(LogEntry { entity: row.get(0)?, id: RowId(row.get(1)?), seq: row.get(2)?, rev: row.get(3)?, removed: row.get(4)? })
}
