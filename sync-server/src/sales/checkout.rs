//! The checkout of a quote: its voucher is reserved in one transaction with it, and the purchase waits for its payment.

use crate::core::scope::Caller;
use crate::core::{Tx, audit};
use crate::error::Error;
use crate::sales::purchases::{Purchase, PurchaseState, of_buyer};
use crate::sales::rows::{purchases as rows, refunds};
use crate::sales::{settlement, vouchers};
use domain::Rupiah;
use domain::billing::ledger::Channel;
use domain::people::Role;
use domain::sales::purchase::payable_until;
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Purchases of one connection that wait for their payment at a time.
const OPEN: i64 = 5;

/// Checks a quote out. The same again changes nothing. What is free of charge settles at once.
///
/// # Errors
/// There is no such quote of the caller's, it is paid in cash (`channel`), too many wait for their payment (`too_many_open`), it is over, no use of the voucher is left (`depleted`), or it was paused (`not_active`).
pub fn checkout(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Result<Purchase, Error> {
    let purchase = of_buyer(tx, caller, id)?;
    if purchase.channel != Channel::Gateway {
        return Err(Error::problem(Code::BadRequest, "channel: this quote is paid in cash at the counter"));
    }
    let is_new = purchase.state == PurchaseState::Quoted;
    if is_new && rows::open_of(tx, purchase.connection, PurchaseState::Pending, tx.now)? >= OPEN {
        let detail = format!(
            "too_many_open: {OPEN} purchases of this connection wait for their payment; pay one, or wait until one is over"
        );
        return Err(Error::problem(Code::RateLimited, detail));
    }
    if is_new && purchase.voucher.is_some() {
        vouchers::release_others(tx, purchase.connection, purchase.num)?;
    }
    let purchase = check_out(tx, purchase)?;
    // What customers buy for themselves is on their statement; what an admin does in their place is on record.
    if is_new && caller.role == Role::Admin {
        let connection = refunds::connection_of_utility(tx, caller.utility, purchase.connection)?.ok_or_else(expired)?;
        let entry = audit::Entry::by(caller, ("check_out", id), (Entity::Connection as u8, connection.0));
        audit::record(tx, &entry, [("to_pay", String::new(), purchase.to_pay().0.to_string())])?;
    }
    Ok(purchase)
}

/// The same of a purchase that was just found.
pub(crate) fn check_out(tx: &mut Tx<'_>, mut purchase: Purchase) -> Result<Purchase, Error> {
    match purchase.state {
        PurchaseState::Pending | PurchaseState::Settled => return Ok(purchase),
        PurchaseState::Expired | PurchaseState::Failed => return Err(expired()),
        PurchaseState::Quoted if tx.now >= purchase.expires_at => return Err(expired()),
        PurchaseState::Quoted => {}
    }
    if let Some(voucher) = purchase.voucher {
        // What is paid in cash is paid at once, and holds nothing.
        if purchase.channel == Channel::Gateway {
            vouchers::require_not_held(tx, voucher, (purchase.customer, purchase.connection))?;
        }
        vouchers::reserve(tx, voucher, purchase.num, purchase.customer)?.map_err(vouchers::refused)?;
    }
    (purchase.state, purchase.expires_at) = (PurchaseState::Pending, payable_until(tx.now));
    rows::mark_pending(tx, purchase.num, purchase.expires_at)?;
    if purchase.to_pay() == Rupiah(0) {
        let key = format!("free:{}", purchase.id);
        settlement::settle_purchase(tx, &mut purchase, &key, Rupiah(0))?;
    }
    Ok(purchase)
}

fn expired() -> Error {
    Error::problem(Code::BadRequest, "expired: the quote is over, ask for another")
}
