//! The user's own profile, and the name by which rows that are made on this device name their author.

use crate::error::Error;
use crate::store::rows::meta::get;
use crate::store::rows::read;
use domain::UserId;
use protocol::people::auth;
use protocol::sync::rows;
use rusqlite::{Connection, OptionalExtension};

/// A user's profile as this device shows it, pending operations included.
pub(crate) fn profile(db: &Connection, user: UserId) -> Result<Option<rows::Profile>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM profile WHERE id = ?1")?;
    let body: Option<String> = query.query_row([user.to_string()], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

/// The author of rows that are made on this device: the signed-in user and their name.
pub(crate) fn author(db: &Connection) -> Result<(Option<UserId>, String), Error> {
    let profile: Option<auth::Profile> = get(db, "user:profile")?.as_deref().map(read).transpose()?;
    Ok(profile.map_or((None, String::new()), |profile| (Some(profile.id), profile.name)))
}
