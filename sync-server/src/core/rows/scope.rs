//! Scope: which rows a user may see. Every query that answers a user goes through here.

use crate::core::turns::{Lane, Source};
use crate::error::Error;
use domain::people::Role;
use domain::{ConnectionId, CustomerId, MeterId, UserId};
use protocol::core::problem::Code;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// The user behind a call, as the database has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Key.
    pub num: i64,
    /// Identifier.
    pub id: UserId,
    /// Key of the utility.
    pub utility: i64,
    /// Role.
    pub role: Role,
    /// The session that made the call.
    pub session: Uuid,
}

impl Caller {
    /// In which lane the caller's requests wait for their turn.
    pub const fn source(&self) -> Source {
        Source { lane: Lane::User(self.num), utility: Some(self.utility) }
    }
}

/// The user behind a session, as the database has it now: `None` once the session, or its user, has ended.
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
            // A role that the schema's own CHECK would refuse is read as the one that may do least.
            role: role.parse().unwrap_or(Role::Customer),
            session,
        })
    });
    Ok(found.optional()?)
}

/// Requires that whoever makes a call is still who it was let in for: the session may end, or the role be another one, while the rest of the
/// request comes in or waits for its turn.
///
/// # Errors
/// [`Code::Unauthenticated`] if the session has ended, [`Code::Denied`] if the role is another one, or the database.
pub fn require_unchanged(db: &Connection, caller: &Caller) -> Result<(), Error> {
    match self::caller(db, caller.session)? {
        Some(now) if now == *caller => Ok(()),
        Some(_) => Err(Error::problem(Code::Denied, "your role does not allow this any more")),
        None => Err(Error::problem(Code::Unauthenticated, "the session has ended: sign in again")),
    }
}

/// A bucket that a user may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name on the wire.
    pub name: String,
    /// Its key; `None` while nothing was ever put into it.
    pub num: Option<i64>,
}

/// The buckets a user may hold (sync.md, On the server).
///
/// Who the caller is is read again, from the snapshot that the rows come from: a right may have gone while the call waited for its turn.
///
/// # Errors
/// [`Code::Unauthenticated`] if the session has ended meanwhile, or the database.
pub fn buckets(db: &Connection, caller: &Caller) -> Result<Vec<Member>, Error> {
    let ended = || Error::problem(Code::Unauthenticated, "the session has ended: sign in again");
    let caller = &self::caller(db, caller.session)?.ok_or_else(ended)?;
    let mut names = vec!["public".to_owned()];
    match caller.role {
        Role::Admin => names.push("admin".into()),
        Role::Customer => names.extend(prefixed(
            db,
            "customer",
            "SELECT c.id FROM user_customer l JOIN customer c ON c.num = l.customer WHERE l.user = ?1 AND c.utility = ?2",
            caller,
        )?),
        Role::Technician => names.extend(prefixed(
            db,
            "zone",
            "SELECT z.id FROM user_zone l JOIN zone z ON z.num = l.zone WHERE l.user = ?1 AND z.utility = ?2",
            caller,
        )?),
    }
    names.push(format!("user:{}", caller.id));
    let mut find = db.prepare_cached("SELECT num FROM bucket WHERE utility = ?1 AND name = ?2")?;
    names
        .into_iter()
        .map(|name| {
            let num = find.query_map(params![caller.utility, name], |row| row.get(0))?.next().transpose()?;
            Ok(Member { name, num })
        })
        .collect()
}

