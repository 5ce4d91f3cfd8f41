//! What people do with money by hand: cash over the counter, adjustments with a reason, refunds of cash; and the emergency credit that a
//! customer asks for. Each is on record in the audit log.

use crate::billing::charging;
use crate::billing::ledger;
use crate::billing::ledger::{About, Posted};
use crate::core::Tx;
use crate::core::audit;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::sales::purchases;
use crate::sales::purchases::{Purchase, Wanted};
use crate::sales::settlement;
use crate::sales::settlement::Back;
use domain::billing::ledger::{Account, Channel, Event};
use domain::{ConnectionId, Rupiah};
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

/// Takes cash for a connection: quoted, checked out and settled at once. `wanted.id` makes it happen once.
///
/// # Errors
/// As [`purchases::quote`] and [`purchases::checkout`].
pub fn cash(tx: &mut Tx<'_>, admin: &Caller, wanted: &Wanted) -> Result<Purchase, Error> {
    let wanted = Wanted { channel: Channel::Cash, ..wanted.clone() };
    let quoted = purchases::quote(tx, admin, &wanted)?;
    let mut purchase = purchases::take(tx, quoted)?;
    let before = ledger::balance(tx, purchase.connection, Account::Credit)?;
    let to_pay = purchase.to_pay();
    let posted = settlement::settle_found(tx, &mut purchase, &format!("cash:{}", wanted.id), to_pay)?;
    if posted == Posted::New {
        record(tx, admin, ("cash_top_up", wanted.id), (wanted.connection, purchase.connection), (before, ""))?;
    }
    Ok(purchase)
}

/// Gives money of a purchase that was paid in cash back over the counter. What was paid by the gateway goes back by the gateway.
///
/// # Errors
/// No such purchase of the utility, it was not paid in cash, more than is left of it, or no reason.
pub fn refund_cash(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (purchase, key): (Uuid, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<Posted, Error> {
    must_reason(reason)?;
    let found = purchases::find(tx, purchase)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))?;
    let id = connection_of(tx, admin, found.connection)?;
    let left = found.paid.0 + found.extra.0 - found.returned.0;
    let known = settlement_known(tx, key)?;
    if !known && (found.channel != Channel::Cash || amount.0 <= 0 || amount.0 > left) {
        return Err(Error::problem(Code::BadRequest, format!("left: Rp{left} of cash can be given back")));
    }
    let before = ledger::balance(tx, found.connection, Account::Credit)?;
    let posted = settlement::take_back(tx, purchase, &format!("cash:{key}"), amount, Back::Refund)?;
    if posted == Posted::New {
        record(tx, admin, ("refund_cash", key), (id, found.connection), (before, reason))?;
    }
    Ok(posted)
}

fn settlement_known(tx: &mut Tx<'_>, key: Uuid) -> Result<bool, Error> {
    let key = format!("back:cash:{key}");
    Ok(tx.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM transfer WHERE key = ?1)")?.query_row([key], |row| row.get(0))?)
}

