//! Field records: notes and manual readings, and the meters about which somebody may write.

use crate::core::scope::Caller;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::records::{NewFieldRecord, OwnNote};
use domain::field::field_record::{Explanation, Review};
use domain::metering::meter::Capability;
use domain::{BlobId, Flow, ManualReadingId, MeterId, Millilitres, NoteId, UserId, UtcMillis};
use protocol::sync::rows::{Entity, ManualReading, Note};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A meter of a utility: its key, and what it can register.
///
/// # Errors
/// The database.
pub fn meter(db: &Db, utility: i64, id: MeterId) -> Result<Option<(i64, Capability)>, Error> {
    let mut query = db.prepare_cached("SELECT num, q3, register_modulus FROM meter WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![id.0.as_bytes(), utility], |row| {
        let capability = Capability { q3: Flow(row.get(1)?), register_modulus: Millilitres(row.get(2)?) };
        Ok((row.get(0)?, capability))
    });
    Ok(found.optional()?)
}

/// A zone in which a meter is or was, and whether a user is or was assigned to it.
pub struct MeterZone {
    /// The meter is there now.
    pub is_now: bool,
    /// The user is assigned to the zone.
    pub assigned: bool,
    /// The user was assigned to the zone.
    pub assigned_before: bool,
}

/// The zones in which a meter is or was after an instant.
///
/// # Errors
/// The database.
pub fn zones_of_meter(db: &Db, meter: i64, caller: &Caller, since: UtcMillis) -> Result<Vec<MeterZone>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.is_now,
           EXISTS (SELECT 1 FROM user_zone z WHERE z.user = ?2 AND z.zone = p.zone),
           EXISTS (SELECT 1 FROM user_zone_past z WHERE z.user = ?2 AND z.zone = p.zone AND z.until > ?3)
         FROM (
           SELECT i.until IS NULL AS is_now, c.zone AS zone FROM installation i JOIN connection c ON c.num = i.connection
             WHERE i.meter = ?1 AND COALESCE(i.until, ?3 + 1) > ?3
           UNION ALL
           SELECT 0, w.zone FROM installation i JOIN connection_zone_past w ON w.connection = i.connection
             WHERE i.meter = ?1 AND COALESCE(i.until, ?3 + 1) > ?3 AND w.until > ?3
         ) p",
    )?;
    let zones = query.query_map(params![meter, caller.num, since.0], |row| {
        Ok(MeterZone { is_now: row.get(0)?, assigned: row.get(1)?, assigned_before: row.get(2)? })
    })?;
    Ok(zones.collect::<Result<_, _>>()?)
}

/// A user's name.
///
/// # Errors
/// The database.
pub fn name_of(db: &Db, user: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT name FROM user WHERE num = ?1")?.query_row([user], |row| row.get(0))?)
}

/// Key of the author of a field record of a kind, if it is there.
///
/// # Errors
/// The database.
pub fn author(db: &Db, entity: Entity, id: Uuid) -> Result<Option<i64>, Error> {
    let sql = format!("SELECT author FROM {} WHERE id = ?1", entity.kind().server_table);
    Ok(db.prepare_cached(&sql)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

/// Identifiers of a meter's field records of a kind, in the order in which they were received, without those that were taken back.
///
/// # Errors
/// The database.
pub fn of_meter(db: &Db, entity: Entity, meter: i64) -> Result<Vec<[u8; 16]>, Error> {
    let stands = if entity == Entity::Note { "AND taken_back_at IS NULL" } else { "" };
    let sql = format!("SELECT id FROM {} WHERE meter = ?1 {stands} ORDER BY num", entity.kind().server_table);
    Ok(db.prepare_cached(&sql)?.query_map([meter], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Writes a note.
///
/// # Errors
/// The database.
pub fn insert_note(tx: &mut Tx<'_>, id: NoteId, record: &NewFieldRecord<'_>, text: &str) -> Result<(), Error> {
    let author_name = name_of(tx, record.author)?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO note (id, meter, author, author_name, at, received_at, text, review) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    insert.execute(params![
        id.0.as_bytes(),
        record.meter,
        record.author,
        author_name,
        record.at.0,
        record.received.0,
        text,
        words(record.review)
    ])?;
    Ok(())
}

/// Writes a manual reading.
///
/// # Errors
/// The database.
pub fn insert_reading(
    tx: &mut Tx<'_>,
    id: ManualReadingId,
    record: &NewFieldRecord<'_>,
    (register, photo, explained): (Millilitres, Option<BlobId>, &Explanation),
) -> Result<(), Error> {
    let author_name = name_of(tx, record.author)?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO manual_reading (id, meter, author, author_name, at, received_at, register, photo, review, reason, no_photo)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    insert.execute(params![
        id.0.as_bytes(),
        record.meter,
        record.author,
        author_name,
        record.at.0,
        record.received.0,
        register.0,
        photo.map(|photo| photo.0),
        words(record.review),
        explained.reason,
        explained.no_photo
    ])?;
    Ok(())
}

/// A note.
///
/// # Errors
/// The database.
pub fn note(db: &Db, id: Uuid) -> Result<Option<Note>, Error> {
    let mut query = db.prepare_cached(
        "SELECT n.id, m.id, n.author_name, n.at, n.review, n.text, u.id, n.edited_at FROM note n JOIN meter m ON m.num = n.meter
         JOIN user u ON u.num = n.author WHERE n.id = ?1 AND n.taken_back_at IS NULL",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(Note {
            id: NoteId(Uuid::from_bytes(row.get(0)?)),
            meter: MeterId(Uuid::from_bytes(row.get(1)?)),
            author: row.get(2)?,
            at: UtcMillis(row.get(3)?),
            review: reviews(&row.get::<_, String>(4)?),
            text: row.get(5)?,
            by: Some(UserId(Uuid::from_bytes(row.get(6)?))),
            edited_at: row.get::<_, Option<i64>>(7)?.map(UtcMillis),
            taken_back: false,
        })
    });
    Ok(found.optional()?)
}

/// A manual reading.
///
/// # Errors
/// The database.
pub fn manual_reading(db: &Db, id: Uuid) -> Result<Option<ManualReading>, Error> {
    let mut query = db.prepare_cached(
        "SELECT r.id, m.id, r.author_name, r.at, r.review, r.register, r.photo, r.reason, r.no_photo FROM manual_reading r
         JOIN meter m ON m.num = r.meter WHERE r.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(ManualReading {
            id: ManualReadingId(Uuid::from_bytes(row.get(0)?)),
            meter: MeterId(Uuid::from_bytes(row.get(1)?)),
            author: row.get(2)?,
            at: UtcMillis(row.get(3)?),
            review: reviews(&row.get::<_, String>(4)?),
            register: Millilitres(row.get(5)?),
            photo: row.get::<_, Option<[u8; 32]>>(6)?.map(BlobId),
            explained: Explanation { reason: row.get(7)?, no_photo: row.get(8)? },
        })
    });
    Ok(found.optional()?)
}

/// Whether a manual reading is of this meter and register.
///
/// # Errors
/// The database.
pub fn is_reading(db: &Db, id: ManualReadingId, meter: i64, register: Millilitres) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM manual_reading WHERE id = ?1 AND meter = ?2 AND register = ?3)";
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row(params![id.0.as_bytes(), meter, register.0], |row| row.get(0))?)
}

