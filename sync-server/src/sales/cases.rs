//! Cases: what cannot be matched or explained is shown to an admin with its money, and stays until somebody has decided.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::rows::cases as rows;
use crate::sales::rows::cases::{Closing, Stored};
use crate::sales::rows::{bank_refunds, opening_lists, refunds, waiting};
use crate::sales::{counter, purchases, settlement};
use domain::Rupiah;
use domain::billing::ledger::Channel;
use domain::core::local_time::DAY_MS;
use domain::sales::receipt::PurchaseNumber;
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::review::{CaseDecision, MoneyReview, PaymentCase};
use protocol::sync::rows::Entity;
use uuid::Uuid;

pub use crate::sales::rows::cases::NewCase;

/// Purchases of so many days are suggested for money that nobody knows.
const SUGGESTED_DAYS: i64 = 14;

/// Opens a case, or counts it once more.
///
/// # Errors
/// The database.
pub fn open(tx: &mut Tx<'_>, new: &NewCase<'_>) -> Result<i64, Error> {
    rows::open(tx, new)
}

/// Closes a case that the gateway has explained meanwhile.
///
/// # Errors
/// The database.
pub fn close_matched(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    rows::close(tx, num, &Closing { state: "matched", by: None, assigned: None, note: "" })
}

/// Notes whose money an open case is about, where nobody knew. `same` is what the case is recognised by.
///
/// # Errors
/// The database.
pub fn keep_owner(tx: &mut Tx<'_>, same: &str, purchase: Uuid) -> Result<(), Error> {
    rows::keep_owner(tx, same, purchase)
}

/// What is done about the cases of money that is credited through its own payment now: what is open about the same money is closed, and of what
/// was given to a purchase by hand there is a case, because it is credited twice. `names` are all that the gateway calls the payment by, `sums`
/// what it may have named as its amount. A case of another amount stays: nothing says where that money is.
///
/// # Errors
/// The database.
pub fn credited(tx: &mut Tx<'_>, purchase: Uuid, names: &[&str], sums: &[Rupiah]) -> Result<(), Error> {
    for name in names {
        for about in rows::about(tx, name)? {
            if about.amount.is_some_and(|amount| !sums.contains(&amount)) && about.state == "open" {
                continue;
            }
            close_matched(tx, about.num)?;
            if about.state == "assigned" {
                let new = NewCase {
                    same: &format!("credited_twice:{}", about.num),
                    kind: "credited_twice",
                    order: names.first().copied().unwrap_or_default(),
                    purchase: Some(purchase),
                    amount: about.amount,
                    detail: "an admin gave this money to a purchase, and its own payment was credited as well",
                    ..NewCase::default()
                };
                open(tx, &new)?;
            }
        }
    }
    Ok(())
}

/// What waits for an admin: open cases, and refunds by bank transfer and opening balances that a second admin has to decide on; and purchases that
/// wait for their payment.
///
/// # Errors
/// The database.
pub fn review(db: &Db, admin: &Caller, now: domain::UtcMillis) -> Result<MoneyReview, Error> {
    let since = now.plus(-SUGGESTED_DAYS * DAY_MS);
    let mut cases = rows::listed(db, admin.utility)?;
    for case in cases.iter_mut().filter(|case| case.can_assign) {
        if let Some(amount) = case.amount {
            case.candidates = rows::candidates(db, admin.utility, amount, since)?;
        }
    }
    let waiting = waiting::listed(db, admin.utility, now)?;
    let openings = opening_lists::waiting(db, admin.utility)?;
    Ok(MoneyReview { cases, bank_refunds: bank_refunds::waiting(db, admin.utility)?, waiting, openings })
}

