//! The vouchers that a customer is offered: those of campaigns for everybody or for this customer. A series of codes is given out on paper,
//! one to each, and is not listed.

use crate::billing::{charging, tariffs};
use crate::core::scope::Caller;
use crate::error::Error;
use crate::sales::{purchases, vouchers};
use domain::billing::tariff::version_on;
use domain::sales::voucher::{Grant, Occasion, grant};
use domain::{Millilitres, UtcMillis};
use protocol::sales::money::{Offer, OffersAsked};
use rusqlite::Connection;

/// Vouchers that are offered at most.
const MOST: usize = 50;

/// The vouchers of the utility that are not drafts or paused and are for this customer, held against a purchase.
///
/// # Errors
/// The connection is not in the caller's scope, or the database.
pub fn of(db: &Connection, caller: &Caller, asked: &OffersAsked, now: UtcMillis) -> Result<Vec<Offer>, Error> {
    let (connection, customer, customer_id) = purchases::in_scope(db, caller, asked.connection)?;
    let prices = tariffs::of_connection(db, connection)?;
    let today = charging::zone(db, connection)?.day_of(now);
    let Some(version) = version_on(&prices, today) else { return Ok(Vec::new()) };
    let used: Millilitres = charging::days(db, connection, today.month())?.iter().map(|day| day.volume).sum();
    let mut offers = Vec::new();
    for (stored, campaign) in vouchers::listed(db, caller.utility, now)? {
        let voucher = stored.voucher.clone();
        if !voucher.customers.is_empty() && !voucher.customers.contains(&customer_id) {
            continue;
        }
        let taken = vouchers::taken(db, &stored, customer)?;
        let occasion = Occasion { customer: customer_id, class: version.class, amount: asked.amount, now, taken };
        let outcome = grant(&voucher, &occasion, |volume| purchases::bonus_worth(version, used, volume));
        let (Grant { discount, bonus }, refusal) = match outcome {
            Ok(granted) => (granted, None),
            Err(refusal) => (Grant::default(), Some(refusal)),
        };
        offers.push(Offer { voucher, campaign, discount, bonus, refusal });
    }
    // What gives most comes first; what cannot be used comes last.
    offers.sort_by_key(|offer| (offer.refusal.is_some(), -(offer.discount.0 + offer.bonus.0), offer.voucher.code.clone()));
    offers.truncate(MOST);
    Ok(offers)
}
