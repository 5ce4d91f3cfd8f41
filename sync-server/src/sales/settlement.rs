//! What becomes of a purchase by its money: credited, taken back, failed, expired. Each has a key that lets it happen once, so that whoever
//! reports it may report it again.

use crate::billing::ledger::{Posted, TransferContext};
use crate::billing::{charging, emergency, ledger};
use crate::core::scope::Caller;
use crate::core::{Tx, audit};
use crate::error::Error;
use crate::sales::purchases::{Purchase, PurchaseState, existing, in_scope};
use crate::sales::rows::purchases as rows;
use crate::sales::vouchers;
use domain::Rupiah;
use domain::billing::ledger::{Event, PaidBack, Settled};
use domain::people::Role;
use domain::sales::payment::Why;
use domain::sales::purchase::NotCancelled;
use domain::sales::voucher::Grant;
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// A pending purchase expires this long after it could be paid: a report of its payment may still be on the way.
const GRACE_MS: i64 = 10 * domain::core::local_time::MINUTE_MS;

/// Purchases that one run expires at most.
const EXPIRING: i64 = 500;

/// By whom money of a purchase went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnKind {
    /// The utility gave it back.
    Refund,
    /// A bank took it.
    Chargeback,
}

/// Credits what was paid for a purchase. `key` is the effect's own, such as its order with a number: the same again changes nothing.
///
/// What was used is posted first, and emergency credit is repaid first. Money that is paid for a purchase that had expired or failed is
/// credited; its voucher only if a use is left. Money that is paid twice is credited as what it is, without a voucher, and marked for review.
/// Money that was taken back and is paid again brings its share of the voucher again.
///
/// # Errors
/// There is no such purchase, or the database.
pub fn settle(tx: &mut Tx<'_>, purchase: Uuid, key: &str, paid: Rupiah) -> Result<Booked, Error> {
    let mut purchase = existing(tx, purchase)?;
    settle_purchase(tx, &mut purchase, key, paid)
}

/// The same of a purchase that was just found, which is brought up to date.
pub(crate) fn settle_purchase(tx: &mut Tx<'_>, purchase: &mut Purchase, key: &str, paid: Rupiah) -> Result<Booked, Error> {
    let key = format!("settle:{key}");
    if ledger::is_posted(tx, &key)? {
        return Ok(Booked::ALREADY);
    }
    charging::post(tx, purchase.connection)?;
    let outcome = match purchase.state {
        PurchaseState::Settled => further_payment(purchase, paid),
        _ => first_payment(tx, purchase, paid)?,
    };
    (purchase.state, purchase.settled_at) = (PurchaseState::Settled, purchase.settled_at.or(Some(tx.now)));
    (purchase.paid, purchase.extra) = (outcome.paid, outcome.extra);
    (purchase.returned, purchase.granted) = (outcome.returned, outcome.keeps);
    rows::keep_settled(tx, purchase, outcome.review)?;
    let lent = emergency::lent_amount(tx, purchase.connection)?;
    let settled = Settled { channel: purchase.channel, paid, granted: outcome.granted };
    let posted = post(tx, purchase, (&Event::Purchase { settled, lent }, Because::default()), key)?;
    emergency::allow_again(tx, purchase.connection)?;
    Ok(Booked { posted, review: outcome.review })
}

/// Money of a payment that was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Whether it was booked now or earlier.
    pub posted: Posted,
    /// Why its purchase is to be reviewed because of it; empty if it is not.
    pub review: &'static str,
}

impl Booked {
    const ALREADY: Self = Self { posted: Posted::Already, review: "" };
}

/// What a settlement makes of a purchase.
struct Outcome {
    /// What is credited beside the money now.
    granted: Grant,
    /// What the purchase's voucher gives from now on.
    keeps: Grant,
    paid: Rupiah,
    extra: Rupiah,
    returned: Rupiah,
    review: &'static str,
}

fn first_payment(tx: &mut Tx<'_>, purchase: &Purchase, paid: Rupiah) -> Result<Outcome, Error> {
    let outcome = |granted, review| Outcome { granted, keeps: granted, paid, extra: Rupiah(0), returned: Rupiah(0), review };
    let agreed = paid == purchase.to_pay();
    let Some(voucher) = purchase.voucher else {
        return Ok(outcome(Grant::default(), if agreed { "" } else { "another_amount" }));
    };
    // Of a purchase that had expired, or was never checked out, a use is reserved now, if one is left.
    if !agreed || vouchers::reserve(tx, voucher, purchase.num, purchase.customer)?.is_err() {
        vouchers::release(tx, purchase.num)?;
        return Ok(outcome(Grant::default(), if agreed { "voucher_gone" } else { "another_amount" }));
    }
    vouchers::consume(tx, purchase.num)?;
    Ok(outcome(purchase.granted, ""))
}

fn further_payment(purchase: &Purchase, paid: Rupiah) -> Outcome {
    // What went back is paid again first, with its share of the voucher.
    let again = paid.min(purchase.returned);
    let returned = Rupiah(purchase.returned.0 - again.0);
    let extra = Rupiah(purchase.extra.0 + paid.0 - again.0);
    let granted = voucher_share(purchase, returned, again);
    let review = if paid > again { "paid_twice" } else { "" };
    Outcome { granted, keeps: purchase.granted, paid: purchase.paid, extra, returned, review }
}

