//! Messages to many customers as rows: what each says, and who is yet to be notified of it.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::announcement::Announcement;
use domain::{AnnouncementId, CustomerId, UserId, UtcMillis};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A message that is known.
pub struct Known {
    /// Its key.
    pub num: i64,
    /// Key of the utility.
    pub utility: i64,
    /// Key of its author.
    pub author: i64,
    /// What it says, as it is stored.
    pub words: String,
}

/// A message as it is stored.
pub fn text_of(words: &Announcement) -> Result<String, Error> {
    serde_json::to_string(words).map_err(|error| Error::Setup(format!("a message cannot be written: {error}")))
}

/// A message by identifier, of whichever utility.
pub fn find(db: &Db, id: AnnouncementId) -> Result<Option<Known>, Error> {
    let mut query = db.prepare_cached("SELECT num, utility, author, words FROM announcement WHERE id = ?1")?;
    let found = query.query_row([id.0.as_bytes()], |row| {
        Ok(Known { num: row.get(0)?, utility: row.get(1)?, author: row.get(2)?, words: row.get(3)? })
    });
    Ok(found.optional()?)
}

/// How many messages a utility has sent from an instant on.
pub fn count_since(db: &Db, utility: i64, since: UtcMillis) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM announcement WHERE utility = ?1 AND made_at >= ?2")?;
    Ok(query.query_row([utility, since.0], |row| row.get(0))?)
}

/// Writes a message; returns its key.
pub fn insert(tx: &mut Tx<'_>, id: AnnouncementId, (utility, author): (i64, i64), words: &str) -> Result<i64, Error> {
    tx.db
        .prepare_cached("INSERT INTO announcement (id, utility, author, words, made_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id.0.as_bytes(), utility, author, words, tx.now.0])?;
    Ok(tx.db.last_insert_rowid())
}

/// Whether a customer is one of a utility.
pub fn is_customer(db: &Db, utility: i64, customer: CustomerId) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM customer WHERE id = ?1 AND utility = ?2)")?;
    Ok(query.query_row(params![customer.0.as_bytes(), utility], |row| row.get(0))?)
}

/// The query of [`users_of_customer`]: a customer's few users are asked what they are, and not all users whether they are the customer's.
pub const USERS_OF_CUSTOMER: &str =
    "SELECT u.num, u.id FROM customer c JOIN user_customer l ON l.customer = c.num JOIN user u ON u.num = l.user
    WHERE c.id = ?1 AND c.utility = ?2 AND +u.utility = ?2 AND u.active = 1 AND +u.role = 'customer' ORDER BY u.num";

/// The active users of a utility's customer.
pub fn users_of_customer(db: &Db, utility: i64, customer: CustomerId) -> Result<Vec<(i64, UserId)>, Error> {
    let mut query = db.prepare_cached(USERS_OF_CUSTOMER)?;
    let found = query
        .query_map(params![customer.0.as_bytes(), utility], |row| Ok((row.get(0)?, UserId(Uuid::from_bytes(row.get(1)?)))))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps that a user is to be notified; one who is known already is not again.
pub fn add_recipient(tx: &mut Tx<'_>, announcement: i64, user: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR IGNORE INTO announcement_recipient (announcement, user) VALUES (?1, ?2)")?
        .execute([announcement, user])?;
    Ok(())
}

/// Somebody who is yet to be notified.
pub struct Waiting {
    /// The key of the row.
    pub num: i64,
    /// Key of the user.
    pub user: i64,
    /// Which message.
    pub announcement: Uuid,
    /// What it says, as it is stored.
    pub words: String,
}

/// The query of [`waiting`].
pub const WAITING: &str = "SELECT r.num, r.user, a.id, a.words FROM announcement_recipient r
    JOIN announcement a ON a.num = r.announcement WHERE r.notified_at IS NULL ORDER BY r.num LIMIT +?1";

/// Whether anybody is yet to be notified.
pub fn is_any_waiting(db: &Db) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM announcement_recipient WHERE notified_at IS NULL)")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Those who are yet to be notified, who have waited longest first.
pub fn waiting(db: &Db, limit: i64) -> Result<Vec<Waiting>, Error> {
    let mut query = db.prepare_cached(WAITING)?;
    let found = query.query_map([limit], |row| {
        let announcement = Uuid::from_bytes(row.get(2)?);
        Ok(Waiting { num: row.get(0)?, user: row.get(1)?, announcement, words: row.get(3)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps that somebody was notified.
pub fn mark_notified(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE announcement_recipient SET notified_at = ?2 WHERE num = ?1")?;
    update.execute([num, tx.now.0])?;
    Ok(())
}
