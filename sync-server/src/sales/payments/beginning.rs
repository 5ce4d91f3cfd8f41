//! Beginning a payment: it is written before the gateway is asked, for a purchase that waits for money, and a few times in an hour.

use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::payments::{PaymentIntent, status_calls, time_is_over};
use crate::sales::purchases::PurchaseState;
use crate::sales::rows::payments as rows;
use crate::sales::rows::payments::{NewPayment, Payment};
use crate::sales::{purchases, settlement, vouchers};
use domain::UtcMillis;
use domain::core::local_time::HOUR_MS;
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Payments that are begun for one connection within an hour: each is an order at the gateway, and is asked about.
const ORDERS_AN_HOUR: i64 = 20;

/// Keeps a payment before the gateway knows of it, so that the gateway's first notification finds it.
///
/// # Errors
/// Another one for the same purchase is open, or the database.
pub fn begin(tx: &mut Tx<'_>, new: &NewPayment) -> Result<Payment, Error> {
    let order = rows::insert(tx, new, tx.now.plus(status_calls::FIRST_AFTER_MS))?;
    rows::by_order(tx, &order)?.ok_or(Error::Panicked)
}

/// The payment of an intent that is open, or another one; and whether it was begun now.
pub(super) fn open_or_begin(tx: &mut Tx<'_>, intent: PaymentIntent) -> Result<(Payment, bool), Error> {
    match rows::newest_of(tx, intent.purchase)?.filter(|payment| payment.history.state().is_open()) {
        Some(open) if open.method == intent.method && open.history.gross == intent.gross => Ok((open, false)),
        Some(_) => Err(Error::problem(Code::Busy, "another payment is open for this purchase: cancel it first")),
        None => {
            let PaymentIntent { utility, purchase, method, gross, expires_at, by_admin } = intent;
            // It may have been paid or cancelled since the intent was made.
            require_waiting(tx, purchase)?;
            require_few(tx, purchase, tx.now)?;
            let begun = begin(tx, &NewPayment { id: Uuid::now_v7(), utility, purchase, method, gross, expires_at })?;
            // What customers begin for themselves is theirs to see; what an admin does in their place is on record.
            if let Some((user, connection)) = by_admin {
                let row = (Entity::Connection as u8, connection.0);
                let entry =
                    audit::Entry { utility, user: Some(user), kind: "begin_payment", op: begun.id, occurred_at: None, row };
                audit::record(tx, &entry, [("method", String::new(), method.as_str().into())])?;
            }
            Ok((begun, true))
        }
    }
}

/// Refuses a payment of a purchase that does not wait for money, or of whose voucher no use is left.
fn require_waiting(tx: &mut Tx<'_>, purchase: Uuid) -> Result<(), Error> {
    let now = purchases::existing(tx, purchase)?;
    match now.state {
        PurchaseState::Pending if tx.now < now.expires_at => vouchers::hold(tx, &now),
        PurchaseState::Pending => Err(time_is_over()),
        PurchaseState::Settled => Err(settlement::already_paid()),
        _ => Err(Error::problem(Code::BadRequest, "this purchase does not wait for money")),
    }
}

/// Refuses another payment of a connection for which many were begun lately.
pub(super) fn require_few(db: &Db, purchase: Uuid, now: UtcMillis) -> Result<(), Error> {
    if rows::begun_since(db, purchase, now.plus(-HOUR_MS))? < ORDERS_AN_HOUR {
        return Ok(());
    }
    let detail =
        format!("too_many_payments: {ORDERS_AN_HOUR} payments were begun for this connection within an hour; pay the last one");
    Err(Error::problem(Code::RateLimited, detail))
}
