//! Money as devices hold it: rows of credit, statements, purchases and prices, told in the transaction that changed them.

use crate::billing::tariffs;
use crate::billing::tariffs::Prices;
use crate::billing::{charging, ledger};
use crate::core::Tx;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::sales::{counter, purchases};
use crate::valve::evaluation;
use domain::billing::balance::{Standing, level};
use domain::billing::forecast::{BalanceForecast, USUAL_DAYS, lasts, usual_day};
use domain::billing::ledger::Account;
use domain::billing::tariff::{DayVolume, TariffVersion};
use domain::{ConnectionId, LocalDay, Millilitres, Rupiah};
use protocol::sync::rows;
use protocol::sync::rows::{Credit, Entity};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::value::RawValue;
use uuid::Uuid;

/// News that one transaction tells at most: what an upgrade leaves behind is told bit by bit.
const TOGETHER: i64 = 1_000;

/// Tells devices what is new of money; returns how much.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, prices: &mut Prices) -> Result<usize, Error> {
    prices.refresh(tx)?;
    let news = tx
        .db
        .prepare_cached("SELECT kind, num FROM pending_billing_changes LIMIT ?1")?
        .query_map([TOGETHER], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, i64)>, _>>()?;
    for (kind, num) in &news {
        match kind.as_str() {
            "tariff" => tell_tariff(tx, *num)?,
            "credit" => tell_credit(tx, prices, *num)?,
            "statement" => tell_line(tx, *num)?,
            _ => tell_purchase(tx, *num)?,
        }
        tx.db.prepare_cached("DELETE FROM pending_billing_changes WHERE kind = ?1 AND num = ?2")?.execute(params![kind, num])?;
    }
    Ok(news.len())
}

