//! Uses of vouchers: reserved with a checkout, consumed with the payment, released without one. A use is counted, and its limit checked, in one
//! transaction.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::sales::rows::purchases::Purchase;
use crate::sales::rows::vouchers as rows;
use crate::sales::rows::vouchers::StoredVoucher;
use domain::CustomerId;
use domain::core::local_time::DAY_MS;
use domain::sales::voucher::{Refusal, Taken, VoucherState};
use protocol::core::problem::Code;

/// Uses of one voucher that a connection may reserve and let go unpaid in a day: others want them as well.
const LET_GO_A_DAY: i64 = 5;

/// How often a voucher is taken, altogether and by a customer.
pub(crate) fn taken(db: &Db, voucher: &StoredVoucher, customer: i64) -> Result<Taken, Error> {
    Ok(Taken { total: voucher.taken, by_customer: rows::uses_of_customer(db, voucher.num, customer)? })
}

/// Takes another use of a voucher for a purchase, if one is left and the voucher is active. The same purchase again keeps what it has: what
/// is reserved outlasts a pause. A quote binds the price and not a use, so the voucher's time is not checked again here: 15 minutes are too
/// short to matter, and whoever got a price within it pays that price.
///
/// # Errors
/// The database.
pub fn reserve(tx: &mut Tx<'_>, num: i64, purchase: i64, customer: i64) -> Result<Result<(), Refusal>, Error> {
    if rows::has_use(tx, purchase)? {
        return Ok(Ok(()));
    }
    let stored = rows::load(tx, num)?;
    if stored.voucher.state != VoucherState::Active {
        return Ok(Err(Refusal::NotActive));
    }
    let counts = taken(tx, &stored, customer)?;
    let reached = |limit: Option<i64>, taken: i64| limit.is_some_and(|limit| taken >= limit);
    if reached(stored.voucher.total_limit, counts.total) || reached(stored.voucher.customer_limit, counts.by_customer) {
        return Ok(Err(Refusal::Depleted));
    }
    rows::reserve(tx, num, purchase, customer)?;
    Ok(Ok(()))
}

/// Takes a use of a purchase's voucher again that a newer checkout has released: nobody is to pay the reduced price, and get no more than that.
///
/// # Errors
/// No use is left (`depleted`), the voucher was paused (`not_active`), or the database.
pub(crate) fn hold(tx: &mut Tx<'_>, purchase: &Purchase) -> Result<(), Error> {
    match purchase.voucher {
        Some(voucher) => reserve(tx, voucher, purchase.num, purchase.customer)?.map_err(refused),
        None => Ok(()),
    }
}

/// Releases what other purchases of a connection have reserved, and are not being paid: beside what is being paid at the gateway, a connection
/// holds the use of one checkout at a time.
///
/// # Errors
/// The database.
pub(crate) fn release_others(tx: &mut Tx<'_>, connection: i64, purchase: i64) -> Result<(), Error> {
    rows::held_by_others(tx, connection, purchase)?.into_iter().try_for_each(|other| rows::release(tx, other))
}

/// Refuses a voucher that a connection has reserved often, and never paid for.
///
/// # Errors
/// It has (`held_too_often`), or the database.
pub(crate) fn require_not_held(tx: &mut Tx<'_>, voucher: i64, holder: (i64, i64)) -> Result<(), Error> {
    if rows::let_go_since(tx, voucher, holder, tx.now.plus(-DAY_MS))? < LET_GO_A_DAY {
        return Ok(());
    }
    let detail = "held_too_often: this voucher was reserved and not paid for several times; use it tomorrow, or buy without it";
    Err(Error::problem(Code::RateLimited, detail))
}

/// Consumes what a purchase has reserved.
///
/// # Errors
/// The database.
pub fn consume(tx: &mut Tx<'_>, purchase: i64) -> Result<(), Error> {
    rows::consume(tx, purchase)
}

/// Releases what a purchase has reserved. What is consumed stays consumed.
///
/// # Errors
/// The database.
pub fn release(tx: &mut Tx<'_>, purchase: i64) -> Result<(), Error> {
    rows::release(tx, purchase)
}

/// Makes the vouchers that were for one customer those of another, into whose record it is merged.
///
/// # Errors
/// The database.
pub fn pass_on(tx: &mut Tx<'_>, utility: i64, customers: (CustomerId, CustomerId)) -> Result<(), Error> {
    rows::rename_customer(tx, utility, customers)
}

/// A voucher that cannot be used, as a problem: its detail begins with the word of the refusal.
pub(crate) fn refused(refusal: Refusal) -> Error {
    Error::problem(Code::BadRequest, format!("{}: the voucher cannot be used", refusal.as_str()))
}
