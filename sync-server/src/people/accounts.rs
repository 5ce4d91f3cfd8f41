//! Users and their sessions: signing in, the rotation of refresh tokens, signing out.

use crate::core::http::client_address::ClientAddress;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::profiles;
use crate::people::rows::{sessions, users};
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::people::Role;
use domain::{UserId, UtcMillis};
use protocol::core::problem::Code;
use protocol::people::auth::Profile;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use uuid::Uuid;

/// An address from which no device of an account came for this long is new to it: 90 days in milliseconds.
const KNOWN_MS: i64 = 90 * DAY_MS;

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

/// Opens a session of whoever has given the password with this hash; returns whether that is still the user's, who is still active.
///
/// # Errors
/// The database.
pub fn sign_in(tx: &mut Tx<'_>, session: Uuid, user: &Credentials, device: &str, address: ClientAddress) -> Result<bool, Error> {
    // Hashing takes a while, and somebody may have been deactivated or given another password meanwhile.
    if !users::has_password_hash(tx, user.num, &user.password_hash)? {
        return Ok(false);
    }
    sessions::insert(tx, session, user.num, device)?;
    sessions::set_address(tx, session, address)?;
    Ok(true)
}

/// Whether a sign-in to an account comes from a device that has signed in to it before.
///
/// # Errors
/// The database.
pub fn is_own_device(db: &Db, email: &str, session: Uuid) -> Result<bool, Error> {
    sessions::is_of(db, email, session)
}

/// Whether a device of an account has come from this address lately.
///
/// # Errors
/// The database.
pub fn is_known_address(db: &Db, email: &str, address: ClientAddress, now: UtcMillis) -> Result<bool, Error> {
    sessions::has_come_from(db, email, address, now.plus(-KNOWN_MS))
}

/// When sessions end by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionEnds {
    /// Minutes for which a refresh token leads to its successor again, where the answer may have been lost.
    pub grace_minutes: NonZeroU32,
    /// Days without a refresh after which a session ends.
    pub idle_days: NonZeroU32,
    /// Days after which a session ends however much it is used.
    pub longest_days: NonZeroU32,
}

impl Default for SessionEnds {
    fn default() -> Self {
        const { Self { grace_minutes: days(60), idle_days: days(60), longest_days: days(365) } }
    }
}

const fn days(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

impl SessionEnds {
    /// When a session ends that began then, however much it is used.
    pub fn last(&self, began: UtcMillis) -> UtcMillis {
        began.plus(i64::from(self.longest_days.get()) * DAY_MS)
    }

    /// The instants after which a session must have begun and been used to go on now.
    pub fn since(&self, now: UtcMillis) -> (UtcMillis, UtcMillis) {
        (now.plus(-(i64::from(self.longest_days.get()) * DAY_MS)), now.plus(-(i64::from(self.idle_days.get()) * DAY_MS)))
    }

    fn is_over(&self, began: UtcMillis, used: UtcMillis, now: UtcMillis) -> bool {
        let (began_after, used_after) = self.since(now);
        began <= began_after || used <= used_after
    }

    fn is_in_grace(&self, rotated: UtcMillis, now: UtcMillis) -> bool {
        now < rotated.plus(i64::from(self.grace_minutes.get()) * MINUTE_MS)
    }
}

/// What is issued for a refresh token.
#[derive(Debug)]
pub struct Issue {
    /// The generation of the next refresh token.
    pub generation: u32,
    /// For whom.
    pub profile: Profile,
    /// When the session began.
    pub began: UtcMillis,
}

/// What a refresh token of a generation leads to.
#[derive(Debug)]
pub enum Rotation {
    /// What to issue now.
    Issue(Box<Issue>),
    /// The token was rotated out and its successor used: every token of the session is void now.
    Reused,
    /// No such session, or it has ended.
    Ended,
}

/// Rotates a session's refresh token (sync.md, Rules).
///
/// The current token leads to a new one. The one before it leads to the current one again, as long as that was never used and its grace
/// has not ended: an answer that was lost is no theft. With any older one, either it or its successor was stolen; the server cannot know
/// which, so it ends the session and answers every later token of it the same way. A newer one was issued by this server before it was
/// restored from a backup, and is continued from. A session that was not used for long, or is old, has ended.
///
/// # Errors
/// The database.
pub fn rotate(
    tx: &mut Tx<'_>,
    session: Uuid,
    generation: u32,
    (ends, address): (&SessionEnds, ClientAddress),
) -> Result<Rotation, Error> {
    let Some(found) = sessions::find(tx, session)? else { return Ok(Rotation::Ended) };
    if found.has_ended {
        let reused = found.ended_by.as_deref() == Some(End::Reuse.as_str());
        return Ok(if reused { Rotation::Reused } else { Rotation::Ended });
    }
    if ends.is_over(found.began, found.seen, tx.now) {
        revoke(tx, session, End::Device)?;
        return Ok(Rotation::Ended);
    }
    let (current, began, profile) = (found.generation, found.began, found.profile);
    let issue = |generation| Ok(Rotation::Issue(Box::new(Issue { generation, profile, began })));
    if generation >= current {
        sessions::set_generation(tx, session, generation + 1)?;
        sessions::set_address(tx, session, address)?;
        return issue(generation + 1);
    }
    if generation + 1 == current && ends.is_in_grace(found.seen, tx.now) {
        return issue(current);
    }
    revoke(tx, session, End::Reuse)?;
    Ok(Rotation::Reused)
}

/// Who ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its own device, or time. What the device holds stays on it for whoever signs in there again.
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
