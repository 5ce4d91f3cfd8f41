//! Users as admins and operators see and change them.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::accounts::SessionEnds;
use domain::people::Role;
use domain::{UserId, UtcMillis};
use protocol::people::users::UserRow;
use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

/// A user with the sessions that have not ended, by `:now` and the ends of sessions.
const USER: &str = "SELECT u.num, u.id, u.email, u.name, u.role, u.active, MAX(s.seen_at) AS seen_at,
    COUNT(s.id) FILTER (WHERE s.revoked_at IS NULL AND s.created_at > :began_after AND s.seen_at > :seen_after) AS sessions
    FROM user u LEFT JOIN session s ON s.user = u.num WHERE u.utility = :utility";

/// Which of a utility's users.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Those in whose name or e-mail address this is found, in any case; all if it is empty.
    Found(&'a str),
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
    };
    Ok((row.get("num")?, user))
}

/// A utility's users with their keys, by role and name; `limit` of them at most.
///
/// # Errors
/// The database.
pub fn users(
    db: &Db,
    utility: i64,
    which: Which<'_>,
    (ends, now): (&SessionEnds, UtcMillis),
    limit: usize,
) -> Result<Vec<(i64, UserRow)>, Error> {
    let (condition, wanted) = match which {
        Which::Found(text) => {
            ("instr(lower(u.name || ' ' || u.email), CAST(:wanted AS TEXT)) > 0", text.to_lowercase().into_bytes())
        }
        Which::Id(id) => ("u.id = :wanted", id.0.as_bytes().to_vec()),
        Which::Email(email) => ("u.email = CAST(:wanted AS TEXT)", email.to_lowercase().into_bytes()),
    };
    let mut query =
        db.prepare_cached(&format!("{USER} AND {condition} GROUP BY u.num ORDER BY u.role, u.name, u.num LIMIT :limit"))?;
    let (began_after, seen_after) = ends.since(now);
    let parameters = named_params! {
        ":utility": utility, ":wanted": wanted, ":began_after": began_after.0, ":seen_after": seen_after.0, ":limit": limit as i64
    };
    Ok(query.query_map(parameters, read)?.collect::<Result<_, _>>()?)
}

/// How many users of a utility a text is found in.
///
/// # Errors
/// The database.
pub fn count(db: &Db, utility: i64, text: &str) -> Result<usize, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM user u WHERE u.utility = :utility AND instr(lower(u.name || ' ' || u.email), :wanted) > 0",
    )?;
    let found: i64 = query.query_row(named_params! { ":utility": utility, ":wanted": text.to_lowercase() }, |row| row.get(0))?;
    Ok(usize::try_from(found).unwrap_or_default())
}

/// Whether a utility has another active admin.
///
/// # Errors
/// The database.
pub fn has_other_admin(db: &Db, utility: i64, num: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM user WHERE utility = ?1 AND num <> ?2 AND role = 'admin' AND active = 1 LIMIT 1";
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
