//! Notifications: what a user was notified of, once for each dedupe key.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Severity};
use domain::{ConnectionId, MeterId, NotificationId, UtcMillis};
use protocol::sync::rows::Notification;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use std::fmt::Display;
use uuid::Uuid;

/// A notification to write.
pub struct NewRow<'a> {
    /// Its identifier.
    pub id: Uuid,
    /// Key of its user.
    pub user: i64,
    /// Key of the connection that it is about.
    pub connection: Option<i64>,
    /// Key of the meter that it is about.
    pub meter: Option<i64>,
    /// What makes it the same one as another of its user.
    pub dedupe_key: &'a str,
    /// What it says.
    pub content: &'a Content,
    /// Whether it is in the app's list.
    pub shown: bool,
}

/// Writes a notification; none if its user has one with this dedupe key. Returns its key.
pub fn insert(tx: &mut Tx<'_>, new: &NewRow<'_>) -> Result<Option<i64>, Error> {
    let content =
        serde_json::to_string(new.content).map_err(|error| Error::Setup(format!("a notification cannot be written: {error}")))?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO notification (id, user, kind, severity, connection, meter, dedupe_key, content, shown, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (user, dedupe_key) DO NOTHING RETURNING num",
    )?;
    let num = insert.query_row(
        params![
            new.id.as_bytes(),
            new.user,
            new.content.kind().as_str(),
            new.content.severity().as_str(),
            new.connection,
            new.meter,
            new.dedupe_key,
            content,
            new.shown,
            tx.now.0
        ],
        |row| row.get(0),
    );
    Ok(num.optional()?)
}

/// A notification's row of sync, as it is addressed.
pub struct Revised {
    /// Its identifier.
    pub id: [u8; 16],
    /// Its new revision.
    pub rev: i64,
    /// Key of the utility.
    pub utility: i64,
    /// Identifier of its user.
    pub user: Uuid,
}

/// Raises the revision of a notification that is in the app's list; none if it is not.
pub fn revise(tx: &mut Tx<'_>, num: i64) -> Result<Option<Revised>, Error> {
    let rev = tx
        .db
        .prepare_cached("UPDATE notification SET rev = rev + 1 WHERE num = ?1 AND shown = 1 RETURNING rev")?
        .query_row([num], |row| row.get(0))
        .optional()?;
    let Some(rev) = rev else { return Ok(None) };
    let mut query = tx
        .db
        .prepare_cached("SELECT n.id, u.utility, u.id FROM notification n JOIN user u ON u.num = n.user WHERE n.num = ?1")?;
    let revised = query.query_row([num], |row| {
        Ok(Revised { id: row.get(0)?, rev, utility: row.get(1)?, user: Uuid::from_bytes(row.get(2)?) })
    })?;
    Ok(Some(revised))
}

/// Marks a user's notification as read; none if it is not the user's, or was read before.
pub fn mark_read(tx: &mut Tx<'_>, user: i64, id: NotificationId) -> Result<Option<i64>, Error> {
    let mut update = tx
        .db
        .prepare_cached("UPDATE notification SET read_at = ?3 WHERE id = ?1 AND user = ?2 AND read_at IS NULL RETURNING num")?;
    Ok(update.query_row(params![id.0.as_bytes(), user, tx.now.0], |row| row.get(0)).optional()?)
}

/// The statement of [`clear`].
pub const CLEAR: &str =
    "UPDATE notification SET cleared_at = ?3 WHERE connection = ?1 AND kind = ?2 AND cleared_at IS NULL RETURNING num";

/// Marks what was notified of a connection as passed; returns the keys.
pub fn clear(tx: &mut Tx<'_>, connection: i64, kind: AlertKind) -> Result<Vec<i64>, Error> {
    let mut update = tx.db.prepare_cached(CLEAR)?;
    let cleared = update.query_map(params![connection, kind.as_str(), tx.now.0], |row| row.get(0))?;
    Ok(cleared.collect::<Result<_, _>>()?)
}

/// The query of [`open`].
pub const OPEN: &str = "SELECT num, content FROM notification
    WHERE connection = ?1 AND kind = ?2 AND cleared_at IS NULL AND dedupe_key >= ?3 AND dedupe_key < ?4 ORDER BY num";

