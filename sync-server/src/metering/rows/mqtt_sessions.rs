//! MQTT sessions that are kept while their clients are away, as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::fleet::Credential;
use domain::UtcMillis;
use rusqlite::{OptionalExtension, params};

const fn key(credential: Credential) -> (&'static str, i64) {
    match credential {
        Credential::Meter(num) => ("meter", num),
        Credential::Gateway(num) => ("gateway", num),
    }
}

/// A session as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// Its key.
    pub num: i64,
    /// Seconds that it is kept once its connection has ended.
    pub life_s: i64,
    /// Its subscriptions, as they were written.
    pub filters: String,
    /// When its connection ended; `None` while there is one.
    pub ended_at: Option<UtcMillis>,
}

/// The session that is kept for a client, whether or not its life is over.
///
/// # Errors
/// The database.
pub fn find(db: &Db, credential: Credential, client_id: &str) -> Result<Option<KeptRow>, Error> {
    let (kind, num) = key(credential);
    let mut query = db.prepare_cached(
        "SELECT num, life_s, filters, ended_at FROM mqtt_session WHERE kind = ?1 AND credential = ?2 AND client_id = ?3",
    )?;
    let found = query.query_row(params![kind, num, client_id], |row| {
        let ended_at: Option<i64> = row.get(3)?;
        Ok(KeptRow { num: row.get(0)?, life_s: row.get(1)?, filters: row.get(2)?, ended_at: ended_at.map(UtcMillis) })
    });
    Ok(found.optional()?)
}

/// Keeps a session of a client that is connected; returns its key. Of its credential the newest `most` stay.
///
/// # Errors
/// The client has one already, or the database.
pub fn insert(
    tx: &mut Tx<'_>,
    credential: Credential,
    client_id: &str,
    (life_s, filters): (i64, &str),
    most: usize,
) -> Result<i64, Error> {
    let (kind, num) = key(credential);
    tx.db
        .prepare_cached("INSERT INTO mqtt_session (kind, credential, client_id, life_s, filters) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![kind, num, client_id, life_s, filters])?;
    let inserted = tx.db.last_insert_rowid();
    tx.db
        .prepare_cached(
            "DELETE FROM mqtt_session WHERE num IN (SELECT num FROM mqtt_session WHERE kind = ?1 AND credential = ?2
             ORDER BY num DESC LIMIT -1 OFFSET ?3)",
        )?
        .execute(params![kind, num, most as i64])?;
    Ok(inserted)
}

/// Writes a session's subscriptions.
///
/// # Errors
/// The database.
pub fn write_filters(tx: &mut Tx<'_>, num: i64, filters: &str) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE mqtt_session SET filters = ?2 WHERE num = ?1")?.execute(params![num, filters])?;
    Ok(())
}

/// Marks a session's connection as ended at `tx.now`; its life is `life_s` from then on. One that a newer connection took over is not there.
///
/// # Errors
/// The database.
pub fn end(tx: &mut Tx<'_>, num: i64, life_s: i64) -> Result<(), Error> {
    let now = tx.now.0;
    tx.db
        .prepare_cached("UPDATE mqtt_session SET ended_at = ?2, life_s = ?3 WHERE num = ?1")?
        .execute(params![num, now, life_s])?;
    Ok(())
}

/// Marks every session's connection as ended at `tx.now`: the server has just started, and there is none.
///
/// # Errors
/// The database.
pub fn end_all(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now.0;
    tx.db.execute("UPDATE mqtt_session SET ended_at = ?1 WHERE ended_at IS NULL", [now])?;
    Ok(())
}

/// Forgets a session.
///
/// # Errors
/// The database.
pub fn delete(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM mqtt_session WHERE num = ?1")?.execute([num])?;
    Ok(())
}

/// Forgets sessions whose life is over at `tx.now`.
///
/// # Errors
/// The database.
pub fn delete_over(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now.0;
    tx.db.execute("DELETE FROM mqtt_session WHERE ended_at IS NOT NULL AND ended_at + life_s * 1000 <= ?1", [now])?;
    Ok(())
}
