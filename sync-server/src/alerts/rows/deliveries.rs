//! Deliveries: the durable queue. A delivery is taken with a lease, sent outside of any transaction, and its outcome recorded; a lease that
//! has ended is taken again, so that each is handed to its provider at least once, under the same message identifier.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use domain::alerts::kinds::Provider;
use domain::alerts::retry::NextTry;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A delivery to write.
pub struct NewDelivery<'a> {
    /// Key of its notification.
    pub notification: i64,
    /// Key of its user.
    pub user: i64,
    /// Key of the utility.
    pub utility: i64,
    /// By whom it is handed on.
    pub provider: Provider,
    /// To where.
    pub address: &'a str,
    /// The identifier of its message.
    pub message: Uuid,
    /// When it is due.
    pub due: UtcMillis,
    /// The delivery with whose message it goes.
    pub head: Option<i64>,
}

/// Writes a delivery.
pub fn insert(tx: &mut Tx<'_>, new: &NewDelivery<'_>) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO delivery (message, notification, user, utility, provider, address, head, since, next_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute(params![
            new.message.as_bytes(),
            new.notification,
            new.user,
            new.utility,
            new.provider.as_str(),
            new.address,
            new.head,
            new.due.0
        ])?;
    Ok(())
}

/// The query of [`waiting_for`].
pub const WAITING_FOR: &str = "SELECT num FROM delivery WHERE user = ?1 AND provider = ?2 AND address = ?3 AND since = ?4
    AND head IS NULL AND state = 'queued' LIMIT 1";

/// A delivery of a user to an address that waits for the same instant and was never taken.
pub fn waiting_for(db: &Db, user: i64, (provider, address): (Provider, &str), due: UtcMillis) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(WAITING_FOR)?;
    Ok(query.query_row(params![user, provider.as_str(), address, due.0], |row| row.get(0)).optional()?)
}

/// The query of [`is_any_due`].
pub const ANY_DUE: &str =
    "SELECT EXISTS (SELECT 1 FROM delivery WHERE provider = ?1 AND head IS NULL AND ended_at IS NULL AND next_at <= ?2)";

/// Whether a provider has anything to do.
pub fn is_any_due(db: &Db, provider: Provider, now: UtcMillis) -> Result<bool, Error> {
    let mut query = db.prepare_cached(ANY_DUE)?;
    Ok(query.query_row(params![provider.as_str(), now.0], |row| row.get(0))?)
}

/// A delivery that a worker has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Its key.
    pub num: i64,
    /// Its message's identifier.
    pub message: Uuid,
    /// To where.
    pub address: String,
    /// Which try this is, from one on: who records the outcome of another try has lost the lease.
    pub attempt: u32,
    /// When it was due first.
    pub since: UtcMillis,
    /// Key of its user.
    pub user: i64,
}

/// The statement of [`lease`].
pub const LEASE: &str = "UPDATE delivery SET state = 'leased', attempts = attempts + 1, next_at = ?3 WHERE num IN (
    SELECT num FROM delivery WHERE provider = ?1 AND head IS NULL AND ended_at IS NULL AND next_at <= ?2 ORDER BY next_at LIMIT +?4)
    RETURNING num, message, address, attempts, since, user";

/// Takes what is due for a provider, what has waited longest first, until an instant: who has not recorded its outcome by then has lost it.
pub fn lease(tx: &mut Tx<'_>, provider: Provider, until: UtcMillis, limit: i64) -> Result<Vec<Leased>, Error> {
    let mut update = tx.db.prepare_cached(LEASE)?;
    let found = update.query_map(params![provider.as_str(), tx.now.0, until.0, limit], |row| {
        Ok(Leased {
            num: row.get(0)?,
            message: Uuid::from_bytes(row.get(1)?),
            address: row.get(2)?,
            attempt: row.get(3)?,
            since: UtcMillis(row.get(4)?),
            user: row.get(5)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What became of a try.
pub enum Outcome<'a> {
    /// The provider has taken it, under a name of its own.
    Sent(&'a str),
    /// It refused, and why.
    Refused(NextTry, &'a str),
    /// It was not handed on, and why: what it was about had passed, or nobody is reached there.
    Cancelled(&'a str),
}

/// Records the outcome of a try, with those that went with the message. Returns whether the lease was still held.
pub fn record(tx: &mut Tx<'_>, (num, attempt): (i64, u32), outcome: &Outcome<'_>) -> Result<bool, Error> {
    let now = tx.now.0;
    let (state, next, provider_id, error, ended) = match outcome {
        Outcome::Sent(id) => ("sent", None, *id, "", Some(now)),
        Outcome::Cancelled(why) => ("cancelled", None, "", *why, Some(now)),
        Outcome::Refused(NextTry::At(next), why) => ("failed", Some(next.0), "", *why, None),
        Outcome::Refused(NextTry::Never, why) => ("dead", None, "", *why, Some(now)),
    };
    let mut update = tx.db.prepare_cached(
        "UPDATE delivery SET state = ?3, next_at = COALESCE(?4, next_at), provider_id = ?5, last_error = ?6, ended_at = ?7
         WHERE num = ?1 AND attempts = ?2 AND state = 'leased'",
    )?;
    let held = update.execute(params![num, attempt, state, next, provider_id, error, ended])? == 1;
    if held && ended.is_some() {
        follow(tx, num)?;
    }
    Ok(held)
}

/// Puts back what was taken and is not tried before an instant, if the lease is still held.
pub fn put_back(tx: &mut Tx<'_>, (num, attempt): (i64, u32), until: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE delivery SET state = CASE WHEN last_error = '' THEN 'queued' ELSE 'failed' END, next_at = ?3
             WHERE num = ?1 AND attempts = ?2 AND state = 'leased'",
        )?
        .execute(params![num, attempt, until.0])?;
    Ok(())
}

/// What went with a message ends as it has.
fn follow(tx: &mut Tx<'_>, head: i64) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE delivery SET state = h.state, attempts = h.attempts, provider_id = h.provider_id, last_error = h.last_error, ended_at = h.ended_at
         FROM delivery h WHERE h.num = ?1 AND delivery.head = ?1",
    )?;
    update.execute([head])?;
    Ok(())
}

/// Gives back all that a server took that is no more: there is one server to a database.
pub fn release_all(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.db
        .execute("UPDATE delivery SET state = 'failed', next_at = ?1 WHERE ended_at IS NULL AND state = 'leased'", [tx.now.0])?;
    Ok(())
}

/// Ends what waits for a provider that is not set up any more: a dead letter, which can be sent again once it is.
pub fn end_of(tx: &mut Tx<'_>, provider: Provider, why: &str) -> Result<(), Error> {
    tx.db.execute(
        "UPDATE delivery SET state = 'dead', last_error = ?2, ended_at = ?3 WHERE provider = ?1 AND ended_at IS NULL",
        params![provider.as_str(), why, tx.now.0],
    )?;
    Ok(())
}