/// Decides about a case: its money is credited to a purchase, or it is noted as settled elsewhere. The same key again changes nothing.
///
/// # Errors
/// No such case or purchase of the utility (`no_purchase`), several of the number (`ambiguous`), no reason (`reason`), it is closed (`closed`), under the same key otherwise (`key`), no money came with it (`no_money`), it
/// may be another utility's (`owner`), it is or may be credited through its own payment (`own_payment`), or the purchase is paid in cash (`channel`).
pub fn decide(tx: &mut Tx<'_>, admin: &Caller, asked: &CaseDecision) -> Result<PaymentCase, Error> {
    counter::require_reason(&asked.note)?;
    let found = existing(tx, admin, asked.of)?;
    if found.case.state != "open" {
        if found.closed_key != Some(asked.key.into_bytes()) {
            return Err(refused("closed: somebody has decided about it"));
        }
        let is_same = match (found.assigned, asked.purchase, asked.number) {
            (None, None, None) => true,
            (Some(known), Some(purchase), _) => known == purchase,
            (Some(known), None, Some(number)) => PurchaseNumber::of(known) == number,
            _ => false,
        };
        return if is_same { Ok(found.case) } else { Err(refused("key: this key is of another decision")) };
    }
    let (by, note) = (Some((admin.num, asked.key)), asked.note.trim());
    match wanted(tx, admin, asked)? {
        None => {
            rows::close(tx, found.num, &Closing { state: "noted", by, assigned: None, note })?;
            record(tx, admin, ("note_case", asked), (Office::Payments as u8, found.case.id), &found.case)?;
        }
        Some(purchase) => assign(tx, admin, asked, (&found, purchase))?,
    }
    Ok(existing(tx, admin, asked.of)?.case)
}

/// The purchase that the money is to be credited to, by its identifier or its number.
fn wanted(db: &Db, admin: &Caller, asked: &CaseDecision) -> Result<Option<Uuid>, Error> {
    let Some(number) = asked.number.filter(|_| asked.purchase.is_none()) else { return Ok(asked.purchase) };
    match rows::of_number(db, admin.utility, number)?[..] {
        [one] => Ok(Some(one)),
        [] => Err(Error::problem(Code::NotFound, "no_purchase: there is no purchase of this number")),
        _ => Err(refused("ambiguous: several purchases have this number; name the one that is meant by its identifier")),
    }
}

fn assign(tx: &mut Tx<'_>, admin: &Caller, asked: &CaseDecision, (found, purchase): (&Stored, Uuid)) -> Result<(), Error> {
    let bought = purchases::existing(tx, purchase)?;
    let connection = refunds::connection_of_utility(tx, admin.utility, bought.connection)?;
    let connection = connection.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))?;
    if found.is_unowned {
        return Err(refused(
            "owner: nobody knows which utility's money this is; look at the gateway's dashboard, and note what it says",
        ));
    }
    let amount = found.case.amount.filter(|_| found.case.can_assign);
    let amount = amount.ok_or_else(|| refused("no_money: nothing says that money came with it"))?;
    if rows::has_own_payment(tx, &found.case.order, found.case.gateway_id.as_deref())? {
        let detail = "own_payment: this money has a payment of its own, which is credited or still being asked about; wait for the gateway";
        return Err(refused(detail));
    }
    if bought.channel != Channel::Gateway {
        return Err(refused("channel: what is paid in cash is not paid through the gateway"));
    }
    settlement::settle(tx, purchase, &format!("case:{}", found.num), amount)?;
    let (by, note) = (Some((admin.num, asked.key)), asked.note.trim());
    rows::close(tx, found.num, &Closing { state: "assigned", by, assigned: Some(bought.num), note })?;
    record(tx, admin, ("assign_case", asked), (Entity::Connection as u8, connection.0), &found.case)
}

fn existing(db: &Db, admin: &Caller, id: Uuid) -> Result<Stored, Error> {
    rows::find(db, admin.utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such case"))
}

fn refused(detail: &str) -> Error {
    Error::problem(Code::BadRequest, detail)
}

fn record(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (kind, asked): (&str, &CaseDecision),
    row: (u8, Uuid),
    case: &PaymentCase,
) -> Result<(), Error> {
    let changes = [
        ("case", String::new(), format!("{} {}", case.kind, case.order)),
        ("amount", String::new(), case.amount.map_or_else(String::new, |amount| amount.0.to_string())),
        ("reason", String::new(), asked.note.trim().to_owned()),
    ];
    audit::record(tx, &audit::Entry::by(admin, (kind, asked.key), row), changes)
}
