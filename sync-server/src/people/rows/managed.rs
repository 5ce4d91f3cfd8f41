//! Users as admins and operators see and change them.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::accounts::SessionEnds;
use domain::people::Role;
use domain::{UserId, UtcMillis};
use protocol::people::users::UserRow;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

/// A user with the sessions that have not ended, by `:now` and the ends of sessions.
const USER: &str =
    "SELECT u.num, u.id, u.email, u.name, u.role, u.active, MAX(s.seen_at) AS seen_at, u.password_hash = '' AS invited,
    (SELECT c.expires_at FROM password_code c WHERE c.user = u.num AND c.invitation IS NOT NULL) AS invited_until,
    COUNT(s.id) FILTER (WHERE s.revoked_at IS NULL AND s.created_at > :began_after AND s.seen_at > :seen_after) AS sessions
    FROM user u LEFT JOIN session s ON s.user = u.num WHERE u.utility = :utility";

/// Which of a utility's users.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// The one with this key.
    Key(i64),
    /// This one.
    Id(UserId),
    /// The one with this address to sign in with.
    Email(&'a str),
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, UserRow)> {
    let role: String = row.get("role")?;
    let user = UserRow {
        id: UserId(Uuid::from_bytes(row.get("id")?)),
        email: row.get("email")?,
        name: row.get("name")?,
        // A role that the schema's own CHECK would refuse is read as the one that may do least.
        role: role.parse().unwrap_or(Role::Customer),
        active: row.get("active")?,
        sessions: row.get("sessions")?,
        seen_at: row.get::<_, Option<i64>>("seen_at")?.map(UtcMillis),
        invited: row.get("invited")?,
        invited_until: row.get::<_, Option<i64>>("invited_until")?.map(UtcMillis),
    };
    Ok((row.get("num")?, user))
}

/// A user of a utility, with their key.
///
/// # Errors
/// The database.
pub fn user(
    db: &Db,
    utility: i64,
    which: Which<'_>,
    (ends, now): (&SessionEnds, UtcMillis),
) -> Result<Option<(i64, UserRow)>, Error> {
    let (condition, wanted) = match which {
        Which::Key(num) => ("u.num = :wanted", Value::Integer(num)),
        Which::Id(id) => ("u.id = :wanted", Value::Blob(id.0.as_bytes().to_vec())),
        Which::Email(email) => ("u.email = :wanted", Value::Text(email.to_lowercase())),
    };
    let mut query = db.prepare_cached(&format!("{USER} AND {condition} GROUP BY u.num"))?;
    let (began_after, seen_after) = ends.since(now);
    let parameters = named_params! {
        ":utility": utility, ":wanted": wanted, ":began_after": began_after.0, ":seen_after": seen_after.0
    };
    Ok(query.query_row(parameters, read).optional()?)
}

/// Keys of a utility's users with their names and e-mail addresses, by role and name.
///
/// # Errors
/// The database.
pub fn names(db: &Db, utility: i64) -> Result<Vec<(i64, [String; 2])>, Error> {
    let mut query = db.prepare_cached("SELECT num, name, email FROM user WHERE utility = ?1 ORDER BY role, name, num")?;
    let found = query.query_map([utility], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?])))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Whether a utility has another active admin, who can sign in: one who was only invited so far does not count.
///
/// # Errors
/// The database.
pub fn has_other_admin(db: &Db, utility: i64, num: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM user WHERE utility = ?1 AND num <> ?2 AND role = 'admin' AND active = 1
        AND password_hash <> '' LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([utility, num], |_| Ok(())).optional()?.is_some())
}

/// Writes whether a user may sign in.
///
/// # Errors
/// The database.
pub fn set_active(tx: &mut Tx<'_>, num: i64, active: bool) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE user SET active = ?2 WHERE num = ?1")?.execute(rusqlite::params![num, active])?;
    Ok(())
}

/// Writes a user's password.
///
/// # Errors
/// The database.
pub fn set_password_hash(tx: &mut Tx<'_>, num: i64, hash: &str) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE user SET password_hash = ?2 WHERE num = ?1")?.execute(rusqlite::params![num, hash])?;
    Ok(())
}
