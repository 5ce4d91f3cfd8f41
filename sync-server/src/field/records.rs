//! Facts of the field as rows: notes and manual readings, who may write one about which meter, and which buckets tell of them.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::error::Error;
use domain::field::field_record::Review;
use domain::metering::meter::Capability;
use domain::metering::reading::Verdict;
use domain::people::Role;
use domain::{BlobId, Flow, ManualReadingId, MeterId, Millilitres, NoteId, UtcMillis};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Work of somebody who was assigned before is taken for this long: as long as a tombstone is kept (sync.md, Rules).
const PAST_MS: i64 = 90 * domain::core::local_time::DAY_MS;

/// A meter about which somebody may write.
pub struct InScope {
    /// Its key.
    pub meter: i64,
    /// What it can register.
    pub capability: Capability,
    /// What is odd about its author or its place.
    pub review: BTreeSet<Review>,
}

/// A place where a meter is or was, as its author stands to it.
struct MeterLocation {
    is_now: bool,
    assigned: bool,
    assigned_before: bool,
}

/// The meter, if the author may write about it: admins about any of the utility, technicians about those that are or were in a zone
/// that is or was theirs.
///
/// # Errors
/// The database.
pub fn meter(db: &Connection, caller: &Caller, id: MeterId, now: UtcMillis) -> Result<Option<InScope>, Error> {
    let found = db
        .prepare_cached("SELECT num, q3, register_modulus FROM meter WHERE id = ?1 AND utility = ?2")?
        .query_row(params![id.0.as_bytes(), caller.utility], |row| {
            let capability = Capability { q3: Flow(row.get(1)?), register_modulus: Millilitres(row.get(2)?) };
            Ok((row.get(0)?, capability))
        })
        .optional()?;
    let Some((meter, capability)) = found else { return Ok(None) };
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
    let places = query
        .query_map(params![meter, caller.num, now.0 - PAST_MS], |row| {
            Ok(MeterLocation { is_now: row.get(0)?, assigned: row.get(1)?, assigned_before: row.get(2)? })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let here = places.iter().find(|place| place.is_now);
    let mut review = BTreeSet::new();
    if here.is_none() && !places.is_empty() {
        review.insert(Review::NotInstalled);
    }
    match caller.role {
        Role::Admin => {}
        Role::Customer => return Ok(None),
        Role::Technician if here.is_some_and(|place| place.assigned) => {}
        Role::Technician if here.is_none() && places.iter().any(|place| place.assigned) => {}
        Role::Technician if places.iter().any(|place| place.assigned || place.assigned_before) => {
            review.insert(Review::OutOfZone);
        }
        Role::Technician => return Ok(None),
    }
    Ok(Some(InScope { meter, capability, review }))
}

/// A name for who writes, as it is then.
///
/// # Errors
/// The database.
pub fn name_of(db: &Connection, user: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT name FROM user WHERE num = ?1")?.query_row([user], |row| row.get(0))?)
}

/// What a fact has that both kinds have.
pub struct NewFieldRecord<'a> {
    /// Key of the meter.
    pub meter: i64,
    /// Key of the author.
    pub author: i64,
    /// When it was, by the author's clock.
    pub at: UtcMillis,
    /// When it came.
    pub received: UtcMillis,
    /// Why somebody should look at it.
    pub review: &'a BTreeSet<Review>,
}

impl NewFieldRecord<'_> {
    fn words(&self) -> String {
        self.review.iter().map(|review| review.as_str()).collect::<Vec<_>>().join(",")
    }
}

fn reviews(words: &str) -> Vec<Review> {
    words.split(',').filter_map(Review::from_word).collect()
}

/// Whether a row has been written, and by whom: `None` if there is none, the author's key otherwise.
///
/// # Errors
/// The database.
pub fn author_of(db: &Connection, entity: Entity, id: Uuid) -> Result<Option<i64>, Error> {
    let sql = match entity {
        Entity::Note => "SELECT author FROM note WHERE id = ?1",
        _ => "SELECT author FROM manual_reading WHERE id = ?1",
    };
    Ok(db.prepare_cached(sql)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

/// Writes a note, and tells every device that may know of it.
///
/// # Errors
/// The database.
pub fn add_note(tx: &mut Tx<'_>, id: NoteId, fact: &NewFieldRecord<'_>, text: &str) -> Result<(), Error> {
    tx.db.prepare_cached(
        "INSERT INTO note (id, meter, author, author_name, at, received_at, text, review) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        id.0.as_bytes(),
        fact.meter,
        fact.author,
        name_of(tx, fact.author)?,
        fact.at.0,
        fact.received.0,
        text,
        fact.words()
    ])?;
    put(tx, fact.meter, Entity::Note, *id.0.as_bytes())
}

/// Writes a manual reading, and tells every device that may know of it. What was used by it is [`crate::metering::telemetry::record`]'s.
///
/// # Errors
/// The database.
pub fn add_reading(
    tx: &mut Tx<'_>,
    id: ManualReadingId,
    fact: &NewFieldRecord<'_>,
    (register, photo): (Millilitres, Option<BlobId>),
) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO manual_reading (id, meter, author, author_name, at, received_at, register, photo, review)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id.0.as_bytes(),
            fact.meter,
            fact.author,
            name_of(tx, fact.author)?,
            fact.at.0,
            fact.received.0,
            register.0,
            photo.map(|photo| photo.0),
            fact.words()
        ])?;
    put(tx, fact.meter, Entity::ManualReading, *id.0.as_bytes())
}

