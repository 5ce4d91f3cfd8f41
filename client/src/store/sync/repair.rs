//! Repair: finds the runs of a bucket whose rows differ from the server's, and takes only those again.

use crate::error::Error;
use crate::store::Store;
use crate::store::files::file::connect;
use crate::store::rows::table;
use crate::store::sync::apply::take_change;
use crate::store::sync::buckets;
use engine::device::ranges;
use protocol::sync::pull::{Bucket, Change, Kind, Manifest, Page, Range, StateHash};
use protocol::sync::rows::{Entity, EntityCode};
use rusqlite::{Connection, OpenFlags, params};

/// A row that a bucket holds.
struct HeldRow {
    key: Key,
    entity: EntityCode,
    id: String,
    rev: u64,
}

/// The order of a bucket's rows on the server: entity, identifier, day or month.
type Key = (u8, String, i64);

fn key_of(entity: u8, id: &str) -> Key {
    let (uuid, at) = id.split_once('/').unwrap_or((id, ""));
    // A row without a day comes before those with one.
    (entity, uuid.to_owned(), at.parse().unwrap_or(i64::MIN))
}

fn parse(key: &str) -> Result<Key, Error> {
    let parts = key.split_once(':').and_then(|(entity, id)| Some(key_of(entity.parse().ok()?, id)));
    parts.ok_or_else(|| Error::Protocol("a key of a manifest is none".into()))
}

/// The rows of a bucket behind one key and up to another, in the server's order.
fn rows(db: &Connection, bucket: &Bucket, after: Option<&str>, until: Option<&str>) -> Result<Vec<HeldRow>, Error> {
    let (after, until) = (after.map(parse).transpose()?, until.map(parse).transpose()?);
    let mut query = db.prepare_cached("SELECT entity, id, rev FROM holding WHERE bucket = ?1 AND rev >= 0")?;
    let mut found = Vec::new();
    let mut rows = query.query(params![bucket.0])?;
    while let Some(row) = rows.next()? {
        let (code, id, rev): (u8, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let key = key_of(code, &id);
        let within = after.as_ref().is_none_or(|after| key > *after) && until.as_ref().is_none_or(|until| key <= *until);
        if within {
            found.push(HeldRow { key, entity: EntityCode(code), id, rev: rev as u64 });
        }
    }
    found.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    Ok(found)
}

/// The runs of a manifest of which other rows are held here. Costs a walk over what the bucket holds.
pub fn compare(db: &Connection, bucket: &Bucket, after: Option<&str>, manifest: &Manifest) -> Result<Vec<Range>, Error> {
    let until = manifest.next.as_deref();
    let mut held = rows(db, bucket, after, until)?.into_iter().peekable();
    let mut differing = Vec::new();
    for (range, chunk) in ranges(after, manifest) {
        let last = range.until.as_deref().map(parse).transpose()?;
        let mut sum = StateHash(0);
        while let Some(row) = held.next_if(|row| last.as_ref().is_none_or(|last| row.key <= *last)) {
            sum.0 = sum.0.wrapping_add(engine::row_hash(row.entity, &row.id, row.rev));
        }
        if sum != chunk.map_or(StateHash(0), |chunk| chunk.hash) {
            differing.push(range);
        }
    }
    Ok(differing)
}

/// Applies a page of a run that differs: writes its rows, and removes those that are held of the run and are not in it.
pub fn mend(db: &Connection, page: &Page, range: &Range) -> Result<(), Error> {
    let bucket = &page.head.bucket;
    let Some(mut into) = buckets::held_of(db, bucket)?.filter(|held| held.cursor.epoch == page.head.epoch) else {
        return Ok(());
    };
    let until = page.next.as_deref().or(range.until.as_deref());
    for row in rows(db, bucket, range.after.as_deref(), until)? {
        if !page.rows.iter().any(|change| change.entity == row.entity && change.id == row.id) {
            let (entity, id, rev) = (row.entity, row.id, row.rev);
            let removal = Change { bucket: bucket.clone(), seq: 0, entity, id, rev, kind: Kind::Remove, body: None };
            take_change(db, &mut into, &removal)?;
        }
    }
    for change in &page.rows {
        take_change(db, &mut into, change)?;
    }
    buckets::write(db, &into)
}

/// Which holdings of a kind have lost their row. One that somebody has taken back here is not shown, and its base row is there.
fn is_lost(entity: Entity) -> String {
    let table = table(entity);
    format!("entity = ?1 AND id NOT IN (SELECT id FROM {table}) AND id NOT IN (SELECT id FROM base_row WHERE entity = ?1)")
}

/// Whether every row that a bucket holds is there, and every bucket's sum is that of its rows.
fn is_whole(db: &Connection) -> Result<bool, Error> {
    for entity in Entity::ALL {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM holding WHERE {})", is_lost(entity));
        if db.query_row(&sql, [entity as u8], |row| row.get(0))? {
            return Ok(false);
        }
    }
    for held in buckets::held(db)? {
        if sum(db, &held.cursor.bucket)? != held.state_hash {
            return Ok(false);
        }
    }
    Ok(true)
}

fn sum(db: &Connection, bucket: &Bucket) -> Result<StateHash, Error> {
    let rows = rows(db, bucket, None, None)?;
    let add = |sum: u128, row: &HeldRow| sum.wrapping_add(engine::row_hash(row.entity, &row.id, row.rev));
    Ok(StateHash(rows.iter().fold(0, add)))
}

impl Store {
    /// Checks that every row that the buckets hold is there and that their hashes are right. Where not, computes the hashes of the rows that
    /// are there, so that the next pull finds what was lost, and returns true. Costs a walk over everything held, on a connection of its own:
    /// nobody waits for it unless something is wrong.
    ///
    /// # Errors
    /// The cache cannot be read or written.
    pub fn verify(&self) -> Result<bool, Error> {
        let mut own = connect(&self.file, &self.key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if is_whole(&*own.transaction()?)? {
            return Ok(false);
        }
        self.write_now(|db| {
            for entity in Entity::ALL {
                db.execute(&format!("DELETE FROM holding WHERE {}", is_lost(entity)), [entity as u8])?;
            }
            for mut held in buckets::held(db)? {
                held.state_hash = sum(db, &held.cursor.bucket)?;
                buckets::write(db, &held)?;
            }
            Ok(true)
        })
    }
}
