//! What this device keeps of a purchase that is not settled yet.

use crate::error::Error;
use crate::store::rows::meta::{delete, get, set};
use crate::store::rows::read;
use domain::ConnectionId;
use domain::sales::payment::Method;
use domain::sales::purchase::PurchaseState;
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
/// draft its quote is deleted; what waits for its payment stays until its row says how it ended.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_draft(db: &Connection, connection: ConnectionId, draft: Option<&Draft>) -> Result<(), Error> {
    let before = self::draft(db, connection)?;
    if let Some(before) = before.filter(|before| draft.is_none_or(|draft| draft.id != before.id)) {
        let answered: Option<Purchase> = kept(db, &quote_key(before.id))?;
        if answered.is_none_or(|answered| PurchaseState::of(&answered.state) == Some(PurchaseState::Quoted)) {
            delete(db, &quote_key(before.id))?;
        }
    }
    match draft {
        Some(draft) => keep(db, &draft_key(connection), draft)?,
        None => delete(db, &draft_key(connection))?,
    }
    forget_answers(db)
}

/// Deletes the answers about purchases whose rows have come and do not wait any more: the rows say all of it. Those of drafts stay.
fn forget_answers(db: &Connection) -> Result<(), Error> {
    for prefix in [QUOTE, PAYING] {
        db.prepare_cached(
            "DELETE FROM meta WHERE key LIKE ?1 || '%' AND EXISTS (
               SELECT 1 FROM purchase WHERE id = substr(meta.key, length(?1) + 1) AND json_extract(body, '$.state') <> 'pending'
             ) AND NOT EXISTS (
               SELECT 1 FROM meta draft WHERE draft.key LIKE 'user:draft:%' AND json_extract(draft.value, '$.id') = substr(meta.key, length(?1) + 1)
             )",
        )?
        .execute([prefix])?;
    }
    Ok(())
}

/// Makes a purchase the one that is shown where credit for its connection is bought; returns whether it is known here.
///
/// # Errors
/// The cache cannot be read or written.
pub fn resume(db: &Connection, id: Uuid) -> Result<bool, Error> {
    let Some(bought) = purchase(db, id)? else { return Ok(false) };
    let method = bought.method.and_then(|word| Method::try_from(word).ok()).unwrap_or(Method::Qris);
    let draft = Draft { id, amount: bought.amount, code: bought.code, method };
    keep_draft(db, bought.connection, Some(&draft))?;
    Ok(true)
}

/// Keeps the server's answer that a purchase was cancelled, and does not show it any more where credit is bought.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_cancelled(db: &Connection, ended: &Purchase) -> Result<(), Error> {
    keep_quote(db, ended)?;
    if draft(db, ended.connection)?.is_some_and(|draft| draft.id == ended.id) {
        keep_draft(db, ended.connection, None)?;
    }
    Ok(())
}

const QUOTE: &str = "user:quote:";
const PAYING: &str = "user:paying:";

fn draft_key(connection: ConnectionId) -> String {
    format!("user:draft:{connection}")
}

fn quote_key(id: Uuid) -> String {
    format!("{QUOTE}{id}")
}

fn paying_key(id: Uuid) -> String {
    format!("{PAYING}{id}")
}

/// A purchase as its row is. Until that has come, and until it says that it has ended as well, as the server last answered about it.
///
/// # Errors
/// The cache cannot be read.
pub fn purchase(db: &Connection, id: Uuid) -> Result<Option<Purchase>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM purchase WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
    let row: Option<Purchase> = body.as_deref().map(read).transpose()?;
    if row.as_ref().is_some_and(has_ended) {
        return Ok(row);
    }
    let answered: Option<Purchase> = kept(db, &quote_key(id))?;
    Ok(match row {
        Some(row) => Some(answered.filter(has_ended).unwrap_or(row)),
        None => answered,
    })
}

fn has_ended(purchase: &Purchase) -> bool {
    PurchaseState::of(&purchase.state).is_some_and(PurchaseState::has_ended)
}

/// The purchases that wait for their payment: by their rows, and those whose rows have not come yet.
///
/// # Errors
/// The cache cannot be read.
pub fn waiting(db: &Connection) -> Result<Vec<Purchase>, Error> {
    let mut query = db.prepare_cached(
        "SELECT id FROM purchase WHERE json_extract(body, '$.state') = 'pending'
         UNION SELECT substr(key, length(?1) + 1) FROM meta WHERE key LIKE ?1 || '%' AND json_extract(value, '$.state') = 'pending'",
    )?;
    let ids = query.query_map([QUOTE], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let found = ids.iter().filter_map(|id| id.parse().ok()).map(|id| purchase(db, id)).collect::<Result<Vec<_>, _>>()?;
    let waits = |purchase: &Purchase| PurchaseState::of(&purchase.state) == Some(PurchaseState::Pending);
    Ok(found.into_iter().flatten().filter(waits).collect())
}

/// Keeps the server's last answer about a purchase whose row has not come.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_quote(db: &Connection, quote: &Purchase) -> Result<(), Error> {
    keep(db, &quote_key(quote.id), quote)
}

/// What is needed to pay a purchase, by its newest order: as its row says, or as the server last answered.
///
/// # Errors
/// The cache cannot be read.
pub fn paying(db: &Connection, id: Uuid) -> Result<Option<Paying>, Error> {
    let answered: Option<Paying> = kept(db, &paying_key(id))?;
    let row = purchase(db, id)?.and_then(|bought| Some(Paying { order: bought.order?, how: bought.how? }));
    // Orders are named by the time at which they were made.
    Ok(match (answered, row) {
        (Some(answered), Some(row)) => Some(if answered.order > row.order { answered } else { row }),
        (answered, row) => answered.or(row),
    })
}

/// Keeps what is needed to pay a purchase.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_paying(db: &Connection, id: Uuid, paying: &Paying) -> Result<(), Error> {
    keep(db, &paying_key(id), paying)
}
