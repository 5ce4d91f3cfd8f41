//! Refunds by admins: money of a purchase goes back the way it came, over the counter or by the gateway, once for each key.

use crate::billing::ledger;
use crate::billing::ledger::Posted;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::counter::Moved;
use crate::sales::purchases::{Purchase, existing};
use crate::sales::rows::bank_refunds;
use crate::sales::rows::refunds as rows;
use crate::sales::settlement::{Because, ReturnKind};
use crate::sales::{counter, settlement};
use domain::billing::ledger::{Account, Channel};
use domain::sales::payment::OrderId;
use domain::{ConnectionId, Rupiah};
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// How money of a purchase goes back.
pub enum RefundRoute {
    /// Over the counter.
    Cash,
    /// By the gateway, from this payment.
    Gateway(OrderId),
    /// It was asked for under this key already, and went back.
    Completed,
}

/// How money of a purchase would go back: the way it came.
///
/// # Errors
/// No such purchase of the utility, more than is left of it (`left`), or of each of its payments (`refund_refused`), no reason (`reason`), money of it
/// goes back by bank transfer (`bank`), another refund has the key (`key`), or the database.
pub fn route(
    db: &Db,
    admin: &Caller,
    (purchase, key): (Uuid, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<RefundRoute, Error> {
    counter::require_reason(reason)?;
    let found = existing(db, purchase)?;
    let connection = connection_of(db, admin, &found)?;
    let asked = rows::asked_under(db, admin.utility, key, amount)?;
    if asked.as_ref().is_some_and(|asked| asked.purchase != purchase) {
        return Err(of_another());
    }
    if found.channel == Channel::Cash {
        return Ok(RefundRoute::Cash);
    }
    if let Some(known) = rows::recorded(db, admin.utility, key)? {
        return if known == (connection, amount) { Ok(RefundRoute::Completed) } else { Err(of_another()) };
    }
    let by_order = |order: String| {
        order.parse().map(RefundRoute::Gateway).map_err(|_| Error::Setup("an order's name cannot be read".into()))
    };
    if bank_refunds::closes_other_ways(db, purchase)? {
        return Err(Error::problem(
            Code::BadRequest,
            "bank: money of this purchase goes back by bank transfer, and no other way",
        ));
    }
    // What was asked for before without an answer may be done already: the gateway knows it by its key.
    if let Some(asked) = asked {
        return if asked.is_same_amount { by_order(asked.order) } else { Err(of_another()) };
    }
    let left = found.left();
    if amount.0 <= 0 || amount > left {
        return Err(Error::problem(Code::BadRequest, format!("left: Rp{} can be given back", left.0)));
    }
    // What an admin gave to a purchase came by no payment of its own, and what was paid twice came by two.
    let order = rows::order_with_left(db, purchase, amount)?;
    by_order(order.ok_or_else(|| {
        Error::problem(
            Code::BadRequest,
            "refund_refused: no payment of this purchase has so much left; give it back by bank transfer",
        )
    })?)
}

/// Gives money of a purchase that was paid in cash back over the counter. What was paid by the gateway goes back by the gateway.
///
/// # Errors
/// No such purchase of the utility, it was not paid in cash, more than is left of it, no reason, or another refund has the key (`key`).
pub fn refund_cash(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (purchase, key): (Uuid, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<Purchase, Error> {
    counter::require_reason(reason)?;
    let found = existing(tx, purchase)?;
    let id = connection_of(tx, admin, &found)?;
    let left = found.left();
    let known = ledger::posted_under(tx, &format!("back:cash:{key}"), Account::Refunds)?;
    if known.is_some_and(|known| known != (found.connection, Some(found.num), amount)) {
        return Err(of_another());
    }
    if known.is_none() && (found.channel != Channel::Cash || amount.0 <= 0 || amount > left) {
        return Err(Error::problem(Code::BadRequest, format!("left: Rp{} of cash can be given back", left.0)));
    }
    let before = ledger::balance(tx, found.connection, Account::Credit)?;
    let because = Because { who: Some(admin.num), reason: reason.trim() };
    let key_of = format!("cash:{key}");
    let posted = settlement::take_back_because(tx, (purchase, &key_of), amount, ReturnKind::Refund, because)?.posted;
    if posted == Posted::New {
        counter::record(tx, admin, ("refund_cash", key), (id, found.connection), &Moved { amount, before, reason })?;
    }
    existing(tx, purchase)
}

/// Records that the gateway has given money of a purchase back, once.
///
/// # Errors
/// The database.
pub fn record_by_gateway(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (purchase, key): (Uuid, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<Purchase, Error> {
    let found = existing(tx, purchase)?;
    let connection = connection_of(tx, admin, &found)?;
    if !rows::is_recorded(tx, admin.utility, key)? {
        let credit = ledger::balance(tx, found.connection, Account::Credit)?;
        let changes = [
            ("refunded", String::new(), amount.0.to_string()),
            ("balance", String::new(), credit.0.to_string()),
            ("reason", String::new(), reason.into()),
        ];
        let entry = audit::Entry::by(admin, ("refund_gateway", key), (Entity::Connection as u8, connection.0));
        audit::record(tx, &entry, changes)?;
    }
    Ok(found)
}

fn of_another() -> Error {
    Error::problem(Code::BadRequest, "key: this key is of another refund")
}

/// The connection of a purchase, if it is of the admin's utility.
fn connection_of(db: &Db, admin: &Caller, purchase: &Purchase) -> Result<ConnectionId, Error> {
    let found = rows::connection_of_utility(db, admin.utility, purchase.connection)?;
    found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))
}
