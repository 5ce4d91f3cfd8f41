//! Beli and Riwayat. Costs the rows of one connection.

use crate::error::Error;
use crate::queries::{charged, choose, days, read, supplies};
use crate::store::rows::money;
use domain::billing::forecast::{USUAL_DAYS, usual_day};
use domain::billing::tariff::DayVolume;
use domain::sales::payment::Method;
use domain::sales::purchase::PurchaseState;
use domain::{ConnectionId, UtcMillis};
use protocol::sales::money::Purchase;
use protocol::sync::rows::{Credit, StatementLine};
use protocol::ui::{Buying, History, WaitingPayment};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

/// Rows of a history that are shown at most.
const ROWS: u32 = 400;

pub(super) fn one<T: DeserializeOwned>(db: &Connection, sql: &str, key: &str) -> Result<Option<T>, Error> {
    let body: Option<String> = db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

pub(super) fn many<T: DeserializeOwned>(db: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<T>, Error> {
    let bodies = db.prepare_cached(sql)?.query_map(parameters, |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    bodies.iter().map(|body| read(body)).collect()
}

/// A connection's credit.
///
/// # Errors
/// The cache cannot be read.
pub fn credit(db: &Connection, connection: ConnectionId) -> Result<Option<Credit>, Error> {
    one(db, "SELECT body FROM credit WHERE id = ?1", &connection.to_string())
}

/// The last settled purchase of a connection.
///
/// # Errors
/// The cache cannot be read.
pub fn last_purchase(db: &Connection, connection: ConnectionId) -> Result<Option<Purchase>, Error> {
    one(
        db,
        "SELECT body FROM purchase WHERE connection = ?1 AND json_extract(body, '$.state') = 'settled' ORDER BY at DESC LIMIT 1",
        &connection.to_string(),
    )
}

/// The method by which something was paid last through the gateway.
fn last_method(db: &Connection) -> Result<Option<Method>, Error> {
    let sql = "SELECT json_extract(body, '$.method') FROM purchase WHERE json_extract(body, '$.state') = 'settled'
                 AND json_extract(body, '$.method') IS NOT NULL ORDER BY at DESC LIMIT 1";
    let word: Option<String> = db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(word.and_then(|word| Method::try_from(word).ok()))
}

/// Beli.
///
/// # Errors
/// The cache cannot be read.
pub fn buying(db: &Connection, wanted: Option<ConnectionId>, now: UtcMillis) -> Result<Option<Buying>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, wanted)? else { return Ok(None) };
    let (place, connection) = (supply.place.clone(), supply.place.connection);
    let today = place.time_zone.day_of(now);
    let past = days(db, connection, today.0 - USUAL_DAYS, today.0 - 1)?;
    let past: Vec<DayVolume> = past.iter().map(|row| DayVolume { day: row.day, volume: row.volume }).collect();
    let prices = charged::prices(db, connection)?;
    let so_far = charged::this_month(db, connection, &prices, today)?;
    let credit = credit(db, connection)?;
    // What the server's forecast is computed from, so that both come to the same.
    let usual = credit.as_ref().and_then(|credit| credit.lasts.usual).or_else(|| usual_day(&past));
    let draft = money::draft(db, connection)?;
    let purchase = draft.as_ref().map(|draft| money::purchase(db, draft.id)).transpose()?.flatten();
    let paying = draft.as_ref().map(|draft| money::paying(db, draft.id)).transpose()?.flatten();
    Ok(Some(Buying {
        basis: charged::basis(db, &place, now)?,
        credit,
        so_far,
        prices,
        usual,
        valve: supply.meter.map(|meter| meter.valve).unwrap_or_default(),
        last_method: last_method(db)?,
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        place,
        today,
        draft,
        purchase,
        paying,
    }))
}

/// The purchases of a connection, the newest first. A quote that nobody took is none.
fn purchases(db: &Connection, connection: &str) -> Result<Vec<Purchase>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM purchase WHERE connection = ?1 ORDER BY at DESC")?;
    let mut rows = query.query([connection])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let purchase: Purchase = read(&row.get::<_, String>(0)?)?;
        let state = PurchaseState::of(&purchase.state);
        if state.is_none_or(|state| state.is_purchase(purchase.order.is_some())) {
            found.push(purchase);
        }
        if found.len() >= ROWS as usize {
            break;
        }
    }
    Ok(found)
}

/// The purchases that wait for their payment, of every supply point; the one whose time is over first comes first. Costs the purchases of
/// the cache, of which a customer has few.
///
/// # Errors
/// The cache cannot be read.
pub fn waiting(db: &Connection) -> Result<Vec<WaitingPayment>, Error> {
    let places = supplies(db)?;
    let mut found = Vec::new();
    for purchase in money::waiting(db)? {
        let place = places.iter().find(|supply| supply.place.connection == purchase.connection);
        let Some(place) = place.map(|supply| supply.place.clone()) else { continue };
        let paying = money::paying(db, purchase.id)?;
        found.push(WaitingPayment { purchase, place, paying });
    }
    found.sort_by_key(|waiting| (waiting.purchase.expires_at, waiting.purchase.id));
    Ok(found)
}

/// Riwayat.
///
/// # Errors
/// The cache cannot be read.
pub fn history(db: &Connection, wanted: Option<ConnectionId>) -> Result<Option<History>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, wanted)? else { return Ok(None) };
    let connection = supply.place.connection;
    let key = connection.to_string();
    let lines: Vec<StatementLine> =
        many(db, "SELECT body FROM statement WHERE connection = ?1 ORDER BY no DESC LIMIT +?2", params![key, ROWS])?;
    let purchases = purchases(db, &key)?;
    Ok(Some(History {
        credit: credit(db, connection)?,
        place: supply.place.clone(),
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        purchases,
        lines,
    }))
}
