//! What this device keeps of a purchase that is not settled yet.

use crate::error::Error;
use crate::store::rows::meta::{delete, get, set};
use crate::store::rows::read;
use domain::ConnectionId;
use protocol::sales::money::{Paying, Purchase};
use protocol::ui::Draft;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

fn kept<T: DeserializeOwned>(db: &Connection, key: &str) -> Result<Option<T>, Error> {
    get(db, key)?.as_deref().map(read).transpose()
}

fn keep<T: Serialize>(db: &Connection, key: &str, value: &T) -> Result<(), Error> {
    set(db, key, &serde_json::to_string(value)?)
}

/// The purchase that is being prepared for a connection.
///
/// # Errors
/// The cache cannot be read.
pub fn draft(db: &Connection, connection: ConnectionId) -> Result<Option<Draft>, Error> {
    kept(db, &draft_key(connection))
}

/// Keeps the purchase that is being prepared for a connection, so that it is there when the app is opened again; `None` deletes it. With a
/// draft the quote and the way to pay of its purchase are deleted.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_draft(db: &Connection, connection: ConnectionId, draft: Option<&Draft>) -> Result<(), Error> {
    let before = self::draft(db, connection)?;
    if let Some(before) = before.filter(|before| draft.is_none_or(|draft| draft.id != before.id)) {
        delete(db, &quote_key(before.id))?;
        delete(db, &paying_key(before.id))?;
    }
    match draft {
        Some(draft) => keep(db, &draft_key(connection), draft),
        None => delete(db, &draft_key(connection)),
    }
}

fn draft_key(connection: ConnectionId) -> String {
    format!("user:draft:{connection}")
}

fn quote_key(id: Uuid) -> String {
    format!("user:quote:{id}")
}

fn paying_key(id: Uuid) -> String {
    format!("user:paying:{id}")
}

/// A purchase as its row is, or, until that has come, as the server last answered about it.
///
/// # Errors
/// The cache cannot be read.
pub fn purchase(db: &Connection, id: Uuid) -> Result<Option<Purchase>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM purchase WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
    match body {
        Some(body) => Ok(Some(read(&body)?)),
        None => kept(db, &quote_key(id)),
    }
}

/// Keeps the server's last answer about a purchase whose row has not come.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_quote(db: &Connection, quote: &Purchase) -> Result<(), Error> {
    keep(db, &quote_key(quote.id), quote)
}

/// What is needed to pay a purchase, as the server last answered.
///
/// # Errors
/// The cache cannot be read.
pub fn paying(db: &Connection, id: Uuid) -> Result<Option<Paying>, Error> {
    kept(db, &paying_key(id))
}

/// Keeps what is needed to pay a purchase.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_paying(db: &Connection, id: Uuid, paying: &Paying) -> Result<(), Error> {
    keep(db, &paying_key(id), paying)
}
