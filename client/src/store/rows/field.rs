//! The user's own profile, and the name by which rows that are made on this device name their author.

use crate::error::Error;
use crate::store::get;
use crate::store::sync::apply::read;
use domain::UserId;
use protocol::people::auth;
use protocol::sync::rows;
use rusqlite::{Connection, OptionalExtension};

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
