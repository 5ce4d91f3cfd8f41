//! Sessions of users.

use crate::core::http::client_address::ClientAddress;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::accounts::End;
use crate::people::rows::users::read_signed_in;
use domain::UtcMillis;
use protocol::people::auth::Profile;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A session of an active user, as its refresh token finds it.
pub struct Session {
    /// The generation that was issued last.
    pub generation: u32,
    /// Whether it has ended.
    pub has_ended: bool,
    /// Who ended it, in the stored word.
    pub ended_by: Option<String>,
    /// Whose it is.
    pub profile: Profile,
    /// When it began.
    pub began: UtcMillis,
    /// When its newest refresh token was issued.
    pub seen: UtcMillis,
}

/// Writes a new session.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, session: Uuid, user: i64, device: &str) -> Result<(), Error> {
    tx.db.execute(
        "INSERT INTO session (id, user, device, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![session.as_bytes(), user, device, tx.now.0],
    )?;
    Ok(())
}

/// A session of an active user.
///
/// # Errors
/// The database.
pub fn find(db: &Db, session: Uuid) -> Result<Option<Session>, Error> {
    let mut query = db.prepare_cached(
        "SELECT s.generation, s.revoked_at, s.ended_by, s.created_at, s.seen_at, u.id, u.email, u.name, u.role, u.language
         FROM session s JOIN user u ON u.num = s.user WHERE s.id = ?1 AND u.active = 1",
    )?;
    let found = query.query_row([session.as_bytes()], |row| {
        Ok(Session {
            generation: row.get("generation")?,
            has_ended: row.get::<_, Option<i64>>("revoked_at")?.is_some(),
            ended_by: row.get("ended_by")?,
            profile: read_signed_in(row)?,
            began: UtcMillis(row.get("created_at")?),
            seen: UtcMillis(row.get("seen_at")?),
        })
    });
    Ok(found.optional()?)
}

/// Writes the generation that is issued now.
///
/// # Errors
/// The database.
pub fn set_generation(tx: &mut Tx<'_>, session: Uuid, generation: u32) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE session SET generation = ?2, seen_at = ?3 WHERE id = ?1")?;
    update.execute(params![session.as_bytes(), generation, tx.now.0])?;
    Ok(())
}

/// Writes from where a session's device comes.
///
/// # Errors
/// The database.
pub fn set_address(tx: &mut Tx<'_>, session: Uuid, address: ClientAddress) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE session SET address = ?2 WHERE id = ?1")?;
    update.execute(params![session.as_bytes(), address.to_bytes()])?;
    Ok(())
}

/// Whether a session is, or was, of the account with this address to sign in with.
///
/// # Errors
/// The database.
pub fn is_of(db: &Db, email: &str, session: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM session s JOIN user u ON u.num = s.user WHERE s.id = ?1 AND u.email = ?2)",
    )?;
    Ok(query.query_row(params![session.as_bytes(), email], |row| row.get(0))?)
}

/// Whether a session of an account came from an address since an instant.
///
/// # Errors
/// The database.
pub fn has_come_from(db: &Db, email: &str, address: ClientAddress, since: UtcMillis) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM user u JOIN session s ON s.user = u.num
         WHERE u.email = ?1 AND s.address = ?2 AND s.seen_at >= ?3)",
    )?;
    Ok(query.query_row(params![email, address.to_bytes(), since.0], |row| row.get(0))?)
}

/// Ends a session that has not ended.
///
/// # Errors
/// The database.
pub fn end(tx: &mut Tx<'_>, session: Uuid, by: End) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE session SET revoked_at = ?2, ended_by = ?3 WHERE id = ?1 AND revoked_at IS NULL")?
        .execute(params![session.as_bytes(), tx.now.0, by.as_str()])?;
    Ok(())
}

/// Ends every session of a user but one.
///
/// # Errors
/// The database.
pub fn end_others(tx: &mut Tx<'_>, user: i64, but: Uuid, by: End) -> Result<(), Error> {
    let sql = "UPDATE session SET revoked_at = ?3, ended_by = ?4 WHERE user = ?1 AND id <> ?2 AND revoked_at IS NULL";
    tx.db.prepare_cached(sql)?.execute(params![user, but.as_bytes(), tx.now.0, by.as_str()])?;
    Ok(())
}

/// Ends every session of a user that has not ended.
///
/// # Errors
/// The database.
pub fn end_all(tx: &mut Tx<'_>, user: i64, by: End) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE session SET revoked_at = ?2, ended_by = ?3 WHERE user = ?1 AND revoked_at IS NULL")?
        .execute(params![user, tx.now.0, by.as_str()])?;
    Ok(())
}
