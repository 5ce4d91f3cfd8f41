//! Campaigns: vouchers that are made at once, their common state, and what became of them by their uses and by the ledger.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::rows::campaigns as rows;
use crate::sales::rows::vouchers;
use crate::sales::rows::vouchers::{Distribution, NewCode, StoredVoucher};
use domain::sales::campaign;
use domain::sales::campaign::{Codes, code, may_move, standing};
use domain::sales::voucher::{Benefit, Voucher, VoucherState};
use domain::{CustomerId, LocalDay, Rupiah, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::admin::{
    CAMPAIGNS, CODES, Campaign, CampaignDay, CampaignDetail, CampaignMove, CampaignQuery, Campaigns, CodeUse,
};
use protocol::sales::admin::{Named, NewCampaign, NewCodes};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Campaigns that one search goes through.
const SEARCHED: usize = 5_000;
/// Days in one answer.
const DAYS: usize = 366;
/// Draws for one code, should it be taken: with 30¹⁰ of them a second one is hardly ever needed.
const DRAWS: usize = 8;

fn not_found() -> Error {
    Error::problem(Code::NotFound, "there is no such campaign")
}

fn wrong(wrong: campaign::Wrong) -> Error {
    Error::problem(Code::BadRequest, wrong.to_string())
}

fn code_is_taken() -> Error {
    Error::problem(Code::BadRequest, "taken: there is a voucher with this code already")
}

/// Makes a campaign in one transaction: with one code, or with as many as are asked for. The same identifier again is the same campaign.
///
/// # Errors
/// Its terms are none (the detail begins with the field's word), a code is taken (`taken`), customers of others are named, another campaign has its
/// identifier (`key`), or the database.
pub fn add(tx: &mut Tx<'_>, admin: &Caller, new: &NewCampaign) -> Result<(), Error> {
    let of_another = || Error::problem(Code::BadRequest, "key: this identifier is of another campaign");
    if let Some(known) = rows::find(tx, admin.utility, new.id)? {
        return if is_as_made(tx, known, new)? { Ok(()) } else { Err(of_another()) };
    }
    if rows::is_taken(tx, new.id)? {
        return Err(of_another());
    }
    campaign::check(&new.name, new.codes.codes(), &new.voucher).map_err(wrong)?;
    let codes = new.codes.codes().count();
    check_customers(tx, admin.utility, &new.voucher)?;
    let campaign = new.name.trim();
    let series = rows::insert(tx, admin.utility, new.id, (campaign, codes), Some(admin.num))?;
    let distribution = if new.codes == NewCodes::One { Distribution::Offered } else { Distribution::InSeries };
    let mut insert = |id, voucher: &Voucher| {
        let code = NewCode { id, voucher, campaign, series, distribution };
        vouchers::insert(tx, admin.utility, &code, Some(admin.num))
    };
    match &new.codes {
        NewCodes::One if !insert(new.id, &new.voucher)? => return Err(code_is_taken()),
        NewCodes::One => {}
        NewCodes::Series { count, prefix } => {
            for _ in 0..*count {
                draw(prefix, &new.voucher, |voucher| insert(Uuid::now_v7(), voucher))?;
            }
        }
    }
    let entry = audit::Entry::by(admin, ("add_campaign", new.id), (Office::Campaign as u8, new.id));
    let named = match &new.codes {
        NewCodes::One => new.voucher.code.as_str().to_owned(),
        NewCodes::Series { prefix, .. } => format!("{prefix}…"),
    };
    let terms = terms(tx, admin.utility, (codes, named), &new.voucher)?;
    audit::record(tx, &entry, terms)
}

/// Whether a campaign was made as it is asked for. A series has drawn its codes, and the state may be another one by now.
fn is_as_made(db: &Db, campaign: i64, new: &NewCampaign) -> Result<bool, Error> {
    let (row, known) = (rows::load(db, campaign)?, any_voucher(db, campaign)?.voucher);
    let code = if new.codes == NewCodes::One { new.voucher.code.clone() } else { known.code.clone() };
    let asked = Voucher { code, state: known.state, ..new.voucher.clone() };
    Ok(row.name == new.name.trim() && row.codes == new.codes.codes().count() && asked == known)
}

/// Names of customers that an entry of the audit log lists at most.
const NAMED: usize = 20;

/// A campaign's terms as the audit log keeps them, those alone that it has.
fn terms(
    db: &Db,
    utility: i64,
    (codes, named): (i64, String),
    voucher: &Voucher,
) -> Result<Vec<(&'static str, String, String)>, Error> {
    let names = voucher.customers.iter().take(NAMED).map(|customer| rows::customer_name(db, utility, *customer));
    let mut names: Vec<String> = names.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    if voucher.customers.len() > NAMED {
        names.push(format!("+{}", voucher.customers.len() - NAMED));
    }
    let classes: Vec<&str> = voucher.classes.iter().map(|class| class.as_str()).collect();
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let benefit = match voucher.benefit {
        Benefit::Percentage(per_mille) => format!("percentage:{per_mille}"),
        Benefit::FixedAmount(amount) => format!("fixed_amount:{}", amount.0),
        Benefit::BonusVolume(volume) => format!("bonus_volume:{}", volume.0),
    };
    let all = [
        ("codes", codes.to_string()),
        ("voucher_code", named),
        ("benefit", benefit),
        ("minimum_purchase", voucher.minimum_purchase.0.to_string()),
        ("maximum_discount", number(voucher.maximum_discount.map(|most| most.0))),
        ("total_limit", number(voucher.total_limit)),
        ("customer_limit", number(voucher.customer_limit)),
        ("valid_from", voucher.valid_from.0.to_string()),
        ("valid_until", voucher.valid_until.0.to_string()),
        ("classes", classes.join(",")),
        ("for_customers", names.join(", ")),
    ];
    let present = all.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(present.map(|(field, value)| (field, String::new(), value)).collect())
}

/// Whether a voucher is for customers of its utility only.
fn check_customers(db: &Db, utility: i64, voucher: &Voucher) -> Result<(), Error> {
    voucher.customers.iter().try_for_each(|customer| {
        rows::customer_name(db, utility, *customer)?.ok_or_else(|| wrong(campaign::Wrong::Customers)).map(drop)
    })
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

/// Adds an admin's voucher as a campaign of its own.
///
/// # Errors
/// Its terms are none, the code is taken (`taken`), customers of others are named (`customers`), or the database.
pub fn add_voucher(tx: &mut Tx<'_>, admin: &Caller, voucher: &Voucher, campaign: &str) -> Result<(), Error> {
    campaign::check(campaign, Codes::One, voucher).map_err(wrong)?;
    check_customers(tx, admin.utility, voucher)?;
    let id = Uuid::now_v7();
    let series = rows::insert(tx, admin.utility, id, (campaign, 1), Some(admin.num))?;
    let code = NewCode { id, voucher, campaign, series, distribution: Distribution::Offered };
    if !vouchers::insert(tx, admin.utility, &code, Some(admin.num))? {
        return Err(code_is_taken());
    }
    let entry = audit::Entry::by(admin, ("add_campaign", id), (Office::Campaign as u8, id));
    let terms = terms(tx, admin.utility, (1, voucher.code.as_str().to_owned()), voucher)?;
    audit::record(tx, &entry, terms)
}

/// Pauses a campaign or lets it go on, all of its codes at once. Where it has the state already nothing changes.
///
/// # Errors
/// No such campaign of the utility, it cannot be moved there (`state`), or the database.
pub fn move_to(tx: &mut Tx<'_>, admin: &Caller, asked: &CampaignMove) -> Result<(), Error> {
    let num = rows::find(tx, admin.utility, asked.of)?.ok_or_else(not_found)?;
    let from = any_voucher(tx, num)?.voucher.state;
    if from == asked.to {
        return Ok(());
    }
    if !may_move(from, asked.to) {
        let detail = format!("state: what is {} cannot become {}", from.as_str(), asked.to.as_str());
        return Err(Error::problem(Code::BadRequest, detail));
    }
    rows::keep_state(tx, num, asked.to)?;
    let entry = audit::Entry::by(admin, ("move_campaign", asked.key), (Office::Campaign as u8, asked.of));
    audit::record(tx, &entry, [("campaign_state", from.as_str().into(), asked.to.as_str().into())])
}

/// One of a campaign's vouchers: its terms and its state are those of all.
fn any_voucher(db: &Db, campaign: i64) -> Result<StoredVoucher, Error> {
    vouchers::load(db, rows::any_voucher(db, campaign)?.ok_or_else(not_found)?)
}

/// A utility's campaigns, the newest first.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64, asked: &CampaignQuery, now: UtcMillis) -> Result<Campaigns, Error> {
    let mut campaigns = Campaigns::default();
    for num in rows::search(db, utility, asked.search.trim(), SEARCHED)? {
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

fn state_of(db: &Db, campaign: i64, now: UtcMillis) -> Result<VoucherState, Error> {
    let (codes, taken) = rows::codes_and_uses(db, campaign)?;
    let voucher = any_voucher(db, campaign)?.voucher;
    Ok(standing(voucher.state, voucher.valid_until, now, (voucher.total_limit.map(|limit| limit * codes), taken)))
}

fn load(db: &Db, num: i64, now: UtcMillis) -> Result<Campaign, Error> {
    let row = rows::load(db, num)?;
    let (reserved, consumed) = rows::reserved_and_consumed(db, num)?;
    let costs = rows::costs(db, num)?;
    let sum = |of: fn(&rows::Cost) -> i64| Rupiah(costs.values().map(of).sum());
    Ok(Campaign {
        id: row.id,
        name: row.name,
        codes: row.codes,
        voucher: any_voucher(db, num)?.voucher,
        state: state_of(db, num, now)?,
        reserved,
        consumed,
        discount: sum(|cost| cost.discount),
        bonus: sum(|cost| cost.bonus),
        paid: sum(|cost| cost.paid),
        at: row.at,
        author: row.author,
    })
}

/// A campaign with its days, its codes and its customers.
///
/// # Errors
/// No such campaign of the utility, or the database.
pub fn detail(db: &Db, utility: i64, id: Uuid, now: UtcMillis) -> Result<CampaignDetail, Error> {
    let num = rows::find(db, utility, id)?.ok_or_else(not_found)?;
    let campaign = load(db, num, now)?;
    let mut days: BTreeMap<i32, CampaignDay> = BTreeMap::new();
    let empty = |day| CampaignDay { day: LocalDay(day), uses: 0, discount: Rupiah(0), bonus: Rupiah(0) };
    for (day, cost) in rows::costs(db, num)? {
        let of_day = days.entry(day).or_insert_with(|| empty(day));
        (of_day.discount, of_day.bonus) = (Rupiah(cost.discount), Rupiah(cost.bonus));
    }
    for (day, uses) in rows::uses_by_day(db, num)? {
        days.entry(day).or_insert_with(|| empty(day)).uses = uses;
    }
    let skipped = days.len().saturating_sub(DAYS);
    let days = days.into_values().skip(skipped).collect();
    let named = |id: &CustomerId| Ok(rows::customer_name(db, utility, *id)?.map(|name| Named { id: *id, name }));
    let customers = campaign.voucher.customers.iter().map(named).collect::<Result<Vec<_>, Error>>()?;
    let codes = rows::codes(db, num, CODES)?;
    Ok(CampaignDetail { days, codes, customers: customers.into_iter().flatten().collect(), campaign })
}

/// A campaign with all of its codes, for a file.
///
/// # Errors
/// No such campaign of the utility, or the database.
pub fn all_codes(db: &Db, utility: i64, id: Uuid, now: UtcMillis) -> Result<(Campaign, Vec<CodeUse>), Error> {
    let num = rows::find(db, utility, id)?.ok_or_else(not_found)?;
    Ok((load(db, num, now)?, rows::codes(db, num, campaign::MOST_CODES as usize)?))
}
