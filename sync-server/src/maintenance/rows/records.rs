//! Work records as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::rows::records::{name_of, reviews, words};
use domain::field::field_record::Review;
use domain::maintenance::record::RecordContent;
use domain::{MeterId, UserId, UtcMillis, WorkOrderId, WorkRecordId};
use protocol::sync::rows::WorkRecord;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A record to be added.
pub struct NewRecord<'a> {
    /// Identifier.
    pub id: WorkRecordId,
    /// Keys of its order and of the meter.
    pub under: (i64, i64),
    /// Key of its author.
    pub author: i64,
    /// When it was done.
    pub at: UtcMillis,
    /// What, as it is kept.
    pub content: &'a RecordContent,
    /// Why somebody should check it.
    pub review: &'a BTreeSet<Review>,
}

/// Writes a new record; returns its key.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, new: &NewRecord<'_>) -> Result<i64, Error> {
    let author_name = name_of(tx, new.author)?;
    let content = serde_json::to_string(new.content)
        .map_err(|error| Error::Setup(format!("a work record cannot be written as JSON: {error}")))?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO work_record (id, work_order, meter, author, author_name, at, received_at, content, photo, review)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    Ok(insert.insert(params![
        new.id.0.as_bytes(),
        new.under.0,
        new.under.1,
        new.author,
        author_name,
        new.at.0,
        tx.now.0,
        content,
        new.content.blob().map(|photo| photo.0),
        words(new.review)
    ])?)
}

/// Marks the records of an order (key) that were done after an instant and are not marked as late; returns the identifier and the revision of each.
///
/// # Errors
/// The database.
pub fn mark_late(tx: &mut Tx<'_>, order: i64, ended: UtcMillis) -> Result<Vec<([u8; 16], i64)>, Error> {
    let mut query = tx.db.prepare_cached("SELECT num, review FROM work_record WHERE work_order = ?1 AND at > ?2")?;
    let behind = query.query_map([order, ended.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let behind = behind.collect::<Result<Vec<(i64, String)>, _>>()?;
    let mut update =
        tx.db.prepare_cached("UPDATE work_record SET review = ?2, rev = rev + 1 WHERE num = ?1 RETURNING id, rev")?;
    let mut marked = Vec::new();
    for (num, known) in behind {
        let mut review: BTreeSet<Review> = reviews(&known).into_iter().collect();
        if review.insert(Review::LateWork) {
            marked.push(update.query_row(params![num, words(&review)], |row| Ok((row.get(0)?, row.get(1)?)))?);
        }
    }
    Ok(marked)
}

/// How many records an order (key) has.
///
/// # Errors
/// The database.
pub fn count_of(db: &Db, order: i64) -> Result<usize, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM work_record WHERE work_order = ?1")?;
    Ok(query.query_row([order], |row| row.get::<_, i64>(0))? as usize)
}

/// The body of a record's row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<WorkRecord>, Error> {
    let mut query = db.prepare_cached(
        "SELECT r.id, w.id, m.id, r.at, r.author_name, u.id, r.content, r.review FROM work_record r
         JOIN work_order w ON w.num = r.work_order JOIN meter m ON m.num = r.meter JOIN user u ON u.num = r.author WHERE r.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        let content: String = row.get(6)?;
        Ok(WorkRecord {
            id: WorkRecordId(Uuid::from_bytes(row.get(0)?)),
            order: WorkOrderId(Uuid::from_bytes(row.get(1)?)),
            meter: MeterId(Uuid::from_bytes(row.get(2)?)),
            at: UtcMillis(row.get(3)?),
            author: row.get(4)?,
            by: Some(UserId(Uuid::from_bytes(row.get(5)?))),
            content: serde_json::from_str(&content)
                .map_err(|error| rusqlite::Error::FromSqlConversionFailure(6, Type::Text, error.into()))?,
            review: reviews(&row.get::<_, String>(7)?),
        })
    });
    Ok(found.optional()?)
}