/// Whether a meter has a manual reading of this instant and register.
///
/// # Errors
/// The database.
pub fn has_reading(db: &Db, meter: i64, (at, register): (UtcMillis, Millilitres)) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM manual_reading WHERE meter = ?1 AND at = ?2 AND register = ?3)";
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row(params![meter, at.0, register.0], |row| row.get(0))?)
}

/// A field record's identifier, and why it should be reviewed.
pub type Reviewed = ([u8; 16], BTreeSet<Review>);

/// The manual readings of a meter at an instant, with why each should be reviewed.
///
/// # Errors
/// The database.
pub fn readings_at(db: &Db, meter: i64, at: UtcMillis) -> Result<Vec<Reviewed>, Error> {
    let mut query = db.prepare_cached("SELECT id, review FROM manual_reading WHERE meter = ?1 AND at = ?2")?;
    let found = query
        .query_map(params![meter, at.0], |row| Ok((row.get(0)?, reviews(&row.get::<_, String>(1)?).into_iter().collect())))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The manual readings of a meter from an instant on, with why each should be reviewed.
///
/// # Errors
/// The database.
pub fn readings_since(db: &Db, meter: i64, since: UtcMillis) -> Result<Vec<Reviewed>, Error> {
    let mut query = db.prepare_cached("SELECT id, review FROM manual_reading WHERE meter = ?1 AND at >= ?2")?;
    let found = query
        .query_map(params![meter, since.0], |row| Ok((row.get(0)?, reviews(&row.get::<_, String>(1)?).into_iter().collect())))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The revision of a field record.
///
/// # Errors
/// The database.
pub fn revision(db: &Db, entity: Entity, id: [u8; 16]) -> Result<i64, Error> {
    let sql = format!("SELECT rev FROM {} WHERE id = ?1", entity.kind().server_table);
    Ok(db.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?)
}

/// A user's own note about a meter.
///
/// # Errors
/// The database.
pub fn own_note(db: &Db, id: NoteId, meter: i64, author: i64) -> Result<Option<OwnNote>, Error> {
    let sql = "SELECT text, taken_back_at IS NOT NULL FROM note WHERE id = ?1 AND meter = ?2 AND author = ?3";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_row(params![id.0.as_bytes(), meter, author], |row| {
        Ok(OwnNote { meter, text: row.get(0)?, is_taken_back: row.get(1)? })
    });
    Ok(found.optional()?)
}

/// Writes a note's new text, which is another revision of it.
///
/// # Errors
/// The database.
pub fn update_note(tx: &mut Tx<'_>, id: NoteId, text: &str) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE note SET text = ?2, edited_at = ?3, rev = rev + 1 WHERE id = ?1")?.execute(params![
        id.0.as_bytes(),
        text,
        tx.now.0
    ])?;
    Ok(())
}

/// Marks a note as taken back.
///
/// # Errors
/// The database.
pub fn mark_taken_back(tx: &mut Tx<'_>, id: NoteId) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE note SET taken_back_at = ?2 WHERE id = ?1")?.execute(params![id.0.as_bytes(), tx.now.0])?;
    Ok(())
}

/// Writes why a manual reading should be reviewed, which is another revision of it.
///
/// # Errors
/// The database.
pub fn write_review(tx: &mut Tx<'_>, id: [u8; 16], review: &BTreeSet<Review>) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE manual_reading SET review = ?2, rev = rev + 1 WHERE id = ?1")?
        .execute(params![id, words(review)])?;
    Ok(())
}

/// Marks as they are stored.
pub(crate) fn words(review: &BTreeSet<Review>) -> String {
    review.iter().map(|review| review.as_str()).collect::<Vec<_>>().join(",")
}

/// Stored marks.
pub(crate) fn reviews(words: &str) -> Vec<Review> {
    words.split(',').filter_map(Review::from_word).collect()
}
