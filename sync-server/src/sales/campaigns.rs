//! Campaigns as rows: vouchers that were made at once, their state, and what became of them by their uses and by the ledger.

use crate::core::Tx;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::sales::admin::{Change, record};
use crate::sales::vouchers;
use crate::sales::vouchers::{Share, Stored};
use domain::sales::campaign;
use domain::sales::campaign::{code, may_move, standing};
use domain::sales::voucher::{Voucher, VoucherCode, VoucherState};
use domain::{CustomerId, LocalDay, Rupiah, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::admin::{
    CAMPAIGNS, CODES, Campaign, CampaignDay, CampaignDetail, CampaignMove, CampaignQuery, Campaigns, CodeUse,
};
use protocol::sales::admin::{Named, NewCampaign, NewCodes};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Campaigns that one question looks at.
const LOOKED_AT: usize = 5_000;
/// Days that an answer tells of.
const DAYS: usize = 366;
/// Draws for one code, should it be taken: with 30¹⁰ of them a second one is hardly ever needed.
const DRAWS: usize = 8;

fn not_found() -> Error {
    Error::problem(Code::NotFound, "there is no such campaign")
}

/// Makes a campaign in one transaction: with one code, or with as many as are asked for. The same identifier again is the same campaign.
///
/// # Errors
/// Its terms are none (the detail begins with the field's word), a code is taken (`taken`), customers of others are named, or the database.
pub fn add(tx: &mut Tx<'_>, admin: &Caller, new: &NewCampaign) -> Result<(), Error> {
    if find(tx, admin.utility, new.id)?.is_some() {
        return Ok(());
    }
    let codes = match &new.codes {
        NewCodes::One => 1,
        NewCodes::Series { count, .. } => *count,
    };
    campaign::check(&new.name, codes, &new.voucher).map_err(wrong)?;
    for customer in &new.voucher.customers {
        name_of(tx, admin.utility, *customer)?.ok_or_else(|| wrong(campaign::Wrong::Customers))?;
    }
    let series = begin(tx, admin.utility, new.id, (new.name.trim(), codes), Some(admin.num))?;
    let share = if new.codes == NewCodes::One { Share::Everybody } else { Share::OneEach };
    let mut of = |id, voucher: &Voucher| {
        vouchers::insert(tx, admin.utility, (id, voucher), (new.name.trim(), series, share), Some(admin.num))
    };
    match &new.codes {
        NewCodes::One if !of(new.id, &new.voucher)? => {
            return Err(Error::problem(Code::BadRequest, "taken: there is a voucher with this code already"));
        }
        NewCodes::One => {}
        NewCodes::Series { count, prefix } => {
            for _ in 0..*count {
                draw(prefix, &new.voucher, |voucher| of(Uuid::now_v7(), voucher))?;
            }
        }
    }
    let change = Change { field: "codes", before: String::new(), after: codes.to_string() };
    record(tx, admin, ("add_campaign", new.id), (Office::Campaign as u8, new.id), &[change])
}

/// Gives a campaign one more code: draws until one is free.
fn draw(prefix: &str, terms: &Voucher, mut insert: impl FnMut(&Voucher) -> Result<bool, Error>) -> Result<(), Error> {
    for _ in 0..DRAWS {
        let random = getrandom::u64().map_err(|error| Error::Setup(format!("randomness: {error}")))?;
        if insert(&Voucher { code: code(prefix, random).map_err(wrong)?, ..terms.clone() })? {
            return Ok(());
        }
    }
    Err(Error::Setup("no free code was drawn".into()))
}

fn wrong(wrong: campaign::Wrong) -> Error {
    Error::problem(Code::BadRequest, wrong.to_string())
}

/// Writes a campaign down, without its codes; returns its key.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    utility: i64,
    id: Uuid,
    (name, codes): (&str, i64),
    author: Option<i64>,
) -> Result<i64, Error> {
    let now = tx.now;
    tx.db
        .prepare_cached("INSERT INTO campaign (id, utility, name, codes, author, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![id.as_bytes(), utility, name, codes, author, now.0])?;
    Ok(tx.db.last_insert_rowid())
}

/// Pauses a campaign or lets it go on, all of its codes at once. Where it is there already nothing changes.
///
/// # Errors
/// No such campaign of the utility, it cannot be moved there (`state`), or the database.
pub fn move_to(tx: &mut Tx<'_>, admin: &Caller, wanted: &CampaignMove) -> Result<(), Error> {
    let num = find(tx, admin.utility, wanted.of)?.ok_or_else(not_found)?;
    let from = one(tx, num)?.voucher.state;
    if from == wanted.to {
        return Ok(());
    }
    if !may_move(from, wanted.to) {
        let detail = format!("state: what is {} cannot become {}", from.as_str(), wanted.to.as_str());
        return Err(Error::problem(Code::BadRequest, detail));
    }
    tx.db.prepare_cached("UPDATE voucher SET state = ?2 WHERE series = ?1")?.execute(params![num, wanted.to.as_str()])?;
    let change = Change { field: "campaign_state", before: from.as_str().into(), after: wanted.to.as_str().into() };
    record(tx, admin, ("move_campaign", wanted.key), (Office::Campaign as u8, wanted.of), &[change])
}

fn find(db: &Connection, utility: i64, id: Uuid) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM campaign WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// One of a campaign's codes: its terms and its state are those of all.
fn one(db: &Connection, campaign: i64) -> Result<Stored, Error> {
    let mut query = db.prepare_cached("SELECT num FROM voucher WHERE series = ?1 LIMIT 1")?;
    let num: Option<i64> = query.query_row([campaign], |row| row.get(0)).optional()?;
    vouchers::load(db, num.ok_or_else(not_found)?)
}

/// A utility's campaigns, the newest first.
///
/// # Errors
/// The database.
pub fn list(db: &Connection, utility: i64, asked: &CampaignQuery, now: UtcMillis) -> Result<Campaigns, Error> {
    let pattern = |text: &str| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let search = pattern(asked.search.trim());
    let mut query = db.prepare_cached(
        "SELECT num FROM campaign c WHERE utility = ?1 AND (?2 = '' OR name LIKE '%' || ?2 || '%' ESCAPE '\\'
           OR EXISTS (SELECT 1 FROM voucher v WHERE v.series = c.num AND v.code LIKE ?2 || '%' ESCAPE '\\'))
         ORDER BY num DESC LIMIT ?3",
    )?;
    let found =
        query.query_map(params![utility, search, LOOKED_AT as i64], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut campaigns = Campaigns::default();
    for num in found {
        if asked.state.is_some_and(|state| !matches!(state_of(db, num, now), Ok(found) if found == state)) {
            continue;
        }
        if campaigns.rows.len() < CAMPAIGNS {
            campaigns.rows.push(load(db, num, now)?);
        } else {
            campaigns.left_out += 1;
        }
    }
    Ok(campaigns)
}

fn state_of(db: &Connection, campaign: i64, now: UtcMillis) -> Result<VoucherState, Error> {
    let (codes, taken) = db
        .prepare_cached("SELECT codes, (SELECT COALESCE(SUM(taken), 0) FROM voucher WHERE series = campaign.num) FROM campaign WHERE num = ?1")?
        .query_row([campaign], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
    let voucher = one(db, campaign)?.voucher;
    Ok(standing(voucher.state, voucher.valid_until, now, (voucher.total_limit.map(|limit| limit * codes), taken)))
}

fn load(db: &Connection, num: i64, now: UtcMillis) -> Result<Campaign, Error> {
    let (id, name, codes, at, author) = db
        .prepare_cached("SELECT c.id, c.name, c.codes, c.at, COALESCE(u.name, '') FROM campaign c LEFT JOIN user u ON u.num = c.author WHERE c.num = ?1")?
        .query_row([num], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?, row.get(2)?, UtcMillis(row.get(3)?), row.get(4)?)))?;
    let (reserved, consumed) = db
        .prepare_cached(
            "SELECT COALESCE(SUM(u.state = 'reserved'), 0), COALESCE(SUM(u.state = 'consumed'), 0)
             FROM voucher v JOIN voucher_use u ON u.voucher = v.num WHERE v.series = ?1",
        )?
        .query_row([num], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let costs = costs(db, num)?;
    let sum = |of: fn(&Cost) -> i64| Rupiah(costs.values().map(of).sum());
    Ok(Campaign {
        id,
        name,
        codes,
        voucher: one(db, num)?.voucher,
        state: state_of(db, num, now)?,
        reserved,
        consumed,
        discount: sum(|cost| cost.discount),
        bonus: sum(|cost| cost.bonus),
        paid: sum(|cost| cost.paid),
        at,
        author,
    })
}

/// What a campaign's purchases did to the utility's accounts on a day.
#[derive(Default)]
struct Cost {
    discount: i64,
    bonus: i64,
    paid: i64,
}

/// By the ledger, by local day of the connection. The day is looked up and not computed from one zone: a utility may have three.
fn costs(db: &Connection, campaign: i64) -> Result<BTreeMap<i32, Cost>, Error> {
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

/// A campaign with its days, its codes and whom it is for.
///
/// # Errors
/// No such campaign of the utility, or the database.
pub fn detail(db: &Connection, utility: i64, id: Uuid, now: UtcMillis) -> Result<CampaignDetail, Error> {
    let num = find(db, utility, id)?.ok_or_else(not_found)?;
    let campaign = load(db, num, now)?;
    let mut days: BTreeMap<i32, CampaignDay> = BTreeMap::new();
    let empty = |day| CampaignDay { day: LocalDay(day), uses: 0, discount: Rupiah(0), bonus: Rupiah(0) };
    for (day, cost) in costs(db, num)? {
        let known = days.entry(day).or_insert_with(|| empty(day));
        (known.discount, known.bonus) = (Rupiah(cost.discount), Rupiah(cost.bonus));
    }
    for (day, uses) in uses(db, num)? {
        days.entry(day).or_insert_with(|| empty(day)).uses = uses;
    }
    let skipped = days.len().saturating_sub(DAYS);
    let days = days.into_values().skip(skipped).collect();
    let named = |id: &CustomerId| Ok(name_of(db, utility, *id)?.map(|name| Named { id: *id, name }));
    let customers = campaign.voucher.customers.iter().map(named).collect::<Result<Vec<_>, Error>>()?;
    let codes = codes(db, num, CODES)?;
    Ok(CampaignDetail { days, codes, customers: customers.into_iter().flatten().collect(), campaign })
}

fn uses(db: &Connection, campaign: i64) -> Result<Vec<(i32, i64)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT (u.at + CASE z.time_zone WHEN 'Asia/Jakarta' THEN 7 WHEN 'Asia/Makassar' THEN 8 ELSE 9 END * 3600000) / 86400000 AS day, COUNT(*)
         FROM voucher v JOIN voucher_use u ON u.voucher = v.num JOIN purchase p ON p.num = u.purchase
         JOIN connection c ON c.num = p.connection JOIN zone z ON z.num = c.zone
         WHERE v.series = ?1 AND u.state = 'consumed' GROUP BY day",
    )?;
    Ok(query.query_map([campaign], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

fn codes(db: &Connection, campaign: i64, limit: usize) -> Result<Vec<CodeUse>, Error> {
    let mut query = db.prepare_cached("SELECT code, taken FROM voucher WHERE series = ?1 ORDER BY taken DESC, num LIMIT ?2")?;
    let rows = query.query_map(params![campaign, limit as i64], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (code, taken) = row?;
        let code: VoucherCode = code.parse().map_err(|error| Error::Setup(format!("a voucher's code: {error}")))?;
        Ok(CodeUse { code, taken })
    })
    .collect()
}

fn name_of(db: &Connection, utility: i64, id: CustomerId) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT name FROM customer WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.0.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// A campaign with all of its codes, for a file.
///
/// # Errors
/// No such campaign of the utility, or the database.
pub fn all_codes(db: &Connection, utility: i64, id: Uuid, now: UtcMillis) -> Result<(Campaign, Vec<CodeUse>), Error> {
    let num = find(db, utility, id)?.ok_or_else(not_found)?;
    Ok((load(db, num, now)?, codes(db, num, campaign::MOST_CODES as usize)?))
}
