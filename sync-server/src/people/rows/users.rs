//! Users: what sign-in needs of them, and their profiles.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::accounts::{Credentials, NewUser};
use domain::UserId;
use domain::people::{Language, Role};
use domain::sync::edit::ProfileRecord;
use protocol::people::auth;
use protocol::sync::rows::Profile;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A user as sign-in answers, from columns by name.
pub(super) fn read_signed_in(row: &Row<'_>) -> rusqlite::Result<auth::Profile> {
    let (role, language): (String, String) = (row.get("role")?, row.get("language")?);
    Ok(auth::Profile {
        id: UserId(Uuid::from_bytes(row.get("id")?)),
        email: row.get("email")?,
        name: row.get("name")?,
        // A role that the schema's own CHECK would refuse is read as the one that may do least.
        role: role.parse().unwrap_or(Role::Customer),
        language: if language == "en" { Language::En } else { Language::Id },
    })
}

/// An active user by address. Who was invited and has no password yet is not found: a guess at it costs what one at nobody's does.
///
/// # Errors
/// The database.
pub fn find_active(db: &Db, email: &str) -> Result<Option<Credentials>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, email, name, role, language, password_hash FROM user
         WHERE email = ?1 AND active = 1 AND password_hash <> ''",
    )?;
    let found = query.query_row([email], |row| {
        Ok(Credentials { num: row.get("num")?, password_hash: row.get("password_hash")?, profile: read_signed_in(row)? })
    });
    Ok(found.optional()?)
}

/// Whether an active user's password still has this hash.
///
/// # Errors
/// The database.
pub fn has_password_hash(db: &Db, num: i64, hash: &str) -> Result<bool, Error> {
    let mut query =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM user WHERE num = ?1 AND password_hash = ?2 AND active = 1)")?;
    Ok(query.query_row(params![num, hash], |row| row.get(0))?)
}

/// The hash of an active user's password.
///
/// # Errors
/// The database.
pub fn password_hash(db: &Db, num: i64) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT password_hash FROM user WHERE num = ?1 AND active = 1")?;
    Ok(query.query_row([num], |row| row.get(0)).optional()?)
}

/// A user's identifier, and the key of the utility.
///
/// # Errors
/// The database.
pub fn id_and_utility(db: &Db, num: i64) -> Result<(UserId, i64), Error> {
    let mut query = db.prepare_cached("SELECT id, utility FROM user WHERE num = ?1")?;
    Ok(query.query_row([num], |row| Ok((UserId(Uuid::from_bytes(row.get(0)?)), row.get(1)?)))?)
}

/// Whether some user has an address.
///
/// # Errors
/// The database.
pub fn is_taken(db: &Db, email: &str) -> Result<bool, Error> {
    Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM user WHERE email = ?1)", [email], |row| row.get(0))?)
}

/// Whether some user has an identifier, of whatever utility.
///
/// # Errors
/// The database.
pub fn is_known(db: &Db, id: UserId) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM user WHERE id = ?1)")?;
    Ok(query.query_row([id.0.as_bytes()], |row| row.get(0))?)
}

/// Writes a new user; returns the key.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, user: &NewUser) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO user (id, utility, email, name, password_hash, role) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![user.id.0.as_bytes(), user.utility, user.email, user.name, user.password_hash, user.role.as_str()],
    )?;
    Ok(tx.db.last_insert_rowid())
}

/// A user's profile as its devices know it.
///
/// # Errors
/// The database.
pub fn profile(db: &Db, id: Uuid) -> Result<Option<Profile>, Error> {
    let mut query = db.prepare_cached("SELECT id, email, name, phone, role, language FROM user WHERE id = ?1")?;
    let found = query.query_row([id.as_bytes()], |row| {
        let (role, language): (String, String) = (row.get(4)?, row.get(5)?);
        Ok(Profile {
            id: UserId(Uuid::from_bytes(row.get(0)?)),
            email: row.get(1)?,
            name: row.get(2)?,
            phone: row.get(3)?,
            // A role that the schema's own CHECK would refuse is read as the one that may do least.
            role: role.parse().unwrap_or(Role::Customer),
            language: Language::from_word(&language).unwrap_or_default(),
        })
    });
    Ok(found.optional()?)
}

/// What a user of a utility may edit of the profile, with the user's key.
///
/// # Errors
/// The database.
pub fn profile_record(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, ProfileRecord)>, Error> {
    let mut query = db.prepare_cached("SELECT num, name, phone, language FROM user WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![id.as_bytes(), utility], |row| {
        let language: String = row.get(3)?;
        let language = Language::from_word(&language).unwrap_or_default();
        Ok((row.get(0)?, ProfileRecord { name: row.get(1)?, phone: row.get(2)?, language }))
    });
    Ok(found.optional()?)
}

/// Writes what a user may edit of the profile.
///
/// # Errors
/// The database.
pub fn update_profile(tx: &mut Tx<'_>, num: i64, record: &ProfileRecord) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE user SET name = ?2, phone = ?3, language = ?4 WHERE num = ?1")?;
    update.execute(params![num, record.name, record.phone, record.language.as_str()])?;
    Ok(())
}

/// Raises the revision of a user's profile; returns the user's identifier and utility with it.
///
/// # Errors
/// The database.
pub fn revise_profile(tx: &mut Tx<'_>, num: i64) -> Result<([u8; 16], i64, i64), Error> {
    let mut update = tx.db.prepare_cached("UPDATE user SET rev = rev + 1 WHERE num = ?1 RETURNING id, utility, rev")?;
    Ok(update.query_row([num], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

/// Users whose profile was never a row of sync.
///
/// # Errors
/// The database.
pub fn without_profile_row(db: &Db) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare("SELECT num FROM user WHERE rev = 0 ORDER BY num")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
