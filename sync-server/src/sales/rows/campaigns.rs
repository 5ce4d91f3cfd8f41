//! Campaigns, with what became of their vouchers by their uses and by the ledger.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::core::search::{Search, searched};
use domain::sales::voucher::{VoucherCode, VoucherState};
use domain::{CustomerId, UtcMillis};
use protocol::sales::admin::CodeUse;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Adds a campaign, without its codes; returns its key.
pub fn insert(tx: &mut Tx<'_>, utility: i64, id: Uuid, (name, codes): (&str, i64), author: Option<i64>) -> Result<i64, Error> {
    tx.db
        .prepare_cached("INSERT INTO campaign (id, utility, name, codes, author, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![id.as_bytes(), utility, name, codes, author, tx.now.0])?;
    Ok(tx.db.last_insert_rowid())
}

/// Key of a utility's campaign.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM campaign WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// Whether there is a campaign of an identifier, in whichever utility.
pub fn is_taken(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Key of one of a campaign's vouchers.
pub fn any_voucher(db: &Db, campaign: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM voucher WHERE series = ?1 LIMIT 1")?;
    Ok(query.query_row([campaign], |row| row.get(0)).optional()?)
}

/// Keeps the state of all vouchers of a campaign.
pub fn keep_state(tx: &mut Tx<'_>, campaign: i64, state: VoucherState) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE voucher SET state = ?2 WHERE series = ?1")?.execute(params![campaign, state.as_str()])?;
    Ok(())
}

/// Keys of the campaigns in whose name a text is found, or of which a code begins with it; the newest first.
pub fn search(db: &Db, utility: i64, text: &str, limit: usize) -> Result<Vec<i64>, Error> {
    let pattern = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let mut query = db.prepare_cached(
        "SELECT num, name, ?2 <> '' AND EXISTS (SELECT 1 FROM voucher v WHERE v.series = c.num AND v.code LIKE ?2 || '%' ESCAPE '\\')
         FROM campaign c WHERE utility = ?1 ORDER BY num DESC",
    )?;
    let wanted = Search::new(text);
    let rows = query.query_map(params![utility, pattern], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
    // What has neither a letter nor a digit is in no name.
    let is_named = |name: &str| text.is_empty() || !wanted.is_empty() && wanted.finds(&searched([name]));
    let is_found = |(num, name, has_code): (i64, String, bool)| (has_code || is_named(&name)).then_some(num);
    let found = rows.filter_map(|row| row.map(is_found).transpose()).take(limit);
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many codes a campaign has, and how many uses of them are reserved or consumed.
pub fn codes_and_uses(db: &Db, campaign: i64) -> Result<(i64, i64), Error> {
    let mut query = db.prepare_cached(
        "SELECT codes, (SELECT COALESCE(SUM(taken), 0) FROM voucher WHERE series = campaign.num) FROM campaign WHERE num = ?1",
    )?;
    Ok(query.query_row([campaign], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A campaign's own row.
pub struct CampaignRow {
    /// Its identifier.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many codes it has.
    pub codes: i64,
    /// When it was made.
    pub at: UtcMillis,
    /// The author's name; empty for the server itself.
    pub author: String,
}

/// A campaign's own row.
pub fn load(db: &Db, campaign: i64) -> Result<CampaignRow, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, c.name, c.codes, c.at, COALESCE(u.name, '') FROM campaign c LEFT JOIN user u ON u.num = c.author WHERE c.num = ?1",
    )?;
    Ok(query.query_row([campaign], |row| {
        Ok(CampaignRow {
            id: Uuid::from_bytes(row.get(0)?),
            name: row.get(1)?,
            codes: row.get(2)?,
            at: UtcMillis(row.get(3)?),
            author: row.get(4)?,
        })
    })?)
}

/// How many uses of a campaign's vouchers are reserved, and how many consumed.
pub fn reserved_and_consumed(db: &Db, campaign: i64) -> Result<(i64, i64), Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(u.state = 'reserved'), 0), COALESCE(SUM(u.state = 'consumed'), 0)
         FROM voucher v JOIN voucher_use u ON u.voucher = v.num WHERE v.series = ?1",
    )?;
    Ok(query.query_row([campaign], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What a campaign's purchases did to the utility's accounts on a day.
#[derive(Default)]
pub struct Cost {
    /// What vouchers took off.
    pub discount: i64,
    /// What vouchers credited on top.
    pub bonus: i64,
    /// What was paid, less what went back.
    pub paid: i64,
}

/// A campaign's cost by the ledger, by local day of the connection. The day is by each connection's zone: a utility may have three.
pub fn costs(db: &Db, campaign: i64) -> Result<BTreeMap<i32, Cost>, Error> {
    let mut query = db.prepare_cached(
        "SELECT (t.at + CASE z.time_zone WHEN 'Asia/Jakarta' THEN 7 WHEN 'Asia/Makassar' THEN 8 ELSE 9 END * 3600000) / 86400000 AS day,
           SUM(CASE a.kind WHEN 'discounts' THEN -po.amount ELSE 0 END), SUM(CASE a.kind WHEN 'voucher_cost' THEN -po.amount ELSE 0 END),
           SUM(CASE WHEN a.kind IN ('gateway_clearing', 'cash', 'refunds', 'chargebacks') THEN -po.amount ELSE 0 END)
         FROM voucher v JOIN purchase p ON p.voucher = v.num JOIN voucher_use u ON u.purchase = p.num AND u.state = 'consumed'
         JOIN connection c ON c.num = p.connection JOIN zone z ON z.num = c.zone
         JOIN transfer t ON t.purchase = p.num JOIN posting po ON po.transfer = t.num JOIN account a ON a.num = po.account
         WHERE v.series = ?1 GROUP BY day ORDER BY day",
    )?;
    let days = query
        .query_map([campaign], |row| Ok((row.get(0)?, Cost { discount: row.get(1)?, bonus: row.get(2)?, paid: row.get(3)? })))?;
    Ok(days.collect::<Result<_, _>>()?)
}

/// A campaign's consumed uses, by local day of the connection.
pub fn uses_by_day(db: &Db, campaign: i64) -> Result<Vec<(i32, i64)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT (u.at + CASE z.time_zone WHEN 'Asia/Jakarta' THEN 7 WHEN 'Asia/Makassar' THEN 8 ELSE 9 END * 3600000) / 86400000 AS day, COUNT(*)
         FROM voucher v JOIN voucher_use u ON u.voucher = v.num JOIN purchase p ON p.num = u.purchase
         JOIN connection c ON c.num = p.connection JOIN zone z ON z.num = c.zone
         WHERE v.series = ?1 AND u.state = 'consumed' GROUP BY day",
    )?;
    Ok(query.query_map([campaign], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// The codes of a campaign, those with most uses first.
pub fn codes(db: &Db, campaign: i64, limit: usize) -> Result<Vec<CodeUse>, Error> {
    let mut query = db.prepare_cached("SELECT code, taken FROM voucher WHERE series = ?1 ORDER BY taken DESC, num LIMIT +?2")?;
    let rows = query.query_map(params![campaign, limit as i64], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (code, taken) = row?;
        let code: VoucherCode = code.parse().map_err(|error| Error::Setup(format!("a voucher's code: {error}")))?;
        Ok(CodeUse { code, taken })
    })
    .collect()
}

/// The name of a utility's customer.
pub fn customer_name(db: &Db, utility: i64, id: CustomerId) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT name FROM customer WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.0.as_bytes(), utility], |row| row.get(0)).optional()?)
}
