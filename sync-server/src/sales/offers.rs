//! The vouchers that a customer is offered: those of campaigns for everybody or for this customer. A series of codes is given out on paper,
//! one to each, and is not offered.

use crate::billing::charging;
use crate::core::scope::Caller;
use crate::core::{Db, scope};
use crate::error::Error;
use crate::sales::purchases::MonthSoFar;
use crate::sales::rows::vouchers::offered;
use crate::sales::vouchers;
use domain::UtcMillis;
use domain::billing::tariff::version_on;
use domain::sales::voucher::{Grant, Occasion};
use protocol::sales::money::{Offer, OffersAsked};

/// Vouchers that are offered at most.
const MOST: usize = 50;

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
