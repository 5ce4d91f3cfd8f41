//! The queue as an admin sees it: how much there is of what, and what could not be sent.

use crate::alerts::rows::notifications::{read_kind, read_severity};
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use domain::alerts::kinds::{DeliveryState, Provider};
use protocol::alerts::{DeadLetter, DeliveryCount};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// The query of [`counts`]: it reads an index alone.
pub const COUNTS: &str = "SELECT provider, state, COUNT(*) FROM delivery WHERE utility = ?1 GROUP BY state, provider";

/// How many deliveries a utility has, by provider and state.
pub fn counts(db: &Db, utility: i64) -> Result<Vec<DeliveryCount>, Error> {
    let mut query = db.prepare_cached(COUNTS)?;
    let counts = query.query_map([utility], |row| {
        let provider = read_provider(row, 0)?;
        let word: String = row.get(1)?;
        let state = DeliveryState::from_word(&word).ok_or_else(|| unreadable(1, word))?;
        Ok(DeliveryCount { provider, channel: provider.channel(), state, count: row.get(2)? })
    })?;
    Ok(counts.collect::<Result<_, _>>()?)
}

/// The query of [`dead`].
pub const DEAD: &str =
    "SELECT d.message, d.provider, n.kind, n.severity, u.name, u.email, n.created_at, d.ended_at, d.attempts, d.last_error, d.num
    FROM delivery d JOIN notification n ON n.num = d.notification JOIN user u ON u.num = d.user
    WHERE d.utility = ?1 AND d.state = 'dead' AND d.num < ?2 AND d.head IS NULL ORDER BY d.num DESC LIMIT +?3";

/// Dead letters of a utility before a key, the newest first, each with its key.
pub fn dead(db: &Db, utility: i64, before: i64, limit: i64) -> Result<Vec<(i64, DeadLetter)>, Error> {
    let mut query = db.prepare_cached(DEAD)?;
    let letters = query.query_map([utility, before, limit], |row| {
        let provider = read_provider(row, 1)?;
        let letter = DeadLetter {
            message: Uuid::from_bytes(row.get(0)?),
            provider,
            channel: provider.channel(),
            kind: read_kind(row, 2)?,
            severity: read_severity(row, 3)?,
            name: row.get(4)?,
            email: row.get(5)?,
            at: UtcMillis(row.get(6)?),
            ended_at: UtcMillis(row.get(7)?),
            attempts: row.get(8)?,
            why: row.get(9)?,
        };
        Ok((row.get(10)?, letter))
    })?;
    Ok(letters.collect::<Result<_, _>>()?)
}

/// How many dead letters a utility has.
pub fn count_dead(db: &Db, utility: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM delivery WHERE utility = ?1 AND state = 'dead' AND head IS NULL")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// Queues a dead letter of a utility again with all that goes with it, under the identifier that it had. Returns whether it was one.
pub fn revive(tx: &mut Tx<'_>, utility: i64, message: Uuid) -> Result<bool, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE delivery SET state = 'queued', attempts = 0, since = ?3, next_at = ?3, ended_at = NULL
         WHERE message = ?1 AND utility = ?2 AND state = 'dead' AND head IS NULL RETURNING num",
    )?;
    let head: Option<i64> = update.query_row(params![message.as_bytes(), utility, tx.now.0], |row| row.get(0)).optional()?;
    let Some(head) = head else { return Ok(false) };
    tx.db
        .prepare_cached("UPDATE delivery SET state = 'queued', ended_at = NULL WHERE head = ?1 AND state = 'dead'")?
        .execute([head])?;
    Ok(true)
}

/// Whether a change was made under a key. It reads the log of this kind, which is short.
pub fn is_recorded(db: &Db, utility: i64, (kind, key): (&str, Uuid)) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = ?2 AND op_id = ?3)")?;
    Ok(query.query_row(params![utility, kind, key.as_bytes()], |row| row.get(0))?)
}

fn unreadable(column: usize, word: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, word.into())
}

fn read_provider(row: &Row<'_>, column: usize) -> rusqlite::Result<Provider> {
    let word: String = row.get(column)?;
    Provider::from_word(&word).ok_or_else(|| unreadable(column, word))
}
