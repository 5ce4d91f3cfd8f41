//! Emergency credit: lent once between two purchases, when little is left, and repaid by the next purchase.

use crate::billing::ledger::TransferContext;
use crate::billing::rows::supply;
use crate::billing::{charging, ledger, rows};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use domain::billing::ledger::{Account, Event};
use domain::{ConnectionId, Rupiah};
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Lends a customer emergency credit; returns the balance with it, as it is shown.
///
/// # Errors
/// The connection is not the caller's, or none can be lent now (`no_loan`).
pub fn lend(tx: &mut Tx<'_>, caller: &Caller, connection: ConnectionId) -> Result<Rupiah, Error> {
    let (id, connection) = (connection, scope::connection(tx, caller, connection)?.num);
    charging::post(tx, connection)?;
    let Some(amount) = can_borrow(tx, connection)? else {
        return Err(Error::problem(
            Code::BadRequest,
            "no_loan: emergency credit is to be had once between two purchases, when little is left",
        ));
    };
    let before = ledger::balance(tx, connection, Account::Credit)?;
    let key = format!("lend:{connection}:{}", rows::ledger::loans(tx, connection)?);
    let context = TransferContext { connection, at: tx.now, month: None, purchase: None, who: Some(caller.num), reason: "" };
    ledger::post_event(tx, &context, &Event::EmergencyCredit(amount), key)?;
    supply::mark_lent(tx, connection)?;
    let after = ledger::balance(tx, connection, Account::Credit)?;
    let entry = audit::Entry::by(caller, ("lend_credit", Uuid::now_v7()), (Entity::Connection as u8, id.0));
    audit::record(
        tx,
        &entry,
        [("amount", String::new(), amount.0.to_string()), ("balance", before.0.to_string(), after.0.to_string())],
    )?;
    charging::shown_balance(tx, connection)
}

/// What a connection can borrow now; `None` where its utility lends nothing, something was lent since the last purchase, or enough is left.
///
/// # Errors
/// The database.
pub fn can_borrow(db: &Db, connection: i64) -> Result<Option<Rupiah>, Error> {
    let (amount, lent) = supply::emergency_terms(db, connection)?;
    let owed = lent_amount(db, connection)? > Rupiah(0);
    let has_enough = charging::shown_balance(db, connection)? >= amount;
    Ok((amount > Rupiah(0) && !lent && !owed && !has_enough).then_some(amount))
}

/// What is lent to a connection and not repaid.
///
/// # Errors
/// The database.
pub fn lent_amount(db: &Db, connection: i64) -> Result<Rupiah, Error> {
    Ok(Rupiah(-ledger::balance(db, connection, Account::Emergency)?.0))
}

/// Lets a connection borrow again, after a purchase.
///
/// # Errors
/// The database.
pub fn allow_again(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    supply::clear_lent(tx, connection)
}