/// The voucher's share of `amount` that goes back after `before` went back. What was paid on top goes back first, and has none.
fn voucher_share(purchase: &Purchase, before: Rupiah, amount: Rupiah) -> Grant {
    let Purchase { paid, extra, granted, .. } = *purchase;
    PaidBack { paid, extra, granted, returned: before }.share_of(amount)
}

/// Who had money of a purchase go back, and why: the customer reads the reason in the statement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Because<'a> {
    /// Key of the user; `None` where nobody of the utility did it.
    pub who: Option<i64>,
    /// The reason; empty where nobody gave one.
    pub reason: &'a str,
}

/// Takes money of a purchase back, with its share of what a voucher gave. More than is left counts as what is left, and is marked for review.
///
/// # Errors
/// There is no such purchase, it was never settled, or the database.
pub fn take_back(tx: &mut Tx<'_>, purchase: Uuid, key: &str, amount: Rupiah, kind: ReturnKind) -> Result<Booked, Error> {
    take_back_because(tx, (purchase, key), amount, kind, Because::default())
}

/// The same, by somebody and for a reason.
///
/// # Errors
/// As [`take_back`].
pub fn take_back_because(
    tx: &mut Tx<'_>,
    (purchase, key): (Uuid, &str),
    amount: Rupiah,
    kind: ReturnKind,
    because: Because<'_>,
) -> Result<Booked, Error> {
    let purchase = existing(tx, purchase)?;
    let key = format!("back:{key}");
    if ledger::is_posted(tx, &key)? {
        return Ok(Booked::ALREADY);
    }
    if purchase.state != PurchaseState::Settled || amount < Rupiah(0) {
        return Err(Error::problem(Code::BadRequest, "this purchase was never paid"));
    }
    charging::post(tx, purchase.connection)?;
    let left = purchase.left();
    let taken = amount.min(left);
    let granted = voucher_share(&purchase, purchase.returned, taken);
    let review = if amount > left { "returned_too_much" } else { "" };
    rows::add_returned(tx, purchase.num, taken, review)?;
    let event = match kind {
        ReturnKind::Refund => Event::Refund { amount: taken, granted },
        ReturnKind::Chargeback => Event::Chargeback { amount: taken, granted },
    };
    Ok(Booked { posted: post(tx, &purchase, (&event, because), key)?, review })
}

/// Fails a purchase whose payment failed, and releases its voucher. One that was settled meanwhile stays settled.
///
/// # Errors
/// There is no such purchase, or the database.
pub fn fail(tx: &mut Tx<'_>, purchase: Uuid) -> Result<(), Error> {
    let purchase = existing(tx, purchase)?;
    end_unpaid(tx, purchase.num, PurchaseState::Failed)
}

/// What becomes of a purchase because a payment of it ended unpaid: nothing while it can still be paid another way.
///
/// # Errors
/// There is no such purchase, or the database.
pub(crate) fn payment_ended(tx: &mut Tx<'_>, id: Uuid, why: Why) -> Result<(), Error> {
    let purchase = existing(tx, id)?;
    match why {
        _ if tx.now < purchase.expires_at => Ok(()),
        Why::Expired => end_unpaid(tx, purchase.num, PurchaseState::Expired),
        Why::Cancelled | Why::Denied => fail(tx, id),
    }
}

/// Cancels a purchase that was not paid, and releases its voucher. What has ended unpaid already stays as it is.
///
/// # Errors
/// It was paid (`paid`), it is not in the caller's scope, or the database.
pub fn cancel(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Result<Purchase, Error> {
    let mut purchase = in_scope(tx, caller, id)?;
    let after = purchase.state.cancelled().map_err(|NotCancelled::Paid| already_paid())?;
    if after != purchase.state {
        end_unpaid(tx, purchase.num, after)?;
        // What customers do for themselves shows in their history; what an admin does in their place is on record.
        if caller.role == Role::Admin {
            let entry = audit::Entry::by(caller, ("cancel_purchase", id), (Entity::Connection as u8, purchase.connection_id.0));
            audit::record(tx, &entry, [("to_pay", purchase.to_pay().0.to_string(), String::new())])?;
        }
    }
    (purchase.state, purchase.instructions) = (after, None);
    Ok(purchase)
}

/// The refusal of whatever needs a purchase that was not paid.
pub(crate) fn already_paid() -> Error {
    Error::problem(Code::BadRequest, "paid: this purchase was paid meanwhile, and is credited")
}

/// Expires what was neither checked out nor paid in time, and releases its vouchers; returns how many.
///
/// # Errors
/// The database.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let overdue = rows::overdue(tx, tx.now, GRACE_MS, EXPIRING)?;
    for num in &overdue {
        end_unpaid(tx, *num, PurchaseState::Expired)?;
    }
    Ok(overdue.len())
}

fn end_unpaid(tx: &mut Tx<'_>, num: i64, state: PurchaseState) -> Result<(), Error> {
    if rows::end_unpaid(tx, num, state)? { vouchers::release(tx, num) } else { Ok(()) }
}

fn post(tx: &mut Tx<'_>, purchase: &Purchase, (event, because): (&Event, Because<'_>), key: String) -> Result<Posted, Error> {
    let context = TransferContext {
        connection: purchase.connection,
        at: tx.now,
        month: None,
        purchase: Some(purchase.num),
        who: because.who,
        reason: because.reason,
    };
    ledger::post_event(tx, &context, event, key)
}
