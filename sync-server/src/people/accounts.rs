//! Users and their sessions: signing in, the rotation of refresh tokens, signing out.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::profiles;
use crate::people::rows::{sessions, users};
use domain::UserId;
use domain::people::Role;
use protocol::core::problem::Code;
use protocol::people::auth::Profile;
use uuid::Uuid;

/// A user as sign-in needs it.
pub struct Credentials {
    /// Key.
    pub num: i64,
    /// Argon2 hash in PHC form.
    pub password_hash: String,
    /// Who.
    pub profile: Profile,
}

/// A new user.
pub struct NewUser {
    /// Identifier.
    pub id: UserId,
    /// Key of the utility.
    pub utility: i64,
    /// Address, in lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2 hash in PHC form.
    pub password_hash: String,
    /// Role.
    pub role: Role,
}

/// Finds an active user by address.
///
/// # Errors
/// The database.
pub fn find(db: &Db, email: &str) -> Result<Option<Credentials>, Error> {
    users::find_active(db, email)
}

/// Adds a user; returns the key.
///
/// # Errors
/// The address is taken, or the database.
pub fn add(tx: &mut Tx<'_>, user: &NewUser) -> Result<i64, Error> {
    if users::is_taken(tx, &user.email)? {
        return Err(Error::problem(Code::BadRequest, "there is a user with this e-mail address already"));
    }
    let num = users::insert(tx, user)?;
    profiles::publish(tx, num)?;
    Ok(num)
}

/// Opens a session.
///
/// # Errors
/// The database.
pub fn open_session(tx: &mut Tx<'_>, session: Uuid, user: i64, device: &str) -> Result<(), Error> {
    sessions::insert(tx, session, user, device)
}

/// What a refresh token of a generation leads to.
#[derive(Debug)]
pub enum Rotation {
    /// The generation to issue now, and for whom.
    Issue(u32, Box<Profile>),
    /// The token was rotated out and its successor used: every token of the session is void now.
    Reused,
    /// No such session, or it has ended.
    Ended,
}

/// Rotates a session's refresh token (sync.md, Rules).
///
/// The current token leads to a new one. The one before it leads to the current one again, as long as that was never used: an answer
/// that was lost is no theft. With any older one, either it or its successor was stolen; the server cannot know which, so it ends the
/// session and answers every later token of it the same way. A newer one was issued by this server before it was restored from a backup,
/// and is continued from.
///
/// # Errors
/// The database.
pub fn rotate(tx: &mut Tx<'_>, session: Uuid, generation: u32) -> Result<Rotation, Error> {
    let Some(found) = sessions::find(tx, session)? else { return Ok(Rotation::Ended) };
    if found.has_ended {
        let reused = found.ended_by.as_deref() == Some(End::Reuse.as_str());
        return Ok(if reused { Rotation::Reused } else { Rotation::Ended });
    }
    let (current, profile) = (found.generation, Box::new(found.profile));
    if generation >= current {
        sessions::set_generation(tx, session, generation + 1)?;
        return Ok(Rotation::Issue(generation + 1, profile));
    }
    if generation + 1 == current {
        return Ok(Rotation::Issue(current, profile));
    }
    revoke(tx, session, End::Reuse)?;
    Ok(Rotation::Reused)
}

/// Who ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its own device.
    Device,
    /// Whoever used a token that was rotated out.
    Reuse,
    /// Another device, or an admin.
    Remote,
}

impl End {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Reuse => "reuse",
            Self::Remote => "remote",
        }
    }
}

/// Ends a session.
///
/// # Errors
/// The database.
pub fn revoke(tx: &mut Tx<'_>, session: Uuid, by: End) -> Result<(), Error> {
    sessions::end(tx, session, by)
}

/// Ends every session of a user, remotely.
///
/// # Errors
/// The database.
pub fn revoke_all(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    sessions::end_all(tx, user, End::Remote)
}
