//! Uses of vouchers: reserved with a checkout, consumed with the payment, released without one. A use is counted, and its limit checked, in one
//! transaction.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::sales::rows::vouchers as rows;
use crate::sales::rows::vouchers::StoredVoucher;
use domain::sales::voucher::{Refusal, Taken, VoucherState};
use protocol::core::problem::Code;

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

/// A voucher that cannot be used, as a problem: its detail begins with the word of the refusal.
pub(crate) fn refused(refusal: Refusal) -> Error {
    Error::problem(Code::BadRequest, format!("{}: the voucher cannot be used", refusal.as_str()))
}
