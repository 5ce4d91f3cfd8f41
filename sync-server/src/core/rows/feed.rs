//! The change log: one live row for each (bucket, entity, id), with a sequence that follows commit order without gaps.
//!
//! Heads are loaded once a transaction and saved at its end. There is one writer, so nobody else moves them meanwhile.

use crate::core::Tx;
use crate::error::Error;
use domain::UtcMillis;
use protocol::sync::pull::StateHash;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The key of a row within its entity: an identifier, with a day or a month behind it for usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowId(pub Vec<u8>);

impl RowId {
    /// A row that is known by its identifier alone.
    pub fn of(id: [u8; 16]) -> Self {
        Self(id.to_vec())
    }

    /// A connection's day or month.
    pub fn at(id: [u8; 16], at: i32) -> Self {
        let mut bytes = id.to_vec();
        bytes.extend(at.to_be_bytes());
        Self(bytes)
    }

    /// The identifier, and the day or month.
    pub fn parts(&self) -> Option<(Uuid, Option<i32>)> {
        let (id, at) = self.0.split_at_checked(16)?;
        let at = if at.is_empty() { None } else { Some(i32::from_be_bytes(at.try_into().ok()?)) };
        Some((Uuid::from_slice(id).ok()?, at))
    }

    /// As it is on the wire: `{uuid}` or `{uuid}/{number}`.
    pub fn to_wire(&self) -> String {
        match self.parts() {
            Some((id, Some(at))) => format!("{id}/{at}"),
            Some((id, None)) => id.to_string(),
            None => String::new(),
        }
    }

    /// From the wire.
    pub fn from_wire(text: &str) -> Option<Self> {
        match text.split_once('/') {
            None => text.parse::<Uuid>().ok().map(|id| Self::of(id.into_bytes())),
            Some((id, at)) => Some(Self::at(id.parse::<Uuid>().ok()?.into_bytes(), at.parse().ok()?)),
        }
    }
}

#[derive(Clone, Debug)]
struct Head {
    seq: i64,
    hash: StateHash,
    changed: bool,
}

impl Head {
    fn read(seq: i64, hash: [u8; 16]) -> Self {
        Self { seq, hash: StateHash(u128::from_be_bytes(hash)), changed: false }
    }
}

/// How long what was removed is remembered: as long as a device may be away and still catch up by the log (sync.md, Rules).
pub const TOMBSTONES_MS: i64 = 90 * domain::core::local_time::DAY_MS;

/// The heads of the buckets that a transaction writes to.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    heads: BTreeMap<i64, Head>,
    /// Keys of those that were asked for by name.
    named: BTreeMap<(i64, String), i64>,
    /// Heads as they were before each touch since the last mark.
    before: Vec<(i64, Option<Head>)>,
}

/// A bucket that advanced, for the devices that wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketAdvanced {
    /// The bucket's key.
    pub bucket: i64,
    /// Its last change.
    pub seq: i64,
}

impl Feed {
    /// Where [`Self::back`] goes back to. A copy of all heads for each of a thousand jobs cost more than the jobs.
    pub fn mark(&mut self) {
        self.before.clear();
    }

    /// Undoes what was done since the mark.
    pub fn back(&mut self) {
        // One that was made meanwhile is not there any more.
        self.named.clear();
        for (bucket, head) in self.before.drain(..).rev() {
            match head {
                Some(head) => self.heads.insert(bucket, head),
                None => self.heads.remove(&bucket),
            };
        }
    }

    /// Puts a row at a revision into a bucket.
    ///
    /// # Errors
    /// The database.
    pub fn put(&mut self, tx: &Transaction<'_>, bucket: i64, entity: Entity, id: &RowId, rev: i64) -> Result<(), Error> {
        let head = self.head(tx, bucket)?;
        head.seq += 1;
        head.changed = true;
        let wire = id.to_wire();
        if let Some(before) = replace(tx, (bucket, head.seq), entity, id, rev)? {
            head.hash.0 = head.hash.0.wrapping_sub(engine::row_hash(entity, &wire, before as u64));
        }
        head.hash.0 = head.hash.0.wrapping_add(engine::row_hash(entity, &wire, rev as u64));
        Ok(())
    }

    /// Takes a row out of a bucket; if it is not there nothing happens.
    ///
    /// # Errors
    /// The database.
    pub fn remove(&mut self, tx: &Transaction<'_>, now: UtcMillis, bucket: i64, entity: Entity, id: &RowId) -> Result<(), Error> {
        let rev: Option<i64> = tx
            .prepare_cached("SELECT rev FROM change WHERE bucket = ?1 AND entity = ?2 AND id = ?3 AND removed = 0")?
            .query_row(params![bucket, entity as u8, id.0], |row| row.get(0))
            .optional()?;
        let Some(rev) = rev else { return Ok(()) };
        let head = self.head(tx, bucket)?;
        head.seq += 1;
        head.changed = true;
        head.hash.0 = head.hash.0.wrapping_sub(engine::row_hash(entity, &id.to_wire(), rev as u64));
        tx.prepare_cached(
            "UPDATE change SET seq = ?4, removed = 1, removed_at = ?5 WHERE bucket = ?1 AND entity = ?2 AND id = ?3",
        )?
        .execute(params![bucket, entity as u8, id.0, head.seq, now.0])?;
        Ok(())
    }

