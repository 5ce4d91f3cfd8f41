//! What this device keeps of a purchase that is under way.

use crate::error::Error;
use crate::store::sync::apply::read;
use crate::store::{get, set};
use domain::ConnectionId;
use protocol::sales::money::{Paying, Purchase};
use protocol::ui::Draft;
use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

fn kept<T: DeserializeOwned>(db: &Connection, key: &str) -> Result<Option<T>, Error> {
    get(db, key)?.as_deref().map(read).transpose()
}

fn keep<T: Serialize>(db: &Connection, key: &str, value: &T) -> Result<(), Error> {
    set(db, key, &serde_json::to_string(value)?)
}

/// What is being bought for a connection.
///
/// # Errors
/// The cache cannot be read.
pub fn draft(db: &Connection, connection: ConnectionId) -> Result<Option<Draft>, Error> {
    kept(db, &format!("user:draft:{connection}"))
}

/// Keeps what is being bought for a connection, so that it is there when the app comes back; none forgets it, with what was quoted for it.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_draft(db: &Connection, connection: ConnectionId, draft: Option<&Draft>) -> Result<(), Error> {
    let before = self::draft(db, connection)?;
    if let Some(before) = before.filter(|before| draft.is_none_or(|draft| draft.id != before.id)) {
        db.execute("DELETE FROM meta WHERE key IN (?1, ?2)", [quote_key(before.id), paying_key(before.id)])?;
    }
    match draft {
        Some(draft) => keep(db, &format!("user:draft:{connection}"), draft),
        None => {
            db.execute("DELETE FROM meta WHERE key = ?1", [format!("user:draft:{connection}")]).map(|_| ()).map_err(Error::from)
        }
    }
}

fn quote_key(id: Uuid) -> String {
    format!("user:quote:{id}")
}

fn paying_key(id: Uuid) -> String {
    format!("user:paying:{id}")
}

/// A purchase as its row says, or as it was quoted here last.
///
/// # Errors
/// The cache cannot be read.
pub fn purchase(db: &Connection, id: Uuid) -> Result<Option<Purchase>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM purchase WHERE id = ?1")?;
    let body: Option<String> = rusqlite::OptionalExtension::optional(query.query_row([id.to_string()], |row| row.get(0)))?;
    match body {
        Some(body) => Ok(Some(read(&body)?)),
        None => kept(db, &quote_key(id)),
    }
}

/// Keeps what the server last said of a purchase whose row has not come.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_quote(db: &Connection, quote: &Purchase) -> Result<(), Error> {
    keep(db, &quote_key(quote.id), quote)
}

/// What is needed to pay a purchase, as the server last said.
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