/// The register that was believed last before an instant.
///
/// # Errors
/// The database.
pub fn register_before(db: &Connection, meter: i64, t: UtcMillis) -> Result<Option<Millilitres>, Error> {
    let mut query =
        db.prepare_cached("SELECT register FROM reading WHERE meter = ?1 AND t < ?2 AND verdict < ?3 ORDER BY t DESC LIMIT 1")?;
    let found = query.query_row(params![meter, t.0, Verdict::Negative as u8], |row| row.get(0)).optional()?;
    Ok(found.map(Millilitres))
}

/// The verdict on the reading of an instant.
///
/// # Errors
/// The database.
pub fn verdict_at(db: &Connection, meter: i64, t: UtcMillis) -> Result<Option<Verdict>, Error> {
    let mut query = db.prepare_cached("SELECT verdict FROM reading WHERE meter = ?1 AND t = ?2")?;
    let code: Option<u8> = query.query_row(params![meter, t.0], |row| row.get(0)).optional()?;
    Ok(code.and_then(Verdict::from_code))
}

/// The buckets that tell of a meter's facts: the admins', and that of the zone where it is. Customers are not told what technicians
/// write.
///
/// # Errors
/// The database.
pub fn holders(tx: &mut Tx<'_>, meter: i64) -> Result<Vec<i64>, Error> {
    let utility: i64 = tx.db.prepare_cached("SELECT utility FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?;
    let zone: Option<[u8; 16]> = tx
        .db
        .prepare_cached(
            "SELECT z.id FROM installation i JOIN connection c ON c.num = i.connection JOIN zone z ON z.num = c.zone
             WHERE i.meter = ?1 AND i.until IS NULL",
        )?
        .query_row([meter], |row| row.get(0))
        .optional()?;
    let zone = zone.map(|id| format!("zone:{}", Uuid::from_bytes(id)));
    ["admin".to_owned()].into_iter().chain(zone).map(|name| tx.bucket(utility, name)).collect()
}

fn put(tx: &mut Tx<'_>, meter: i64, entity: Entity, id: [u8; 16]) -> Result<(), Error> {
    for into in holders(tx, meter)? {
        tx.put(into, entity, &RowId::of(id), 1)?;
    }
    Ok(())
}

/// Takes a meter's facts to where it is now: out of the buckets that told of them before, and into those that do now.
///
/// # Errors
/// The database.
pub fn follow(tx: &mut Tx<'_>, meter: i64, before: &[i64]) -> Result<(), Error> {
    let now = holders(tx, meter)?;
    for (entity, sql) in [
        (Entity::Note, "SELECT id FROM note WHERE meter = ?1 ORDER BY num"),
        (Entity::ManualReading, "SELECT id FROM manual_reading WHERE meter = ?1 ORDER BY num"),
    ] {
        let mut query = tx.db.prepare_cached(sql)?;
        let ids = query.query_map([meter], |row| row.get(0))?.collect::<Result<Vec<[u8; 16]>, _>>()?;
        for id in ids {
            for gone in before.iter().filter(|bucket| !now.contains(bucket)) {
                tx.remove(*gone, entity, &RowId::of(id))?;
            }
            for into in now.iter().filter(|bucket| !before.contains(bucket)) {
                tx.put(*into, entity, &RowId::of(id), 1)?;
            }
        }
    }
    Ok(())
}

/// What a note's body is read from.
pub(crate) const NOTE: &str =
    "SELECT n.id, m.id, n.author_name, n.at, n.review, n.text FROM note n JOIN meter m ON m.num = n.meter WHERE n.id = ?1";

/// What a manual reading's body is read from.
pub(crate) const READING: &str = "SELECT r.id, m.id, r.author_name, r.at, r.review, r.register, r.photo FROM manual_reading r
    JOIN meter m ON m.num = r.meter WHERE r.id = ?1";

/// A note from the columns of [`NOTE`].
pub(crate) fn read_note(row: &Row<'_>) -> rusqlite::Result<rows::Note> {
    let words: String = row.get(4)?;
    Ok(rows::Note {
        id: NoteId(Uuid::from_bytes(row.get(0)?)),
        meter: MeterId(Uuid::from_bytes(row.get(1)?)),
        author: row.get(2)?,
        at: UtcMillis(row.get(3)?),
        review: reviews(&words),
        text: row.get(5)?,
    })
}

/// A manual reading from the columns of [`READING`].
pub(crate) fn read_reading(row: &Row<'_>) -> rusqlite::Result<rows::ManualReading> {
    let words: String = row.get(4)?;
    Ok(rows::ManualReading {
        id: ManualReadingId(Uuid::from_bytes(row.get(0)?)),
        meter: MeterId(Uuid::from_bytes(row.get(1)?)),
        author: row.get(2)?,
        at: UtcMillis(row.get(3)?),
        review: reviews(&words),
        register: Millilitres(row.get(5)?),
        photo: row.get::<_, Option<[u8; 32]>>(6)?.map(BlobId),
    })
}
