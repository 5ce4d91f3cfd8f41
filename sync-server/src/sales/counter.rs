//! What admins do with money by hand: cash over the counter, and adjustments with a reason. Each is in the audit log.

use crate::billing::ledger::{Posted, TransferContext};
use crate::billing::{charging, ledger};
use crate::core::scope::Caller;
use crate::core::{Tx, audit, scope};
use crate::error::Error;
use crate::sales::purchases::{Purchase, PurchaseRequest, PurchaseState};
use crate::sales::{checkout, purchases, settlement};
use domain::billing::ledger::{Account, Channel, Event};
use domain::sales::payment::MOST_PURCHASE;
use domain::{ConnectionId, Rupiah};
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Takes cash for a connection: quoted, checked out and settled at once. `request.id` makes it happen once.
///
/// # Errors
/// As [`purchases::quote`] and [`checkout::checkout`].
pub fn cash(tx: &mut Tx<'_>, admin: &Caller, request: &PurchaseRequest) -> Result<Purchase, Error> {
    let request = PurchaseRequest { channel: Channel::Cash, ..request.clone() };
    let quoted = purchases::quote(tx, admin, &request)?;
    let (before, was_settled) =
        (ledger::balance(tx, quoted.connection, Account::Credit)?, quoted.state == PurchaseState::Settled);
    let mut purchase = checkout::check_out(tx, quoted)?;
    let to_pay = purchase.to_pay();
    let is_new = if to_pay == Rupiah(0) {
        // What a voucher pays wholly is settled by the checkout.
        !was_settled
    } else {
        settlement::settle_purchase(tx, &mut purchase, &format!("cash:{}", request.id), to_pay)?.posted == Posted::New
    };
    if is_new {
        record(
            tx,
            admin,
            ("cash_top_up", request.id),
            (request.connection, purchase.connection),
            &Moved { amount: to_pay, before, reason: "" },
        )?;
    }
    Ok(purchase)
}

/// Gives (above zero) or takes credit, with a reason; returns the balance with it, as it is shown. The same key again changes nothing.
///
/// # Errors
/// No such connection of the utility, no reason, or another adjustment has the key (`key`).
pub fn adjust(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (connection, key): (ConnectionId, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<Rupiah, Error> {
    require_reason(reason)?;
    let num = scope::connection(tx, admin, connection)?.num;
    if amount == Rupiah(0) || amount.0.unsigned_abs() > MOST_PURCHASE.0.unsigned_abs() {
        return Err(Error::problem(Code::BadRequest, "an adjustment is of some rupiah, and of Rp50,000,000 at most"));
    }
    let key_of = format!("adjust:{key}");
    if ledger::posted_under(tx, &key_of, Account::Credit)?.is_some_and(|known| known != (num, None, amount)) {
        return Err(Error::problem(Code::BadRequest, "key: this key is of another adjustment"));
    }
    charging::post(tx, num)?;
    let before = ledger::balance(tx, num, Account::Credit)?;
    let context = TransferContext { connection: num, at: tx.now, month: None, purchase: None, who: Some(admin.num), reason };
    let posted = ledger::post_event(tx, &context, &Event::Adjustment(amount), key_of)?;
    if posted == Posted::New {
        record(tx, admin, ("adjust_balance", key), (connection, num), &Moved { amount, before, reason })?;
    }
    charging::shown_balance(tx, num)
}

/// Requires a reason.
///
/// # Errors
/// It has fewer than 3 characters, or more than 500.
pub(crate) fn require_reason(reason: &str) -> Result<(), Error> {
    let fits = (3..=500).contains(&reason.trim().chars().count());
    if fits { Ok(()) } else { Err(Error::problem(Code::BadRequest, "reason: a reason has 3 to 500 characters")) }
}

/// What moved money by hand: how much, what the balance was before, and why.
pub(crate) struct Moved<'a> {
    /// Money that came or went; above zero to the customer's credit where it is an adjustment.
    pub amount: Rupiah,
    /// The balance before.
    pub before: Rupiah,
    /// The reason; empty where none is asked for.
    pub reason: &'a str,
}

/// Writes into the audit log who changed a balance, from what to what, and why.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    who: &Caller,
    request: (&str, Uuid),
    (id, num): (ConnectionId, i64),
    what: &Moved<'_>,
) -> Result<(), Error> {
    let after = ledger::balance(tx, num, Account::Credit)?;
    let mut changes =
        vec![("amount", String::new(), what.amount.0.to_string()), ("balance", what.before.0.to_string(), after.0.to_string())];
    if !what.reason.is_empty() {
        changes.push(("reason", String::new(), what.reason.to_owned()));
    }
    audit::record(tx, &audit::Entry::by(who, request, (Entity::Connection as u8, id.0)), changes)
}
