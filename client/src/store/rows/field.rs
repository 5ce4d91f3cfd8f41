//! Rows of the field and of the user: with the columns that queries look for, and the profile that everybody on the device is shown by.

use crate::error::Error;
use crate::store::get;
use crate::store::sync::apply::read;
use domain::UserId;
use protocol::people::auth;
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};

/// Writes a note, a manual reading or a profile as it came.
pub(crate) fn put(db: &Connection, entity: Entity, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    match entity {
        Entity::Note => {
            let row: rows::Note = read(body)?;
            db.prepare_cached("INSERT OR REPLACE INTO note (id, rev, meter, at, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![id, rev, row.meter.to_string(), row.at.0, body])?;
        }
        Entity::ManualReading => {
            let row: rows::ManualReading = read(body)?;
            db.prepare_cached("INSERT OR REPLACE INTO manual_reading (id, rev, meter, at, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![id, rev, row.meter.to_string(), row.at.0, body])?;
        }
        _ => {
            read::<rows::Profile>(body)?;
            db.prepare_cached("INSERT OR REPLACE INTO profile (id, rev, body) VALUES (?1, ?2, ?3)")?
                .execute(params![id, rev, body])?;
        }
    }
    Ok(())
}

/// A user's profile as this device holds it, with what waits over it.
///
/// # Errors
/// The cache cannot be read.
pub fn profile(db: &Connection, user: UserId) -> Result<Option<rows::Profile>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM profile WHERE id = ?1")?;
    let body: Option<String> = query.query_row([user.to_string()], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

/// What the rows that are made on this device call their author.
pub(crate) fn author(db: &Connection) -> Result<String, Error> {
    let profile: Option<auth::Profile> = get(db, "user:profile")?.as_deref().map(read).transpose()?;
    Ok(profile.map_or(String::new(), |profile| profile.name))
}
