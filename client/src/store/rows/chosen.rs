//! The supply point that somebody has chosen to see. It is kept for each user by itself, and outlives a sign-out: it says nothing of anybody.

use crate::error::Error;
use crate::store::rows::meta::{get, set};
use crate::store::rows::read;
use domain::{ConnectionId, UserId};
use protocol::people::auth::Profile;
use rusqlite::Connection;

fn key(user: UserId) -> String {
    format!("chosen:{user}")
}

fn user(db: &Connection) -> Result<Option<UserId>, Error> {
    let profile: Option<Profile> = get(db, "user:profile")?.as_deref().map(read).transpose()?;
    Ok(profile.map(|profile| profile.id))
}

/// What the signed-in user has chosen. It may be somebody else's by now.
///
/// # Errors
/// The cache cannot be read.
pub fn chosen(db: &Connection) -> Result<Option<ConnectionId>, Error> {
    let Some(user) = user(db)? else { return Ok(None) };
    Ok(get(db, &key(user))?.and_then(|text| text.parse().ok()))
}

/// Keeps what the signed-in user has chosen.
///
/// # Errors
/// The cache cannot be written.
pub fn choose(db: &Connection, connection: ConnectionId) -> Result<(), Error> {
    user(db)?.map_or(Ok(()), |user| set(db, &key(user), &connection.to_string()))
}
