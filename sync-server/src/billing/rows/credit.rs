//! Credit as devices hold it, and the changes of billing that are still to be published to devices.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{LocalDay, Millilitres};
use protocol::sync::rows::Credit;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// What kind of row a pending change is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A tariff version.
    Tariff,
    /// The credit of a connection.
    Credit,
    /// A transfer, as a line of a statement.
    Statement,
    /// A purchase.
    Purchase,
}

impl ChangeKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Tariff => "tariff",
            Self::Credit => "credit",
            Self::Statement => "statement",
            Self::Purchase => "purchase",
        }
    }
}

/// A row that changed and is not published yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// Its kind.
    pub kind: ChangeKind,
    /// Its key.
    pub num: i64,
}

/// Changes that are not published yet, so many at most; credits, of which a change of prices leaves many, come last.
pub fn pending_changes(db: &Db, limit: i64) -> Result<Vec<PendingChange>, Error> {
    let mut query = db.prepare_cached(
        "SELECT kind, num FROM (SELECT kind, num FROM pending_billing_changes WHERE kind > 'credit' ORDER BY kind, num LIMIT +?1)
         UNION ALL SELECT kind, num FROM (SELECT kind, num FROM pending_billing_changes WHERE kind = 'credit' ORDER BY num LIMIT +?1)
         LIMIT +?1",
    )?;
    let kinds = [ChangeKind::Tariff, ChangeKind::Credit, ChangeKind::Statement];
    let found = query.query_map([limit], |row| {
        let word: String = row.get(0)?;
        // The schema's own CHECK allows no other word.
        let kind = kinds.into_iter().find(|kind| kind.as_str() == word).unwrap_or(ChangeKind::Purchase);
        Ok(PendingChange { kind, num: row.get(1)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps that the credit of a connection is to be published.
pub fn mark_credit_pending(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('credit', ?1)")?
        .execute([connection])?;
    Ok(())
}

/// Keeps that credits are to be published that admins do not hold yet, so many at most of those behind a connection; returns the last one.
pub fn mark_for_admins(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Option<i64>, Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT connection FROM credit WHERE connection > ?1 AND body IS NOT NULL AND for_admins = 0 ORDER BY connection LIMIT +?2",
    )?;
    let found: Vec<i64> = query.query_map([after, limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
    found.iter().try_for_each(|connection| mark_credit_pending(tx, *connection))?;
    Ok(found.last().copied())
}

/// Keeps that a change is published.
pub fn remove_pending(tx: &mut Tx<'_>, change: PendingChange) -> Result<(), Error> {
    tx.db
        .prepare_cached("DELETE FROM pending_billing_changes WHERE kind = ?1 AND num = ?2")?
        .execute(params![change.kind.as_str(), change.num])?;
    Ok(())
}

/// The body of a connection's credit as it was published last; none if admins do not hold it yet.
pub fn published(db: &Db, connection: i64) -> Result<Option<Credit>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM credit WHERE connection = ?1 AND for_admins = 1")?;
    let body: Option<String> = query.query_row([connection], |row| row.get(0)).optional()?.flatten();
    Ok(body.as_deref().and_then(|body| serde_json::from_str(body).ok()))
}

/// Keeps the body of a connection's credit; returns its new revision.
pub fn keep_published(tx: &mut Tx<'_>, connection: i64, credit: &Credit) -> Result<i64, Error> {
    let body =
        serde_json::to_string(credit).map_err(|error| Error::Setup(format!("a row cannot be written as JSON: {error}")))?;
    let mut update =
        tx.db.prepare_cached("UPDATE credit SET rev = rev + 1, body = ?2, for_admins = 1 WHERE connection = ?1 RETURNING rev")?;
    Ok(update.query_row(params![connection, body], |row| row.get(0))?)
}

/// The body of a connection's credit as JSON, by the connection's identifier.
pub fn body(db: &Db, connection: Uuid) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT b.body FROM credit b JOIN connection c ON c.num = b.connection WHERE c.id = ?1")?;
    Ok(query.query_row([connection.as_bytes()], |row| row.get(0)).optional()?.flatten())
}

/// What a usual day takes, and the local day on which that was computed.
pub fn usual_day(db: &Db, connection: i64) -> Result<Option<(Option<Millilitres>, LocalDay)>, Error> {
    let mut query = db.prepare_cached("SELECT usual, usual_of FROM credit WHERE connection = ?1")?;
    let found = query.query_row([connection], |row| Ok((row.get::<_, Option<i64>>(0)?.map(Millilitres), LocalDay(row.get(1)?))));
    Ok(found.optional()?)
}

/// Keeps what a usual day takes, as computed on a local day.
pub fn keep_usual_day(tx: &mut Tx<'_>, connection: i64, usual: Option<Millilitres>, day: LocalDay) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO credit (connection, usual, usual_of) VALUES (?1, ?2, ?3)
             ON CONFLICT (connection) DO UPDATE SET usual = excluded.usual, usual_of = excluded.usual_of",
        )?
        .execute(params![connection, usual.map(|usual| usual.0), day.0])?;
    Ok(())
}