/// What was notified of a connection and has not passed, of which the dedupe key is at or behind one text and before another: the keys, and what
/// each says.
pub fn open(db: &Db, connection: i64, kind: AlertKind, (first, behind): (&str, &str)) -> Result<Vec<(i64, Content)>, Error> {
    let mut query = db.prepare_cached(OPEN)?;
    let found =
        query.query_map(params![connection, kind.as_str(), first, behind], |row| Ok((row.get(0)?, read_content(row, 1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Marks a notification as passed.
pub fn clear_one(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE notification SET cleared_at = ?2 WHERE num = ?1 AND cleared_at IS NULL")?;
    update.execute([num, tx.now.0])?;
    Ok(())
}

/// The query of [`older`].
pub const OLDER: &str = "SELECT n.num, n.id, u.utility, u.id, n.shown FROM notification n JOIN user u ON u.num = n.user
    WHERE n.created_at < ?1 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notification = n.num AND d.ended_at IS NULL)
    ORDER BY n.created_at LIMIT +?2";

/// An old notification.
pub struct Old {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: [u8; 16],
    /// Key of the utility.
    pub utility: i64,
    /// Identifier of its user.
    pub user: Uuid,
    /// Whether it is in the app's list.
    pub shown: bool,
}

/// Notifications from before an instant of which nothing waits any more, the oldest first.
pub fn older(db: &Db, than: UtcMillis, limit: i64) -> Result<Vec<Old>, Error> {
    let mut query = db.prepare_cached(OLDER)?;
    let found = query.query_map([than.0, limit], |row| {
        Ok(Old {
            num: row.get(0)?,
            id: row.get(1)?,
            utility: row.get(2)?,
            user: Uuid::from_bytes(row.get(3)?),
            shown: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Removes a notification with its deliveries. What went with the message of one of them keeps its own record.
pub fn remove(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    for sql in [
        "UPDATE delivery SET head = NULL WHERE head IN (SELECT num FROM delivery WHERE notification = ?1)",
        "DELETE FROM delivery WHERE notification = ?1",
        "DELETE FROM notification WHERE num = ?1",
    ] {
        tx.db.prepare_cached(sql)?.execute([num])?;
    }
    Ok(())
}

/// The body of a notification's row; none if it is not there.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<Notification>, Error> {
    let mut query = db.prepare_cached(
        "SELECT n.id, n.kind, n.severity, c.id, m.id, n.content, n.created_at, n.read_at, n.cleared_at FROM notification n
         LEFT JOIN connection c ON c.num = n.connection LEFT JOIN meter m ON m.num = n.meter WHERE n.id = ?1 AND n.shown = 1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(Notification {
            id: NotificationId(Uuid::from_bytes(row.get(0)?)),
            kind: read_kind(row, 1)?,
            severity: read_severity(row, 2)?,
            connection: row.get::<_, Option<[u8; 16]>>(3)?.map(|id| ConnectionId(Uuid::from_bytes(id))),
            meter: row.get::<_, Option<[u8; 16]>>(4)?.map(|id| MeterId(Uuid::from_bytes(id))),
            content: read_content(row, 5)?,
            at: UtcMillis(row.get(6)?),
            read_at: row.get::<_, Option<i64>>(7)?.map(UtcMillis),
            cleared_at: row.get::<_, Option<i64>>(8)?.map(UtcMillis),
        })
    });
    Ok(found.optional()?)
}

fn unreadable(column: usize, what: impl Display) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.to_string().into())
}

/// The kind in a column.
pub(super) fn read_kind(row: &Row<'_>, column: usize) -> rusqlite::Result<AlertKind> {
    let word: String = row.get(column)?;
    AlertKind::from_word(&word).ok_or_else(|| unreadable(column, word))
}

/// The severity in a column.
pub(super) fn read_severity(row: &Row<'_>, column: usize) -> rusqlite::Result<Severity> {
    let word: String = row.get(column)?;
    Severity::from_word(&word).ok_or_else(|| unreadable(column, word))
}

/// What a notification says, in a column.
pub(super) fn read_content(row: &Row<'_>, column: usize) -> rusqlite::Result<Content> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(|error| unreadable(column, error))
}
