//! Refunds by bank transfer, for what the gateway does not give back: one admin records the transfer, another one approves it, and only then
//! it is booked. Two people, because nothing but their word says that the money went.

use crate::billing::ledger;
use crate::core::scope::Caller;
use crate::core::{Tx, audit};
use crate::error::Error;
use crate::sales::counter::Moved;
use crate::sales::rows::bank_refunds as rows;
use crate::sales::rows::bank_refunds::Stored;
use crate::sales::rows::refunds;
use crate::sales::settlement::{Because, ReturnKind};
use crate::sales::{counter, purchases, settlement};
use domain::billing::ledger::{Account, Channel};
use domain::{ConnectionId, Rupiah};
use protocol::core::problem::Code;
use protocol::sales::review::{BankRefund, BankRefundDecision, BankRefundRequest};
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Characters of a reference at most.
const REFERENCE: usize = 60;

/// Characters that say who got the money at most.
const RECIPIENT: usize = 120;

/// Records that money of a purchase was given back by a bank transfer. It waits for a second admin; the same key again changes nothing.
///
/// # Errors
/// No such purchase of the utility; it was paid in cash (`channel`); more than is left of it (`left`); no reference, or one that another refund
/// has (`reference`); another refund has the key (`key`); no reason (`reason`).
pub fn ask(tx: &mut Tx<'_>, admin: &Caller, asked: &BankRefundRequest) -> Result<BankRefund, Error> {
    counter::require_reason(&asked.reason)?;
    if let Some(known) = rows::find(tx, admin.utility, asked.key)? {
        let BankRefund { purchase, amount, reference, recipient, reason, .. } = &known.refund;
        let is_same = (known.asked_by, *purchase, *amount, reference, recipient, reason)
            == (admin.num, asked.of, asked.amount, &asked.reference, &asked.recipient, &asked.reason);
        return if is_same { Ok(known.refund) } else { Err(refused("key: this key is of another refund")) };
    }
    if rows::is_taken(tx, asked.key)? {
        return Err(refused("key: this key is of another refund"));
    }
    let (bought, connection) = purchase(tx, admin, asked.of)?;
    if bought.channel != Channel::Gateway {
        return Err(refused("channel: what was paid in cash goes back over the counter"));
    }
    let reference = asked.reference.as_str();
    let is_sound = (1..=REFERENCE).contains(&reference.chars().count()) && asked.recipient.chars().count() <= RECIPIENT;
    if !is_sound || rows::has_reference(tx, admin.utility, reference)? {
        return Err(refused("reference: a bank transfer has a reference of its own, which no other refund has"));
    }
    let left = Rupiah(bought.left().0 - rows::undecided(tx, asked.of)?.0);
    require_left(asked.amount, left)?;
    rows::insert(tx, (admin.utility, admin.num), bought.num, asked)?;
    let changes = [
        ("refunded", String::new(), asked.amount.0.to_string()),
        ("reference", String::new(), reference.to_owned()),
        ("recipient", String::new(), asked.recipient.clone()),
        ("reason", String::new(), asked.reason.trim().to_owned()),
    ];
    let entry = audit::Entry::by(admin, ("ask_bank_refund", asked.key), (Entity::Connection as u8, connection.0));
    audit::record(tx, &entry, changes)?;
    Ok(existing(tx, admin, asked.key)?.refund)
}

/// Approves or rejects a refund that another admin has recorded. Approved, it is booked as a refund of its purchase. The same key again changes
/// nothing.
///
/// # Errors
/// No such refund of the utility; it is decided (`closed`), under the same key otherwise (`key`); the same admin recorded it (`same_admin`); less is left than it is for (`left`);
/// other money of the purchase went back since it was recorded (`changed`); no reason (`reason`).
pub fn decide(tx: &mut Tx<'_>, admin: &Caller, asked: &BankRefundDecision) -> Result<BankRefund, Error> {
    counter::require_reason(&asked.note)?;
    let found = existing(tx, admin, asked.of)?;
    let (state, kind) = if asked.approve { ("approved", "approve_bank_refund") } else { ("rejected", "reject_bank_refund") };
    if found.refund.state != "asked" {
        if found.decided_key != Some(asked.key.into_bytes()) {
            return Err(refused("closed: somebody has decided about it"));
        }
        let is_same = found.refund.state == state;
        return if is_same { Ok(found.refund) } else { Err(refused("key: this key is of another decision")) };
    }
    if found.asked_by == admin.num {
        return Err(refused("same_admin: whoever recorded a refund cannot approve it as well"));
    }
    let (bought, connection) = purchase(tx, admin, found.refund.purchase)?;
    let before = ledger::balance(tx, bought.connection, Account::Credit)?;
    if asked.approve {
        require_left(found.refund.amount, bought.left())?;
        if rows::went_back_since(tx, bought.num, found.refund.asked_at)? {
            return Err(refused(
                "changed: other money of this purchase went back meanwhile; reject this, and record what is right",
            ));
        }
        let (of, key) = (found.refund.purchase, format!("bank:{}", found.num));
        let because = Because { who: Some(found.asked_by), reason: &found.refund.reason };
        settlement::take_back_because(tx, (of, &key), found.refund.amount, ReturnKind::Refund, because)?;
    }
    rows::decide(tx, found.num, state, admin.num, asked.key)?;
    let moved = Moved { amount: found.refund.amount, before, reason: asked.note.trim() };
    counter::record(tx, admin, (kind, asked.key), (connection, bought.connection), &moved)?;
    Ok(existing(tx, admin, asked.of)?.refund)
}

fn require_left(amount: Rupiah, left: Rupiah) -> Result<(), Error> {
    let fits = amount.0 > 0 && amount <= left;
    if fits { Ok(()) } else { Err(refused(&format!("left: Rp{} can be given back", left.0.max(0)))) }
}

fn purchase(tx: &mut Tx<'_>, admin: &Caller, id: Uuid) -> Result<(purchases::Purchase, ConnectionId), Error> {
    let found = purchases::existing(tx, id)?;
    let connection = refunds::connection_of_utility(tx, admin.utility, found.connection)?;
    Ok((found, connection.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))?))
}

fn existing(tx: &mut Tx<'_>, admin: &Caller, id: Uuid) -> Result<Stored, Error> {
    rows::find(tx, admin.utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such refund"))
}

fn refused(detail: &str) -> Error {
    Error::problem(Code::BadRequest, detail)
}