    /// The key of a bucket of a utility, which is created if it does not exist. Read once a transaction, and its head with it: whoever asks
    /// is about to write to it.
    ///
    /// # Errors
    /// The database.
    pub fn bucket(&mut self, tx: &Transaction<'_>, utility: i64, name: impl Into<String>) -> Result<i64, Error> {
        use std::collections::btree_map::Entry;
        let new = match self.named.entry((utility, name.into())) {
            Entry::Occupied(known) => return Ok(*known.get()),
            Entry::Vacant(new) => new,
        };
        let found = tx
            .prepare_cached("SELECT num, seq, state_hash FROM bucket WHERE utility = ?1 AND name = ?2")?
            .query_row(params![utility, new.key().1], |row| Ok((row.get(0)?, Head::read(row.get(1)?, row.get(2)?))))
            .optional()?;
        let num = match found {
            Some((num, head)) => {
                self.heads.entry(num).or_insert(head);
                num
            }
            None => begin_bucket(tx, utility, &new.key().1)?,
        };
        Ok(*new.insert(num))
    }

    fn head(&mut self, tx: &Transaction<'_>, bucket: i64) -> Result<&mut Head, Error> {
        use std::collections::btree_map::Entry;
        self.before.push((bucket, self.heads.get(&bucket).cloned()));
        match self.heads.entry(bucket) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let head = tx
                    .prepare_cached("SELECT seq, state_hash FROM bucket WHERE num = ?1")?
                    .query_row([bucket], |row| Ok(Head::read(row.get(0)?, row.get(1)?)))?;
                Ok(entry.insert(head))
            }
        }
    }

    /// Saves the heads, in order of key; returns the buckets that advanced.
    ///
    /// # Errors
    /// The database.
    pub fn save(self, tx: &Transaction<'_>) -> Result<Vec<BucketAdvanced>, Error> {
        let mut advanced = Vec::new();
        for (bucket, head) in self.heads.into_iter().filter(|(_, head)| head.changed) {
            tx.prepare_cached("UPDATE bucket SET seq = ?2, state_hash = ?3 WHERE num = ?1")?.execute(params![
                bucket,
                head.seq,
                head.hash.0.to_be_bytes()
            ])?;
            advanced.push(BucketAdvanced { bucket, seq: head.seq });
        }
        Ok(advanced)
    }
}

/// Writes a row's place in a bucket's log; returns the revision that it was in the bucket with, if it was.
fn replace(tx: &Transaction<'_>, (bucket, seq): (i64, i64), entity: Entity, id: &RowId, rev: i64) -> Result<Option<i64>, Error> {
    // Mostly it was there with the revision before: that costs one lookup.
    let mut step = tx.prepare_cached(
        "UPDATE change SET seq = ?4, rev = ?5 WHERE bucket = ?1 AND entity = ?2 AND id = ?3 AND rev = ?5 - 1 AND removed = 0",
    )?;
    if rev > 1 && step.execute(params![bucket, entity as u8, id.0, seq, rev])? > 0 {
        return Ok(Some(rev - 1));
    }
    let before: Option<i64> = tx
        .prepare_cached("SELECT rev FROM change WHERE bucket = ?1 AND entity = ?2 AND id = ?3 AND removed = 0")?
        .query_row(params![bucket, entity as u8, id.0], |row| row.get(0))
        .optional()?;
    tx.prepare_cached(
        "INSERT INTO change (bucket, entity, id, seq, rev) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (bucket, entity, id) DO UPDATE SET seq = excluded.seq, rev = excluded.rev, removed = 0",
    )?
    .execute(params![bucket, entity as u8, id.0, seq, rev])?;
    Ok(before)
}

/// Begins a bucket of a utility; returns its key.
///
/// # Errors
/// It is there already, or the database.
pub fn begin_bucket(tx: &Transaction<'_>, utility: i64, name: &str) -> Result<i64, Error> {
    tx.prepare_cached(
        "INSERT INTO bucket (name, utility, epoch) VALUES (?1, ?2, (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch'))",
    )?
    .execute(params![name, utility])?;
    Ok(tx.last_insert_rowid())
}

/// The epoch of the data.
///
/// # Errors
/// The database.
pub fn epoch(db: &Connection) -> Result<u64, Error> {
    let mut query = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch'")?;
    Ok(query.query_row([], |row| row.get::<_, i64>(0))? as u64)
}

/// Begins another epoch of the data: devices that know the last one take everything anew and bring again what was forgotten.
///
/// # Errors
/// The database.
pub fn begin_epoch(tx: &Transaction<'_>, now: UtcMillis) -> Result<(), Error> {
    let last: i64 = tx.query_row("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch'", [], |row| row.get(0))?;
    let next = now.0.max(last + 1);
    tx.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", [next.to_string()])?;
    tx.execute("UPDATE bucket SET epoch = ?1", [next])?;
    Ok(())
}

/// Forgets tombstones that are older than every device may be, [`TOMBSTONES_MS`]; returns how many. A device whose cursor is older still
/// compares what it holds by manifest.
///
/// # Errors
/// The database.
pub fn forget_tombstones(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let before = tx.now.0 - TOMBSTONES_MS;
    tx.db
        .prepare_cached(
            "UPDATE bucket SET min_seq = MAX(min_seq, found.seq) FROM
           (SELECT bucket, MAX(seq) AS seq FROM change WHERE removed = 1 AND removed_at < ?1 GROUP BY bucket) AS found
         WHERE bucket.num = found.bucket",
        )?
        .execute([before])?;
    Ok(tx.db.prepare_cached("DELETE FROM change WHERE removed = 1 AND removed_at < ?1")?.execute([before])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rows_key_survives_the_wire() {
        for id in [RowId::of([7; 16]), RowId::at([9; 16], 20_780)] {
            assert_eq!(RowId::from_wire(&id.to_wire()), Some(id));
        }
        assert_eq!(RowId::from_wire("nonsense"), None);
    }
}
