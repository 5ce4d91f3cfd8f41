//! Users and their sessions.

use crate::core::Tx;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::people::profiles;
use domain::UserId;
use domain::people::{Language, Role};
use protocol::core::problem::Code;
use protocol::people::auth::Profile;
use rusqlite::{Connection, OptionalExtension, Row, params};
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

fn read_profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    let (role, language): (String, String) = (row.get("role")?, row.get("language")?);
    Ok(Profile {
        id: UserId(Uuid::from_bytes(row.get("id")?)),
        email: row.get("email")?,
        name: row.get("name")?,
        // A role the schema's own CHECK would refuse is read as the one that may do least.
        role: role.parse().unwrap_or(Role::Customer),
        language: if language == "en" { Language::En } else { Language::Id },
    })
}

/// Finds an active user by address.
///
/// # Errors
/// The database.
pub fn find(db: &Connection, email: &str) -> Result<Option<Credentials>, Error> {
    let mut query = db
        .prepare_cached("SELECT num, id, email, name, role, language, password_hash FROM user WHERE email = ?1 AND active = 1")?;
    let found = query.query_row([email], |row| {
        Ok(Credentials { num: row.get("num")?, password_hash: row.get("password_hash")?, profile: read_profile(row)? })
    });
    Ok(found.optional()?)
}

/// Adds a user; returns the key.
///
/// # Errors
/// The address is taken, or the database.
pub fn add(tx: &mut Tx<'_>, user: &NewUser) -> Result<i64, Error> {
    let taken: bool = tx.db.query_row("SELECT EXISTS (SELECT 1 FROM user WHERE email = ?1)", [&user.email], |row| row.get(0))?;
    if taken {
        return Err(Error::problem(Code::BadRequest, "there is a user with this e-mail address already"));
    }
    tx.db.execute(
        "INSERT INTO user (id, utility, email, name, password_hash, role) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![user.id.0.as_bytes(), user.utility, user.email, user.name, user.password_hash, user.role.as_str()],
    )?;
    let num = tx.db.last_insert_rowid();
    profiles::publish(tx, num)?;
    Ok(num)
}

/// Opens a session.
///
/// # Errors
/// The database.
pub fn open_session(tx: &mut Tx<'_>, session: Uuid, user: i64, device: &str) -> Result<(), Error> {
    let now = tx.now;
    tx.db.execute(
        "INSERT INTO session (id, user, device, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![session.as_bytes(), user, device, now.0],
    )?;
    Ok(())
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
/// that was lost is no theft. Any older one was stolen, or its successor was; nobody can tell which, so the session ends, and says so to
/// whoever comes. A newer one was issued by this server before it was restored from a backup, and goes on from where it is.
///
/// # Errors
/// The database.
pub fn rotate(tx: &mut Tx<'_>, session: Uuid, generation: u32) -> Result<Rotation, Error> {
    let now = tx.now;
    let found = tx
        .db
        .prepare_cached(
            "SELECT s.generation, s.revoked_at, s.ended_by, u.id, u.email, u.name, u.role, u.language
             FROM session s JOIN user u ON u.num = s.user WHERE s.id = ?1 AND u.active = 1",
        )?
        .query_row([session.as_bytes()], |row| {
            let ended: Option<i64> = row.get("revoked_at")?;
            let by: Option<String> = row.get("ended_by")?;
            Ok((row.get::<_, u32>("generation")?, ended.map(|_| by), read_profile(row)?))
        })
        .optional()?;
    let (current, profile) = match found {
        Some((current, None, profile)) => (current, profile),
        Some((_, Some(Some(by)), _)) if by == End::Reuse.as_str() => return Ok(Rotation::Reused),
        _ => return Ok(Rotation::Ended),
    };
    if generation >= current {
        tx.db.prepare_cached("UPDATE session SET generation = ?2, seen_at = ?3 WHERE id = ?1")?.execute(params![
            session.as_bytes(),
            generation + 1,
            now.0
        ])?;
        return Ok(Rotation::Issue(generation + 1, Box::new(profile)));
    }
    if generation + 1 == current {
        return Ok(Rotation::Issue(current, Box::new(profile)));
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
    /// Somebody from elsewhere.
    Remote,
}

impl End {
    const fn as_str(self) -> &'static str {
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
    let now = tx.now;
    tx.db
        .prepare_cached("UPDATE session SET revoked_at = ?2, ended_by = ?3 WHERE id = ?1 AND revoked_at IS NULL")?
        .execute(params![session.as_bytes(), now.0, by.as_str()])?;
    Ok(())
}

/// Ends every session of a user, remotely.
///
/// # Errors
/// The database.
pub fn revoke_all(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    let now = tx.now;
    tx.db
        .prepare_cached("UPDATE session SET revoked_at = ?2, ended_by = ?3 WHERE user = ?1 AND revoked_at IS NULL")?
        .execute(params![user, now.0, End::Remote.as_str()])?;
    Ok(())
}

/// Who is behind a session, as the database has it now: `None` once it, or its user, has ended.
///
/// # Errors
/// The database.
pub fn caller(db: &Connection, session: Uuid) -> Result<Option<Caller>, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.num, u.id, u.utility, u.role FROM session s JOIN user u ON u.num = s.user
         WHERE s.id = ?1 AND s.revoked_at IS NULL AND u.active = 1",
    )?;
    let found = query.query_row([session.as_bytes()], |row| {
        let role: String = row.get(3)?;
        Ok(Caller {
            num: row.get(0)?,
            id: UserId(Uuid::from_bytes(row.get(1)?)),
            utility: row.get(2)?,
            role: role.parse().unwrap_or(Role::Customer),
            session,
        })
    });
    Ok(found.optional()?)
}
