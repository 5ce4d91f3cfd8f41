//! Addresses of calendars, and the orders that stand in one.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::maintenance::calendar_text::Event;
use domain::maintenance::work_order::{Window, WorkKind};
use domain::people::Language;
use domain::{TimeZone, UserId, UtcMillis, ZoneId};
use protocol::maintenance::feeds::{FeedOf, FeedRow};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// Orders of one calendar at most.
pub const MOST_EVENTS: usize = 5_000;

fn of(row: &Row<'_>, technician: usize, zone: usize) -> rusqlite::Result<FeedOf> {
    let (technician, zone): (Option<[u8; 16]>, Option<[u8; 16]>) = (row.get(technician)?, row.get(zone)?);
    Ok(match (technician, zone) {
        (Some(id), _) => FeedOf::Technician { id: UserId(Uuid::from_bytes(id)) },
        (None, Some(id)) => FeedOf::Zone { id: ZoneId(Uuid::from_bytes(id)) },
        (None, None) => FeedOf::Utility,
    })
}

/// The addresses of a utility that are not revoked, the newest first.
///
/// # Errors
/// The database.
pub fn all(db: &Db, utility: i64) -> Result<Vec<FeedRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT f.id, f.name, u.id, z.id, COALESCE(u.name, z.name, ''), f.author_name, f.at FROM calendar_feed f
         LEFT JOIN user u ON u.num = f.technician LEFT JOIN zone z ON z.num = f.zone
         WHERE f.utility = ?1 AND f.revoked_at IS NULL ORDER BY f.at DESC, f.num DESC",
    )?;
    let found = query.query_map([utility], |row| {
        Ok(FeedRow {
            id: Uuid::from_bytes(row.get(0)?),
            name: row.get(1)?,
            of: of(row, 2, 3)?,
            of_name: row.get(4)?,
            author: row.get(5)?,
            at: UtcMillis(row.get(6)?),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// An address to be written: utility, technician and zone by key.
pub struct NewFeed<'a> {
    /// Identifier.
    pub id: Uuid,
    /// Key of the utility.
    pub utility: i64,
    /// What it is called.
    pub name: &'a str,
    /// Key of the technician whose work it has.
    pub technician: Option<i64>,
    /// Key of the zone whose work it has.
    pub zone: Option<i64>,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// Who makes it: a name.
    pub author: &'a str,
}

/// Writes an address.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, new: &NewFeed<'_>) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO calendar_feed (id, utility, token_hash, name, technician, zone, author_name, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let NewFeed { id, utility, name, technician, zone, token_hash, author } = new;
    insert.execute(params![id.as_bytes(), utility, token_hash, name, technician, zone, author, tx.now.0])?;
    Ok(())
}

/// Whether there is an address of this identifier, in whichever utility.
///
/// # Errors
/// The database.
pub fn exists(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM calendar_feed WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Revokes an address of a utility; returns what it was called, or none where there is no such address.
///
/// # Errors
/// The database.
pub fn revoke(tx: &mut Tx<'_>, utility: i64, id: Uuid) -> Result<Option<String>, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE calendar_feed SET revoked_at = COALESCE(revoked_at, ?3) WHERE utility = ?1 AND id = ?2 RETURNING name",
    )?;
    Ok(update.query_row(params![utility, id.as_bytes(), tx.now.0], |row| row.get(0)).optional()?)
}

/// An address that is read.
pub struct OpenFeed {
    /// Key of its utility.
    pub utility: i64,
    /// What it is called.
    pub name: String,
    /// Key of the technician whose work it has.
    pub technician: Option<i64>,
    /// Key of the zone whose work it has.
    pub zone: Option<i64>,
    /// The language of whoever reads it, as far as that is known.
    pub language: Language,
}

/// The address of a token's SHA-256; none if there is none, it is revoked, or its technician may not sign in any more.
///
/// # Errors
/// The database.
pub fn open(db: &Db, token_hash: [u8; 32]) -> Result<Option<OpenFeed>, Error> {
    let mut query = db.prepare_cached(
        "SELECT f.utility, f.name, f.technician, f.zone, u.language FROM calendar_feed f LEFT JOIN user u ON u.num = f.technician
         WHERE f.token_hash = ?1 AND f.revoked_at IS NULL AND (f.technician IS NULL OR u.active = 1)",
    )?;
    let found = query.query_row(params![token_hash], |row| {
        let language: Option<String> = row.get(4)?;
        let language = if language.as_deref() == Some(Language::En.as_str()) { Language::En } else { Language::Id };
        Ok(OpenFeed { utility: row.get(0)?, name: row.get(1)?, technician: row.get(2)?, zone: row.get(3)?, language })
    });
    Ok(found.optional()?)
}

/// An event with what its title is made of: what is done, and the meter's serial.
pub type Entry = (Event, WorkKind, String);

/// The orders of an address whose window opens between two instants, either those that were cancelled or all others, the earliest first and so many
/// at most; their titles are empty. Each is where its meter is, or was last.
///
/// # Errors
/// The database.
pub fn events(
    db: &Db,
    feed: &OpenFeed,
    (from, until): (UtcMillis, UtcMillis),
    (cancelled, most): (bool, usize),
) -> Result<Vec<Entry>, Error> {
    let mut query = db.prepare_cached(
        "SELECT w.id, w.work, w.window_from, w.window_until, w.remark, w.rev, COALESCE(w.changed_at, w.at),
           w.cancelled_at IS NOT NULL AND w.completed_at IS NULL, m.serial, COALESCE(c.address, ''), COALESCE(z.time_zone, ''), w.technician_name
         FROM work_order w INDEXED BY work_order_window JOIN meter m ON m.num = w.meter
         LEFT JOIN installation i ON i.meter = m.num AND i.since = (SELECT MAX(l.since) FROM installation l WHERE l.meter = m.num)
         LEFT JOIN connection c ON c.num = i.connection LEFT JOIN zone z ON z.num = c.zone
         WHERE m.utility = ?1 AND w.window_from BETWEEN ?2 AND ?3 AND (?4 IS NULL OR w.technician = ?4) AND (?5 IS NULL OR c.zone = ?5)
           AND (w.cancelled_at IS NOT NULL AND w.completed_at IS NULL) = ?7
         ORDER BY w.window_from, w.num LIMIT +?6",
    )?;
    let values = params![feed.utility, from.0, until.0, feed.technician, feed.zone, most as i64, cancelled];
    let found = query.query_map(values, |row| {
        let (work, remark, zone, technician): (String, String, String, String) =
            (row.get(1)?, row.get(4)?, row.get(10)?, row.get(11)?);
        let texts = [technician, remark].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        let event = Event {
            uid: format!("{}@indowater", Uuid::from_bytes(row.get(0)?)),
            stamp: UtcMillis(row.get(6)?),
            // The first revision is 1; a calendar counts from 0.
            sequence: row.get::<_, i64>(5)? - 1,
            window: Window { from: UtcMillis(row.get(2)?), until: UtcMillis(row.get(3)?) },
            zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
            title: String::new(),
            place: row.get(9)?,
            text: texts.join("\n"),
            cancelled: row.get(7)?,
        };
        Ok((event, WorkKind::from_word(&work).unwrap_or(WorkKind::Routine), row.get(8)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
