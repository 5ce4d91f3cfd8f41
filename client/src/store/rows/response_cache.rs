//! The server's answers to requests, of which there are no rows: kept so that they can be read while the server cannot be reached.

use crate::error::Error;
use crate::store::rows::read;
use domain::UtcMillis;
use protocol::ui::AdminRequest;
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

/// Answers that are kept; the oldest are deleted first.
const KEPT: i64 = 500;

/// What the answer to an admin's request is kept under.
///
/// # Errors
/// It cannot be written as JSON.
pub fn office_key(request: &AdminRequest) -> Result<String, Error> {
    Ok(format!("office:{}", serde_json::to_string(request)?))
}

/// Keeps the answer to a request, with the instant by this device's clock at which it came.
///
/// # Errors
/// The cache cannot be written.
pub fn keep(db: &Connection, request: &str, at: UtcMillis, body: &str) -> Result<(), Error> {
    db.prepare_cached(
        "INSERT INTO cached_response (asked, at, body) VALUES (?1, ?2, ?3) ON CONFLICT (asked) DO UPDATE SET at = excluded.at, body = excluded.body",
    )?
    .execute(params![request, at.0, body])?;
    db.prepare_cached(
        "DELETE FROM cached_response WHERE asked IN (SELECT asked FROM cached_response ORDER BY at DESC LIMIT -1 OFFSET ?1)",
    )?
    .execute([KEPT])?;
    Ok(())
}

/// The last answer to a request, and when it came.
///
/// # Errors
/// The cache cannot be read, or the answer is of another version.
pub fn last<T: DeserializeOwned>(db: &Connection, request: &str) -> Result<Option<(UtcMillis, T)>, Error> {
    let mut query = db.prepare_cached("SELECT at, body FROM cached_response WHERE asked = ?1")?;
    let found: Option<(i64, String)> = query.query_row([request], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(at, body)| Ok((UtcMillis(at), read(&body)?))).transpose()
}
