//! Between which amounts each method takes money: the schemes' limits, and what an admin has set instead.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::rows::limits as rows;
use domain::Rupiah;
use domain::sales::payment::{Method, MethodLimit};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::review::{LimitRequest, MethodLimits};
use uuid::Uuid;

/// The limits of all methods at a utility, in the order in which they are offered.
///
/// # Errors
/// The database.
pub fn all(db: &Db, utility: i64) -> Result<MethodLimits, Error> {
    let limits = Method::ALL.into_iter().map(|method| rows::of(db, utility, method));
    Ok(MethodLimits { limits: limits.collect::<Result<_, _>>()? })
}

/// Refuses an amount that a method does not take.
///
/// # Errors
/// It does not (`method_limit`), or the database.
pub fn require(db: &Db, utility: i64, method: Method, amount: Rupiah) -> Result<(), Error> {
    let limit = rows::of(db, utility, method)?;
    if limit.takes(amount) {
        return Ok(());
    }
    let detail = format!("method_limit: {method} takes Rp{} to Rp{}; choose another way to pay", limit.least.0, limit.most.0);
    Err(Error::problem(Code::BadRequest, detail))
}

/// Sets the limit of a method, once for each key; returns all of them.
///
/// # Errors
/// It can be no limit (`limits`), or the database.
pub fn set(tx: &mut Tx<'_>, admin: &Caller, asked: &LimitRequest) -> Result<MethodLimits, Error> {
    let limit = asked.limit.checked().map_err(|error| Error::problem(Code::BadRequest, format!("limits: {error}")))?;
    if !rows::is_recorded(tx, admin.utility, asked.key)? {
        let before = rows::of(tx, admin.utility, limit.method)?;
        rows::set(tx, admin.utility, &limit)?;
        let text = |limit: MethodLimit| format!("{}–{}", limit.least, limit.most);
        let changes = [("method", String::new(), limit.method.to_string()), ("limit", text(before), text(limit))];
        let entry = audit::Entry::by(admin, ("set_limit", asked.key), (Office::Payments as u8, Uuid::nil()));
        audit::record(tx, &entry, changes)?;
    }
    all(tx, admin.utility)
}
