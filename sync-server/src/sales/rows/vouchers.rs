//! Vouchers with their terms, and their uses: reserved, consumed or released.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::sales::voucher::{UseState, Voucher, VoucherCode, VoucherState};
use domain::{CustomerId, UtcMillis};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A voucher with its key.
pub struct StoredVoucher {
    /// Its key.
    pub num: i64,
    /// Its terms.
    pub voucher: Voucher,
    /// Uses reserved or consumed, by anybody.
    pub taken: i64,
}

/// To whom a code is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// It is offered to everybody whom its terms fit.
    Offered,
    /// It is one of a series: each goes to somebody, and is not offered.
    InSeries,
}

/// A voucher to be added to a campaign.
pub struct NewCode<'a> {
    /// Its identifier.
    pub id: Uuid,
    /// Its terms.
    pub voucher: &'a Voucher,
    /// The campaign's name.
    pub campaign: &'a str,
    /// The campaign's key.
    pub series: i64,
    /// To whom it is given out.
    pub distribution: Distribution,
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Setup(format!("a voucher's terms cannot be read: {error}"))
}

/// Adds a voucher; returns whether its code was free.
pub fn insert(tx: &mut Tx<'_>, utility: i64, new: &NewCode<'_>, author: Option<i64>) -> Result<bool, Error> {
    let added = tx
        .db
        .prepare_cached(
            "INSERT INTO voucher (id, utility, code, campaign, terms, state, author, at, series, in_series)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (utility, code) DO NOTHING",
        )?
        .execute(params![
            new.id.as_bytes(),
            utility,
            new.voucher.code.as_str(),
            new.campaign,
            serde_json::to_string(new.voucher).map_err(unreadable)?,
            new.voucher.state.as_str(),
            author,
            tx.now.0,
            new.series,
            new.distribution == Distribution::InSeries
        ])?;
    Ok(added > 0)
}

/// A voucher by its code.
pub fn by_code(db: &Db, utility: i64, code: &VoucherCode) -> Result<Option<StoredVoucher>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM voucher WHERE utility = ?1 AND code = ?2")?;
    let num = query.query_row(params![utility, code.as_str()], |row| row.get(0)).optional()?;
    num.map(|num| load(db, num)).transpose()
}

/// Names a customer in the terms of a utility's vouchers where they name another one, but for those that name both.
pub fn rename_customer(tx: &mut Tx<'_>, utility: i64, (from, to): (CustomerId, CustomerId)) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE voucher SET terms = replace(terms, ?2, ?3) WHERE utility = ?1 AND instr(terms, ?2) > 0 AND instr(terms, ?3) = 0",
        )?
        .execute(params![utility, from.to_string(), to.to_string()])?;
    Ok(())
}

/// The name of a voucher's campaign.
pub fn campaign_of(db: &Db, num: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT campaign FROM voucher WHERE num = ?1")?.query_row([num], |row| row.get(0))?)
}

/// A voucher by its key.
pub fn load(db: &Db, num: i64) -> Result<StoredVoucher, Error> {
    let mut query = db.prepare_cached("SELECT terms, state, taken FROM voucher WHERE num = ?1")?;
    let (terms, state, taken): (String, String, i64) =
        query.query_row([num], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let voucher: Voucher = serde_json::from_str(&terms).map_err(unreadable)?;
    let state = VoucherState::from_word(&state).unwrap_or(VoucherState::Paused);
    Ok(StoredVoucher { num, voucher: Voucher { state, ..voucher }, taken })
}

/// The active vouchers of a utility that are in their time, with the names of their campaigns; without the codes of a series.
pub fn offered(db: &Db, utility: i64, now: UtcMillis) -> Result<Vec<(StoredVoucher, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, campaign FROM voucher WHERE utility = ?1 AND state = 'active' AND in_series = 0
           AND json_extract(terms, '$.valid_until') > ?2 ORDER BY num DESC LIMIT 200",
    )?;
    let found =
        query.query_map([utility, now.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(i64, String)>, _>>()?;
    found.into_iter().map(|(num, campaign)| Ok((load(db, num)?, campaign))).collect()
}

/// How often a customer has used a voucher or reserved a use of it.
pub fn uses_of_customer(db: &Db, voucher: i64, customer: i64) -> Result<i64, Error> {
    let mut query =
        db.prepare_cached("SELECT COUNT(*) FROM voucher_use WHERE voucher = ?1 AND customer = ?2 AND state <> 'released'")?;
    Ok(query.query_row([voucher, customer], |row| row.get(0))?)
}

/// Whether a purchase has a use that is reserved or consumed.
pub fn has_use(db: &Db, purchase: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT state FROM voucher_use WHERE purchase = ?1")?;
    let state: Option<String> = query.query_row([purchase], |row| row.get(0)).optional()?;
    Ok(state.is_some_and(|state| state != UseState::Released.as_str()))
}

/// Reserves a use of a voucher for a purchase.
pub fn reserve(tx: &mut Tx<'_>, num: i64, purchase: i64, customer: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO voucher_use (purchase, voucher, customer, state, at) VALUES (?1, ?2, ?3, 'reserved', ?4)
             ON CONFLICT (purchase) DO UPDATE SET state = 'reserved', at = excluded.at",
        )?
        .execute(params![purchase, num, customer, tx.now.0])?;
    tx.db.prepare_cached("UPDATE voucher SET taken = taken + 1 WHERE num = ?1")?.execute([num])?;
    Ok(())
}

/// Other purchases of a connection that hold a use, and that nobody is paying: none of them has an open payment at the gateway.
pub fn held_by_others(db: &Db, connection: i64, purchase: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.purchase FROM purchase p JOIN voucher_use u ON u.purchase = p.num
         WHERE p.connection = ?1 AND p.state IN ('quoted', 'pending') AND u.state = 'reserved' AND p.num <> ?2
           AND NOT EXISTS (SELECT 1 FROM payment y WHERE y.purchase = p.id AND y.state IN ('pending', 'challenged'))",
    )?;
    Ok(query.query_map([connection, purchase], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// How many uses of a voucher a connection has reserved and let go unpaid since an instant.
pub fn let_go_since(db: &Db, voucher: i64, (customer, connection): (i64, i64), since: UtcMillis) -> Result<i64, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM voucher_use u JOIN purchase p ON p.num = u.purchase
         WHERE u.voucher = ?1 AND u.customer = ?2 AND u.state = 'released' AND u.at > ?4 AND p.connection = ?3",
    )?;
    Ok(query.query_row([voucher, customer, connection, since.0], |row| row.get(0))?)
}

/// Consumes the use that a purchase has reserved.
pub fn consume(tx: &mut Tx<'_>, purchase: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE voucher_use SET state = 'consumed', at = ?2 WHERE purchase = ?1 AND state = 'reserved'")?
        .execute(params![purchase, tx.now.0])?;
    Ok(())
}

/// Releases the use that a purchase has reserved.
pub fn release(tx: &mut Tx<'_>, purchase: i64) -> Result<(), Error> {
    let voucher: Option<i64> = tx
        .db
        .prepare_cached(
            "UPDATE voucher_use SET state = 'released', at = ?2 WHERE purchase = ?1 AND state = 'reserved' RETURNING voucher",
        )?
        .query_row(params![purchase, tx.now.0], |row| row.get(0))
        .optional()?;
    if let Some(voucher) = voucher {
        tx.db.prepare_cached("UPDATE voucher SET taken = taken - 1 WHERE num = ?1")?.execute([voucher])?;
    }
    Ok(())
}