/// Gives (above zero) or takes credit, with a reason. The same key again changes nothing.
///
/// # Errors
/// No such connection of the utility, or no reason.
pub fn adjust(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (connection, key): (ConnectionId, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<Posted, Error> {
    let now = tx.now;
    must_reason(reason)?;
    let (num, ..) = purchases::in_scope(tx, admin, connection)?;
    if amount == Rupiah(0) || amount.0.abs() > purchases::MOST.0 {
        return Err(Error::problem(Code::BadRequest, "an adjustment is of some rupiah, and of Rp50,000,000 at most"));
    }
    charging::post(tx, num)?;
    let before = ledger::balance(tx, num, Account::Credit)?;
    let transfer =
        Event::Adjustment(amount).transfer(format!("adjust:{key}")).map_err(|error| Error::Setup(error.to_string()))?;
    let about = About { connection: num, at: now, month: None, purchase: None, who: Some(admin.num), reason };
    let posted = ledger::post(tx, &about, &transfer)?;
    if posted == Posted::New {
        record(tx, admin, ("adjust_balance", key), (connection, num), (before, reason))?;
    }
    Ok(posted)
}

/// Lends a customer emergency credit: once between two purchases, while nothing is owed of the last, and only when little is left.
///
/// # Errors
/// The connection is not the caller's, or none is to be had now.
pub fn lend(tx: &mut Tx<'_>, caller: &Caller, connection: ConnectionId) -> Result<Rupiah, Error> {
    let now = tx.now;
    let (num, ..) = purchases::in_scope(tx, caller, connection)?;
    charging::post(tx, num)?;
    let Some(amount) = can_borrow(tx, num)? else {
        return Err(Error::problem(
            Code::BadRequest,
            "emergency credit is to be had once between two purchases, when little is left",
        ));
    };
    let times: i64 = tx
        .db
        .prepare_cached("SELECT COUNT(*) FROM transfer WHERE connection = ?1 AND kind = 'emergency_credit'")?
        .query_row([num], |row| row.get(0))?;
    let key = format!("lend:{num}:{times}");
    let transfer = Event::EmergencyCredit(amount).transfer(key).map_err(|error| Error::Setup(error.to_string()))?;
    let about = About { connection: num, at: now, month: None, purchase: None, who: Some(caller.num), reason: "" };
    ledger::post(tx, &about, &transfer)?;
    tx.db.prepare_cached("UPDATE supply_state SET lent_since_top_up = 1 WHERE connection = ?1")?.execute([num])?;
    Ok(amount)
}

/// What a connection can borrow now; `None` where its utility lends nothing, something was lent since the last purchase, or enough is left.
///
/// # Errors
/// The database.
pub fn can_borrow(tx: &mut Tx<'_>, connection: i64) -> Result<Option<Rupiah>, Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT u.emergency_credit, COALESCE(s.lent_since_top_up, 0) FROM connection c JOIN utility u ON u.num = c.utility
         LEFT JOIN supply_state s ON s.connection = c.num WHERE c.num = ?1",
    )?;
    let (amount, lent): (i64, bool) = query.query_row([connection], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let owed = ledger::balance(tx, connection, Account::Emergency)? < Rupiah(0);
    let has_enough = charging::shown_balance(tx, connection)? >= Rupiah(amount);
    Ok((amount > 0 && !lent && !owed && !has_enough).then_some(Rupiah(amount)))
}

/// A reason is one.
///
/// # Errors
/// It has fewer than 3 characters, or more than 500.
pub(crate) fn must_reason(reason: &str) -> Result<(), Error> {
    let fits = (3..=500).contains(&reason.trim().chars().count());
    if fits { Ok(()) } else { Err(Error::problem(Code::BadRequest, "reason: a reason has 3 to 500 characters")) }
}

/// The identifier of a connection of the admin's utility.
///
/// # Errors
/// It is not theirs, or the database.
pub(crate) fn connection_of(db: &Connection, admin: &Caller, connection: i64) -> Result<ConnectionId, Error> {
    let mut query = db.prepare_cached("SELECT id FROM connection WHERE num = ?1 AND utility = ?2")?;
    let found = query.query_row([connection, admin.utility], |row| row.get(0));
    let id = found.optional()?;
    id.map(|id| ConnectionId(Uuid::from_bytes(id))).ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))
}

/// Notes in the audit log who changed a balance, from what to what, and why.
fn record(
    tx: &mut Tx<'_>,
    who: &Caller,
    (kind, op): (&str, Uuid),
    (id, num): (ConnectionId, i64),
    (before, reason): (Rupiah, &str),
) -> Result<(), Error> {
    let after = ledger::balance(tx, num, Account::Credit)?;
    let entry =
        audit::Entry { utility: who.utility, user: who.num, kind, op, occurred_at: None, row: (Entity::Connection as u8, id.0) };
    let changes = [("balance", before.0.to_string(), after.0.to_string()), ("reason", String::new(), reason.to_owned())];
    audit::record(tx, &entry, changes)
}
