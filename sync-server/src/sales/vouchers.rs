//! Vouchers as rows: their terms, and how often each is taken. A use is counted and its limit is looked at in one transaction.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::campaigns;
use domain::UtcMillis;
use domain::sales::voucher::{Refusal, Taken, UseState, Voucher, VoucherCode, VoucherState};
use protocol::core::problem::Code;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A voucher with its key.
pub struct Stored {
    /// Its key.
    pub num: i64,
    /// Its terms.
    pub voucher: Voucher,
    /// Uses reserved or consumed, by anybody.
    pub taken: i64,
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Setup(format!("a voucher's terms cannot be read: {error}"))
}

/// Adds a voucher as a campaign of its own.
///
/// # Errors
/// Its terms are none, the code is taken, or the database.
pub fn add(tx: &mut Tx<'_>, utility: i64, voucher: &Voucher, campaign: &str, author: Option<i64>) -> Result<(), Error> {
    domain::sales::campaign::check(campaign, 1, voucher).map_err(|wrong| Error::problem(Code::BadRequest, wrong.to_string()))?;
    let id = Uuid::now_v7();
    let series = campaigns::begin(tx, utility, id, (campaign, 1), author)?;
    let is_free = insert(tx, utility, (id, voucher), (campaign, series, Share::Everybody), author)?;
    if is_free { Ok(()) } else { Err(Error::problem(Code::BadRequest, "taken: there is a voucher with this code already")) }
}

/// To whom a code is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// It is offered to everybody whom its terms fit.
    Everybody,
    /// It is one of a series: each goes to somebody, and is not offered.
    OneEach,
}

/// Gives a campaign a code; whether the code was free.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    utility: i64,
    (id, voucher): (Uuid, &Voucher),
    (campaign, series, share): (&str, i64, Share),
    author: Option<i64>,
) -> Result<bool, Error> {
    let now = tx.now;
    let added = tx
        .db
        .prepare_cached(
            "INSERT INTO voucher (id, utility, code, campaign, terms, state, author, at, series, in_series)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (utility, code) DO NOTHING",
        )?
        .execute(params![
            id.as_bytes(),
            utility,
            voucher.code.as_str(),
            campaign,
            serde_json::to_string(voucher).map_err(unreadable)?,
            voucher.state.as_str(),
            author,
            now.0,
            series,
            share == Share::OneEach
        ])?;
    Ok(added > 0)
}

/// A voucher by its code.
///
/// # Errors
/// The database, or terms that cannot be read.
pub fn by_code(db: &Connection, utility: i64, code: &VoucherCode) -> Result<Option<Stored>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM voucher WHERE utility = ?1 AND code = ?2")?;
    let num = query.query_row(params![utility, code.as_str()], |row| row.get(0)).optional()?;
    num.map(|num| load(db, num)).transpose()
}

/// A voucher by its key.
///
/// # Errors
/// No such voucher, terms that cannot be read, or the database.
pub fn load(db: &Connection, num: i64) -> Result<Stored, Error> {
    let mut query = db.prepare_cached("SELECT terms, state, taken FROM voucher WHERE num = ?1")?;
    let (terms, state, taken): (String, String, i64) =
        query.query_row([num], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let voucher: Voucher = serde_json::from_str(&terms).map_err(unreadable)?;
    let state = VoucherState::from_word(&state).unwrap_or(VoucherState::Paused);
    Ok(Stored { num, voucher: Voucher { state, ..voucher }, taken })
}

/// The active vouchers of a utility that are in their time, with their campaigns; a series of codes is none of them.
///
/// # Errors
/// Terms that cannot be read, or the database.
pub fn listed(db: &Connection, utility: i64, now: UtcMillis) -> Result<Vec<(Stored, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, campaign FROM voucher WHERE utility = ?1 AND state = 'active' AND in_series = 0
           AND json_extract(terms, '$.valid_until') > ?2 ORDER BY num DESC LIMIT 200",
    )?;
    let found =
        query.query_map([utility, now.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(i64, String)>, _>>()?;
    found.into_iter().map(|(num, campaign)| Ok((load(db, num)?, campaign))).collect()
}

/// How often a voucher is taken, altogether and by a customer.
///
/// # Errors
/// The database.
pub fn taken(db: &Connection, voucher: &Stored, customer: i64) -> Result<Taken, Error> {
    let mut query =
        db.prepare_cached("SELECT COUNT(*) FROM voucher_use WHERE voucher = ?1 AND customer = ?2 AND state <> 'released'")?;
    let by_customer = query.query_row([voucher.num, customer], |row| row.get(0))?;
    Ok(Taken { total: voucher.taken, by_customer })
}

/// Takes another use of a voucher for a purchase, if one is left and the voucher is in use. The same purchase again keeps what it has: what
/// is reserved outlasts a pause. A quote binds the price and not a use, so its time is not looked at again here: 15 minutes are too short
/// to matter, and who was told a price within it pays that price.
///
/// # Errors
/// The database.
pub fn reserve(tx: &mut Tx<'_>, num: i64, purchase: i64, customer: i64) -> Result<Result<(), Refusal>, Error> {
    let now = tx.now;
    let held: Option<String> = tx
        .db
        .prepare_cached("SELECT state FROM voucher_use WHERE purchase = ?1")?
        .query_row([purchase], |row| row.get(0))
        .optional()?;
    if held.is_some_and(|state| state != UseState::Released.as_str()) {
        return Ok(Ok(()));
    }
    let voucher = load(tx, num)?;
    if voucher.voucher.state != VoucherState::Active {
        return Ok(Err(Refusal::NotActive));
    }
    let counts = taken(tx, &voucher, customer)?;
    let reached = |limit: Option<i64>, taken: i64| limit.is_some_and(|limit| taken >= limit);
    if reached(voucher.voucher.total_limit, counts.total) || reached(voucher.voucher.customer_limit, counts.by_customer) {
        return Ok(Err(Refusal::Depleted));
    }
    tx.db
        .prepare_cached(
            "INSERT INTO voucher_use (purchase, voucher, customer, state, at) VALUES (?1, ?2, ?3, 'reserved', ?4)
         ON CONFLICT (purchase) DO UPDATE SET state = 'reserved', at = excluded.at",
        )?
        .execute(params![purchase, num, customer, now.0])?;
    tx.db.prepare_cached("UPDATE voucher SET taken = taken + 1 WHERE num = ?1")?.execute([num])?;
    Ok(Ok(()))
}

/// Uses up what a purchase has reserved.
///
/// # Errors
/// The database.
pub fn consume(tx: &mut Tx<'_>, purchase: i64) -> Result<(), Error> {
    let now = tx.now;
    tx.db
        .prepare_cached("UPDATE voucher_use SET state = 'consumed', at = ?2 WHERE purchase = ?1 AND state = 'reserved'")?
        .execute(params![purchase, now.0])?;
    Ok(())
}

/// Gives back what a purchase has reserved. What is used up stays used up.
///
/// # Errors
/// The database.
pub fn release(tx: &mut Tx<'_>, purchase: i64) -> Result<(), Error> {
    let now = tx.now;
    let of: Option<i64> = tx
        .db
        .prepare_cached(
            "UPDATE voucher_use SET state = 'released', at = ?2 WHERE purchase = ?1 AND state = 'reserved' RETURNING voucher",
        )?
        .query_row(params![purchase, now.0], |row| row.get(0))
        .optional()?;
    if let Some(voucher) = of {
        tx.db.prepare_cached("UPDATE voucher SET taken = taken - 1 WHERE num = ?1")?.execute([voucher])?;
    }
    Ok(())
}
