//! The vouchers that a customer is offered: those of campaigns for everybody or for this customer. A series of codes is given out on paper,
//! one to each, and is not offered.

use crate::billing::charging;
use crate::core::scope::Caller;
use crate::core::{Db, scope};
use crate::error::Error;
use crate::sales::purchases::MonthSoFar;
use crate::sales::rows::vouchers::{by_code, campaign_of, offered};
use crate::sales::vouchers;
use domain::UtcMillis;
use domain::billing::tariff::version_on;
use domain::sales::voucher::{Grant, Occasion};
use protocol::core::problem::Code;
use protocol::sales::money::{Offer, OffersAsked, VoucherAsked};

/// Vouchers that are offered at most.
const MOST: usize = 50;

/// What a code gives for a purchase, or why it cannot be used. Without an amount it is held against the least that it takes, and what it would
/// give then is not said.
///
/// # Errors
/// The connection is not in the caller's scope, there is no such voucher (`no_voucher`), the connection has no tariff yet, or the database.
pub fn check(db: &Db, caller: &Caller, asked: &VoucherAsked, now: UtcMillis) -> Result<Offer, Error> {
    let held = scope::connection(db, caller, asked.connection)?;
    let found = by_code(db, caller.utility, &asked.code)?;
    let mut stored = found.ok_or_else(|| Error::problem(Code::NotFound, "no_voucher: there is no such voucher"))?;
    let today = charging::time_zone(db, held.num)?.day_of(now);
    let month = MonthSoFar::load(db, held.num, today)?;
    let version = version_on(&month.prices, today);
    let version = version.ok_or_else(|| Error::problem(Code::BadRequest, "the connection has no tariff yet"))?;
    let least = stored.voucher.minimum_purchase.max(version.minimum_top_up);
    let amount = asked.amount.unwrap_or(least);
    let taken = vouchers::taken(db, &stored, held.customer)?;
    let occasion = Occasion { customer: held.customer_id, class: version.class, amount, now, taken };
    let outcome = month.granted_by(&stored, &occasion);
    // The other customers that it names are not sent.
    stored.voucher.customers.retain(|customer| *customer == held.customer_id);
    let Grant { discount, bonus } = outcome.ok().filter(|_| asked.amount.is_some()).unwrap_or_default();
    let campaign = campaign_of(db, stored.num)?;
    Ok(Offer { voucher: stored.voucher, campaign, discount, bonus, refusal: outcome.err() })
}

/// The active vouchers of the utility that are for this customer, with what each gives for a purchase or why it cannot be used.
///
/// # Errors
/// The connection is not in the caller's scope, or the database.
pub fn of(db: &Db, caller: &Caller, asked: &OffersAsked, now: UtcMillis) -> Result<Vec<Offer>, Error> {
    let held = scope::connection(db, caller, asked.connection)?;
    let today = charging::time_zone(db, held.num)?.day_of(now);
    let month = MonthSoFar::load(db, held.num, today)?;
    let Some(version) = version_on(&month.prices, today) else { return Ok(Vec::new()) };
    let mut offers = Vec::new();
    for (mut stored, campaign) in offered(db, caller.utility, now)? {
        let customers = &mut stored.voucher.customers;
        if !customers.is_empty() && !customers.contains(&held.customer_id) {
            continue;
        }
        // The other customers that it names are not sent.
        customers.retain(|customer| *customer == held.customer_id);
        let taken = vouchers::taken(db, &stored, held.customer)?;
        let occasion = Occasion { customer: held.customer_id, class: version.class, amount: asked.amount, now, taken };
        let (Grant { discount, bonus }, refusal) = match month.granted_by(&stored, &occasion) {
            Ok(granted) => (granted, None),
            Err(refusal) => (Grant::default(), Some(refusal)),
        };
        offers.push(Offer { voucher: stored.voucher, campaign, discount, bonus, refusal });
    }
    // What gives most comes first; what cannot be used comes last.
    offers.sort_by_key(|offer| (offer.refusal.is_some(), -(offer.discount.0 + offer.bonus.0), offer.voucher.code.clone()));
    offers.truncate(MOST);
    Ok(offers)
}