fn tell_tariff(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let mut query = tx.db.prepare_cached("SELECT utility, id FROM tariff_version WHERE num = ?1")?;
    let (utility, id): (i64, [u8; 16]) = query.query_row([num], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let public = tx.bucket(utility, "public")?;
    tx.put(public, Entity::Tariff, &RowId::of(id), 1)
}

fn tell_purchase(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let (utility, id, rev, customer): (i64, [u8; 16], i64, [u8; 16]) = tx
        .db
        .prepare_cached(
            "UPDATE purchase SET rev = rev + 1 WHERE num = ?1
             RETURNING utility, id, rev, (SELECT cu.id FROM customer cu WHERE cu.num = purchase.customer)",
        )?
        .query_row([num], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let into = tx.bucket(utility, format!("customer:{}", Uuid::from_bytes(customer)))?;
    tx.put(into, Entity::Purchase, &RowId::of(id), rev)
}

fn tell_line(tx: &mut Tx<'_>, transfer: i64) -> Result<(), Error> {
    let found: Option<i64> = tx
        .db
        .prepare_cached(
            "SELECT t.connection FROM transfer t JOIN account a ON a.connection = t.connection AND a.kind = 'credit'
             JOIN posting p ON p.account = a.num AND p.transfer = t.num WHERE t.num = ?1",
        )?
        .query_row([transfer], |row| row.get(0))
        .optional()?;
    // What does not touch the credit is no line of the statement; one more than a row's key can name is only on the server.
    let (Some(connection), Ok(no)) = (found, i32::try_from(transfer)) else { return Ok(()) };
    let holder = holder(tx, connection)?;
    tx.put(holder.bucket, Entity::Statement, &RowId::at(holder.id, no), 1)
}

/// Who holds a connection's money.
struct Holder {
    id: [u8; 16],
    bucket: i64,
}

fn holder(tx: &mut Tx<'_>, connection: i64) -> Result<Holder, Error> {
    let (utility, id, customer): (i64, [u8; 16], [u8; 16]) = tx
        .db
        .prepare_cached(
            "SELECT c.utility, c.id, cu.id FROM connection c JOIN customer cu ON cu.num = c.customer WHERE c.num = ?1",
        )?
        .query_row([connection], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(Holder { id, bucket: tx.bucket(utility, format!("customer:{}", Uuid::from_bytes(customer)))? })
}

/// Tells what a connection's credit stands at, if that is another than what was told, and the connection is charged at all.
///
/// # Errors
/// The database.
pub fn tell_credit(tx: &mut Tx<'_>, prices: &mut Prices, connection: i64) -> Result<(), Error> {
    let prices = prices.of(tx, connection)?;
    if prices.is_empty() {
        return Ok(());
    }
    let holder = holder(tx, connection)?;
    let mut now = compute(tx, &prices, connection, ConnectionId(Uuid::from_bytes(holder.id)))?;
    let before: Option<String> = tx
        .db
        .prepare_cached("SELECT body FROM credit WHERE connection = ?1")?
        .query_row([connection], |row| row.get(0))
        .optional()?
        .flatten();
    let before: Option<Credit> = before.as_deref().and_then(|body| serde_json::from_str(body).ok());
    if let Some(before) = before {
        let at = now.at;
        now.at = before.at;
        if now == before {
            return Ok(());
        }
        now.at = at;
    }
    let body = serde_json::to_string(&now).map_err(|error| Error::Setup(format!("a row cannot be written as JSON: {error}")))?;
    let rev = tx
        .db
        .prepare_cached("UPDATE credit SET rev = rev + 1, body = ?2 WHERE connection = ?1 RETURNING rev")?
        .query_row(params![connection, body], |row| row.get(0))?;
    tx.put(holder.bucket, Entity::Credit, &RowId::of(holder.id), rev)
}

fn compute(tx: &mut Tx<'_>, prices: &[TariffVersion], connection: i64, id: ConnectionId) -> Result<Credit, Error> {
    let now = tx.now;
    let today = charging::zone(tx, connection)?.day_of(now);
    let posted = ledger::balance(tx, connection, Account::Credit)?;
    let running = charging::running(tx, connection)?;
    let balance = Rupiah(posted.0 - running.0);
    let lasts = forecast(tx, prices, connection, balance, today)?;
    let thresholds = evaluation::thresholds(tx, connection)?;
    let standing = Standing { balance, tenths_of_days_left: lasts.tenths_of_days };
    Ok(Credit {
        connection: id,
        posted,
        running,
        lent: Rupiah(-ledger::balance(tx, connection, Account::Emergency)?.0),
        can_borrow: counter::can_borrow(tx, connection)?,
        full: full(tx, connection)?,
        lasts,
        thresholds,
        level: level(evaluation::level_before(tx, connection)?, standing, thresholds),
        at: now,
    })
}

/// How long a balance of a connection lasts.
///
/// # Errors
/// The database.
pub fn forecast(
    tx: &mut Tx<'_>,
    prices: &[TariffVersion],
    connection: i64,
    balance: Rupiah,
    today: LocalDay,
) -> Result<BalanceForecast, Error> {
    let used: Option<i64> = tx
        .db
        .prepare_cached("SELECT volume FROM usage_month WHERE connection = ?1 AND month = ?2")?
        .query_row([connection, i64::from(today.month().0)], |row| row.get(0))
        .optional()?;
    let used = Millilitres(used.unwrap_or(0)).max(Millilitres::ZERO);
    Ok(lasts(prices, balance, used, today, usual(tx, connection, today)?))
}

/// What the credit stood at after the last purchase.
fn full(tx: &mut Tx<'_>, connection: i64) -> Result<Rupiah, Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT p.after FROM transfer t JOIN account a ON a.connection = t.connection AND a.kind = 'credit'
         JOIN posting p ON p.account = a.num AND p.transfer = t.num
         WHERE t.num = (SELECT num FROM transfer WHERE connection = ?1 AND kind = 'purchase' ORDER BY num DESC LIMIT 1)",
    )?;
    Ok(Rupiah(query.query_row([connection], |row| row.get(0)).optional()?.unwrap_or(0)))
}

/// What a usual day takes: worked out once a day.
fn usual(tx: &mut Tx<'_>, connection: i64, today: LocalDay) -> Result<Option<Millilitres>, Error> {
    let known: Option<(Option<i64>, i32)> = tx
        .db
        .prepare_cached("SELECT usual, usual_of FROM credit WHERE connection = ?1")?
        .query_row([connection], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // As long as too few days are known, the next reading may bring them.
    if let Some((Some(usual), of)) = known
        && of == today.0
    {
        return Ok(Some(Millilitres(usual)));
    }
    let days = tx
        .db
        .prepare_cached("SELECT day, volume FROM usage_day WHERE connection = ?1 AND day BETWEEN ?2 AND ?3")?
        .query_map(params![connection, today.0 - USUAL_DAYS, today.0 - 1], |row| {
            Ok(DayVolume { day: LocalDay(row.get(0)?), volume: Millilitres(row.get(1)?) })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let usual = usual_day(&days);
    tx.db
        .prepare_cached(
            "INSERT INTO credit (connection, usual, usual_of) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection) DO UPDATE SET usual = excluded.usual, usual_of = excluded.usual_of",
        )?
        .execute(params![connection, usual.map(|usual| usual.0), today.0])?;
    Ok(usual)
}

/// The body of a row of money; none if it is not there.
///
/// # Errors
/// The database.
pub fn body(db: &Connection, entity: Entity, id: Uuid, at: Option<i32>) -> Result<Option<Box<RawValue>>, Error> {
    let written = |row: serde_json::Result<Box<RawValue>>| {
        row.map(Some).map_err(|error| Error::Setup(format!("a row cannot be written as JSON: {error}")))
    };
    match entity {
        Entity::Credit => {
            let mut query =
                db.prepare_cached("SELECT b.body FROM credit b JOIN connection c ON c.num = b.connection WHERE c.id = ?1")?;
            let body: Option<String> = query.query_row([id.as_bytes()], |row| row.get(0)).optional()?.flatten();
            body.map_or(Ok(None), |body| written(RawValue::from_string(body)))
        }
        Entity::Statement => match ledger::line(db, id, at.unwrap_or_default())? {
            Some(line) => written(serde_json::value::to_raw_value(&line)),
            None => Ok(None),
        },
        Entity::Purchase => match purchases::find(db, id)? {
            Some(purchase) => written(serde_json::value::to_raw_value(&purchase.told())),
            None => Ok(None),
        },
        _ => match tariffs::find(db, id)? {
            Some(version) => written(serde_json::value::to_raw_value(&rows::Tariff { id, version })),
            None => Ok(None),
        },
    }
}