fn prefixed(db: &Connection, prefix: &str, sql: &str, caller: &Caller) -> Result<Vec<String>, Error> {
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([caller.num, caller.utility], |row| Ok(format!("{prefix}:{}", Uuid::from_bytes(row.get(0)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of `wanted` that the user may watch, with their keys.
///
/// # Errors
/// The database.
pub fn meters(db: &Connection, caller: &Caller, wanted: &[MeterId]) -> Result<Vec<(i64, MeterId)>, Error> {
    let sql = match caller.role {
        Role::Admin => "SELECT m.num FROM meter m WHERE m.id = ?1 AND m.utility = ?2 AND ?3 = ?3",
        Role::Customer => {
            "SELECT m.num FROM meter m JOIN installation i ON i.meter = m.num AND i.until IS NULL
             JOIN connection c ON c.num = i.connection JOIN user_customer l ON l.customer = c.customer
             WHERE m.id = ?1 AND m.utility = ?2 AND l.user = ?3"
        }
        Role::Technician => {
            "SELECT m.num FROM meter m JOIN installation i ON i.meter = m.num AND i.until IS NULL
             JOIN connection c ON c.num = i.connection JOIN user_zone l ON l.zone = c.zone
             WHERE m.id = ?1 AND m.utility = ?2 AND l.user = ?3"
        }
    };
    let mut query = db.prepare_cached(sql)?;
    let mut seen = Vec::new();
    for id in wanted {
        let found =
            query.query_map(params![id.0.as_bytes(), caller.utility, caller.num], |row| row.get(0))?.next().transpose()?;
        seen.extend(found.map(|num: i64| (num, *id)));
    }
    Ok(seen)
}

/// A connection that a caller may buy for, and whose money the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionInScope {
    /// Its key.
    pub num: i64,
    /// Key of its customer.
    pub customer: i64,
    /// Identifier of its customer.
    pub customer_id: CustomerId,
}

/// Whether somebody may see what happens at a connection: an admin of its utility, its customer, or a technician of its zone.
///
/// # Errors
/// The database.
pub fn sees_connection(db: &Connection, caller: &Caller, connection: i64) -> Result<bool, Error> {
    let sql = match caller.role {
        Role::Admin => "SELECT EXISTS (SELECT 1 FROM connection c WHERE c.num = ?1 AND c.utility = ?2 AND ?3 = ?3)",
        Role::Customer => {
            "SELECT EXISTS (SELECT 1 FROM connection c JOIN user_customer l ON l.customer = c.customer
             WHERE c.num = ?1 AND c.utility = ?2 AND l.user = ?3)"
        }
        Role::Technician => {
            "SELECT EXISTS (SELECT 1 FROM connection c JOIN user_zone l ON l.zone = c.zone
             WHERE c.num = ?1 AND c.utility = ?2 AND l.user = ?3)"
        }
    };
    Ok(db.prepare_cached(sql)?.query_row(params![connection, caller.utility, caller.num], |row| row.get(0))?)
}

/// A connection, if its money is in the caller's scope: an admin's utility, or a customer's own. Technicians have nothing to do with money.
///
/// # Errors
/// [`Code::NotFound`] if there is none in the caller's scope, or the database.
pub fn connection(db: &Connection, caller: &Caller, id: ConnectionId) -> Result<ConnectionInScope, Error> {
    let not_found = || Error::problem(Code::NotFound, "there is no such connection");
    let sql = match caller.role {
        Role::Admin => {
            "SELECT c.num, c.customer, cu.id FROM connection c JOIN customer cu ON cu.num = c.customer
             WHERE c.id = ?1 AND c.utility = ?2 AND ?3 = ?3"
        }
        Role::Customer => {
            "SELECT c.num, c.customer, cu.id FROM connection c JOIN customer cu ON cu.num = c.customer
             JOIN user_customer l ON l.customer = c.customer WHERE c.id = ?1 AND c.utility = ?2 AND l.user = ?3"
        }
        Role::Technician => return Err(not_found()),
    };
    let mut query = db.prepare_cached(sql)?;
    let found = query
        .query_row(params![id.0.as_bytes(), caller.utility, caller.num], |row| {
            let customer_id = CustomerId(Uuid::from_bytes(row.get(2)?));
            Ok(ConnectionInScope { num: row.get(0)?, customer: row.get(1)?, customer_id })
        })
        .optional()?;
    found.ok_or_else(not_found)
}
