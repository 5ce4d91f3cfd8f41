//! The buckets that a device holds: cursor, hash, and how far a snapshot has come.

use crate::error::Error;
use engine::pull::{Held, Snapshot};
use protocol::sync::pull::{Bucket, Cursor, StateHash};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Every bucket held.
pub(crate) fn held(db: &Connection) -> Result<Vec<Held>, Error> {
    let mut query = db.prepare_cached("SELECT name, epoch, seq, state_hash, snapshot FROM bucket ORDER BY name")?;
    Ok(query.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// A bucket, if it is held.
pub(crate) fn held_of(db: &Connection, bucket: &Bucket) -> Result<Option<Held>, Error> {
    let mut query = db.prepare_cached("SELECT name, epoch, seq, state_hash, snapshot FROM bucket WHERE name = ?1")?;
    Ok(query.query_row([&bucket.0], read).optional()?)
}

/// Whether an admin's device has all rows of the utility: not before its first sync is over, nor while a cache that was lost is filled again.
pub(crate) fn has_all_of_admins(db: &Connection) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM bucket WHERE name = 'admin' AND snapshot = 'whole')")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Held> {
    let (hash, snapshot): ([u8; 16], String) = (row.get(3)?, row.get(4)?);
    Ok(Held {
        cursor: Cursor { bucket: Bucket(row.get(0)?), epoch: row.get::<_, i64>(1)? as u64, seq: row.get::<_, i64>(2)? as u64 },
        state_hash: StateHash(u128::from_be_bytes(hash)),
        snapshot: match snapshot.strip_prefix("after:") {
            Some(key) => Snapshot::After(key.to_owned()),
            None if snapshot == "whole" => Snapshot::Whole,
            None => Snapshot::Begun,
        },
    })
}

/// Writes a bucket.
pub(crate) fn write(db: &Connection, held: &Held) -> Result<(), Error> {
    let snapshot = match &held.snapshot {
        Snapshot::Whole => "whole".to_owned(),
        Snapshot::Begun => "begun".to_owned(),
        Snapshot::After(key) => format!("after:{key}"),
    };
    let Cursor { bucket, epoch, seq } = &held.cursor;
    db.prepare_cached(
        "INSERT INTO bucket (name, epoch, seq, state_hash, snapshot) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, state_hash = excluded.state_hash,
           snapshot = excluded.snapshot",
    )?
    .execute(params![bucket.0, *epoch as i64, *seq as i64, held.state_hash.0.to_be_bytes(), snapshot])?;
    Ok(())
}
