//! What a message is made of, and to whom it goes.

use crate::alerts::rows::notifications::{read_content, read_kind, read_severity};
use crate::core::Db;
use crate::error::Error;
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Provider, Severity};
use domain::people::Language;
use domain::{ConnectionId, NotificationId, TimeZone, UserId, UtcMillis};
use rusqlite::params;
use uuid::Uuid;

/// Notifications that one message names at most; it says how many more there are.
pub const NAMED: usize = 20;

/// A user as somebody who is notified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Identifier.
    pub id: UserId,
    /// Key of the utility.
    pub utility: i64,
    /// E-mail address.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Name.
    pub name: String,
    /// Language.
    pub language: Language,
    /// Whether the user may sign in.
    pub active: bool,
}

#[cfg(test)]
impl Recipient {
    /// Somebody, for tests.
    pub fn made(language: Language) -> Self {
        Self {
            id: UserId(Uuid::nil()),
            utility: 1,
            email: "made@contoh.id".into(),
            phone: String::new(),
            name: "Made".into(),
            language,
            active: true,
        }
    }
}

/// A user by key.
pub fn recipient(db: &Db, user: i64) -> Result<Recipient, Error> {
    let mut query = db.prepare_cached("SELECT id, utility, email, phone, name, language, active FROM user WHERE num = ?1")?;
    Ok(query.query_row([user], |row| {
        Ok(Recipient {
            id: UserId(Uuid::from_bytes(row.get(0)?)),
            utility: row.get(1)?,
            email: row.get(2)?,
            phone: row.get(3)?,
            name: row.get(4)?,
            language: Language::from_word(&row.get::<_, String>(5)?).unwrap_or_default(),
            active: row.get(6)?,
        })
    })?)
}

/// The query of [`users_of_connection`].
pub const USERS_OF_CONNECTION: &str =
    "SELECT u.num FROM connection c JOIN user_customer l ON l.customer = c.customer JOIN user u ON u.num = l.user
    WHERE c.num = ?1 AND u.active = 1 AND u.role = 'customer' ORDER BY u.num";

/// The active users of a connection's customer, by key.
pub fn users_of_connection(db: &Db, connection: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(USERS_OF_CONNECTION)?;
    Ok(query.query_map([connection], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The query of [`admins_of_connection`].
pub const ADMINS_OF_CONNECTION: &str = "SELECT u.num FROM connection c JOIN user u ON u.utility = c.utility
    WHERE c.num = ?1 AND u.active = 1 AND u.role = 'admin' ORDER BY u.num";

/// The active admins of a connection's utility, by key.
pub fn admins_of_connection(db: &Db, connection: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(ADMINS_OF_CONNECTION)?;
    Ok(query.query_map([connection], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The query of [`admins`].
pub const ADMINS: &str = "SELECT num FROM user WHERE utility = ?1 AND active = 1 AND role = 'admin' ORDER BY num";

/// The active admins of a utility, by key.
pub fn admins(db: &Db, utility: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(ADMINS)?;
    Ok(query.query_map([utility], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Key of the connection that a delivery is about; none if it is about none.
pub fn connection_of(db: &Db, delivery: i64) -> Result<Option<i64>, Error> {
    let mut query =
        db.prepare_cached("SELECT n.connection FROM delivery d JOIN notification n ON n.num = d.notification WHERE d.num = ?1")?;
    Ok(query.query_row([delivery], |row| row.get(0))?)
}

/// The time zone of the first connection of a user's customers; none if there is none.
pub fn zone_of_user(db: &Db, user: i64) -> Result<Option<TimeZone>, Error> {
    let mut query = db.prepare_cached(
        "SELECT z.time_zone FROM user_customer l JOIN connection c ON c.customer = l.customer JOIN zone z ON z.num = c.zone
         WHERE l.user = ?1 ORDER BY c.num LIMIT 1",
    )?;
    let zones = query.query_map([user], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(zones.first().and_then(|name| TimeZone::from_iana(name)))
}

/// Tokens of a user's devices whose session goes on, with their provider.
pub fn push_tokens(db: &Db, user: i64) -> Result<Vec<(Provider, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.provider, p.token FROM push_token p JOIN session s ON s.id = p.session
         WHERE p.user = ?1 AND s.user = ?1 AND s.revoked_at IS NULL ORDER BY p.num",
    )?;
    let tokens = query.query_map([user], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
    Ok(tokens.into_iter().filter_map(|(word, token)| Provider::from_word(&word).map(|provider| (provider, token))).collect())
}

/// A notification as a message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Identifier.
    pub id: NotificationId,
    /// What about.
    pub kind: AlertKind,
    /// How urgent.
    pub severity: Severity,
    /// What it says.
    pub content: Content,
    /// When it was made.
    pub at: UtcMillis,
    /// About which connection.
    pub connection: Option<ConnectionId>,
    /// What its customer calls the connection; its address where that is nothing.
    pub place: String,
}

/// The notifications that go with a delivery's message and have not passed, the oldest first; [`NAMED`] at most, and how many more there are.
pub fn items(db: &Db, head: i64) -> Result<(Vec<Item>, usize), Error> {
    let mut query = db.prepare_cached(
        "SELECT n.id, n.kind, n.severity, n.content, n.created_at, c.id, COALESCE(NULLIF(c.label, ''), c.address, '')
         FROM delivery d JOIN notification n ON n.num = d.notification LEFT JOIN connection c ON c.num = n.connection
         WHERE (d.num = ?1 OR d.head = ?1) AND n.cleared_at IS NULL ORDER BY d.num LIMIT +?2",
    )?;
    let items = query.query_map(params![head, NAMED as i64], |row| {
        Ok(Item {
            id: NotificationId(Uuid::from_bytes(row.get(0)?)),
            kind: read_kind(row, 1)?,
            severity: read_severity(row, 2)?,
            content: read_content(row, 3)?,
            at: UtcMillis(row.get(4)?),
            connection: row.get::<_, Option<[u8; 16]>>(5)?.map(|id| ConnectionId(Uuid::from_bytes(id))),
            place: row.get(6)?,
        })
    })?;
    let items = items.collect::<Result<Vec<_>, _>>()?;
    if items.len() < NAMED {
        return Ok((items, 0));
    }
    let mut count = db.prepare_cached(
        "SELECT COUNT(*) FROM delivery d JOIN notification n ON n.num = d.notification
         WHERE (d.num = ?1 OR d.head = ?1) AND n.cleared_at IS NULL",
    )?;
    let all: i64 = count.query_row([head], |row| row.get(0))?;
    Ok((items, usize::try_from(all).unwrap_or_default().saturating_sub(NAMED)))
}
