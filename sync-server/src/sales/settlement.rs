//! What becomes of a purchase once there is news of its money: credited, taken back, failed, expired. Each has a key that lets it happen
//! once, so whoever brings the news may bring it again.

use crate::billing::charging;
use crate::billing::ledger;
use crate::billing::ledger::{About, Posted};
use crate::core::Tx;
use crate::error::Error;
use crate::sales::purchases::{Purchase, State, find};
use crate::sales::vouchers;
use domain::billing::ledger::{Account, Event, Settled, undo_share};
use domain::sales::voucher::Grant;
use domain::{Rupiah, UtcMillis};
use protocol::core::problem::Code;
use rusqlite::params;
use uuid::Uuid;

/// A pending purchase is given up this long after it could be paid: news of its payment may still be on the way.
const GRACE_MS: i64 = 10 * domain::core::local_time::MINUTE_MS;

/// Purchases that one run gives up at most.
const EXPIRING: i64 = 500;

/// Who takes money of a purchase back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// The utility gave it back.
    Refund,
    /// A bank took it.
    Chargeback,
}

/// Credits what was paid for a purchase. `key` is the effect's own, such as its order with a number: the same again changes nothing.
///
/// What was used is posted first, and emergency credit is repaid first. Money that comes for a purchase that had been given up is
/// credited; its voucher only if a use is left. Money that comes twice is credited as what it is, without a voucher, and marked for review.
/// Money that was taken back and comes again brings its share of the voucher again.
///
/// # Errors
/// There is no such purchase, or the database.
pub fn settle(tx: &mut Tx<'_>, purchase: Uuid, key: &str, paid: Rupiah) -> Result<Posted, Error> {
    let mut found = must(tx, purchase)?;
    settle_found(tx, &mut found, key, paid)
}

/// The same of a purchase that was just found, and is as it stands then.
pub(crate) fn settle_found(tx: &mut Tx<'_>, found: &mut Purchase, key: &str, paid: Rupiah) -> Result<Posted, Error> {
    let now = tx.now;
    let key = format!("settle:{key}");
    if is_known(tx, &key)? {
        return Ok(Posted::Already);
    }
    charging::post(tx, found.connection)?;
    let outcome = match found.state {
        State::Settled => again(found, paid),
        _ => first(tx, found, paid)?,
    };
    (found.state, found.settled_at) = (State::Settled, found.settled_at.or(Some(now)));
    (found.paid, found.extra, found.returned, found.granted) = (outcome.paid, outcome.extra, outcome.returned, outcome.keeps);
    tx.db.prepare_cached(
        "UPDATE purchase SET state = 'settled', settled_at = ?2, paid = ?3, extra = ?4, returned = ?5, discount = ?6, bonus = ?7,
           review = CASE WHEN ?8 = '' THEN review ELSE ?8 END WHERE num = ?1",
    )?
    .execute(params![
        found.num,
        found.settled_at.map(|at| at.0),
        found.paid.0,
        found.extra.0,
        found.returned.0,
        found.granted.discount.0,
        found.granted.bonus.0,
        outcome.review
    ])?;
    let lent = Rupiah(-ledger::balance(tx, found.connection, Account::Emergency)?.0);
    let settled = Settled { channel: found.channel, paid, granted: outcome.granted };
    let posted = put(tx, found, now, &Event::Purchase { settled, lent }, key)?;
    tx.db
        .prepare_cached("UPDATE supply_state SET lent_since_top_up = 0 WHERE connection = ?1 AND lent_since_top_up <> 0")?
        .execute([found.connection])?;
    Ok(posted)
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

fn first(tx: &mut Tx<'_>, found: &Purchase, paid: Rupiah) -> Result<Outcome, Error> {
    let outcome = |granted, review| Outcome { granted, keeps: granted, paid, extra: Rupiah(0), returned: Rupiah(0), review };
    let agreed = paid == found.to_pay();
    let Some(voucher) = found.voucher else {
        return Ok(outcome(Grant::default(), if agreed { "" } else { "another_amount" }));
    };
    // Given up or never checked out: its use is taken now, if one is left.
    if !agreed || vouchers::reserve(tx, voucher, found.num, found.customer)?.is_err() {
        vouchers::release(tx, found.num)?;
        return Ok(outcome(Grant::default(), if agreed { "voucher_gone" } else { "another_amount" }));
    }
    vouchers::consume(tx, found.num)?;
    Ok(outcome(found.granted, ""))
}

fn again(found: &Purchase, paid: Rupiah) -> Outcome {
    // What went back comes back first, with its share of the voucher.
    let back = paid.min(found.returned);
    let returned = Rupiah(found.returned.0 - back.0);
    let extra = Rupiah(found.extra.0 + paid.0 - back.0);
    let granted = share(found, returned, back);
    let review = if paid > back { "paid_twice" } else { "" };
    Outcome { granted, keeps: found.granted, paid: found.paid, extra, returned, review }
}

/// The voucher's share of `amount` that goes back after `before` went back. What came on top goes back first, and has none.
fn share(found: &Purchase, before: Rupiah, amount: Rupiah) -> Grant {
    let of_paid = |returned: i64| (returned - found.extra.0).clamp(0, found.paid.0);
    let (from, until) = (of_paid(before.0), of_paid(before.0 + amount.0));
    let settled = Settled { channel: found.channel, paid: found.paid, granted: found.granted };
    if from == until { Grant::default() } else { undo_share(&settled, Rupiah(from), Rupiah(until - from)) }
}

/// Takes money of a purchase back, with its share of what a voucher gave. More than is left counts as what is left, and is marked for review.
///
/// # Errors
/// There is no such purchase, it was never settled, or the database.
pub fn take_back(tx: &mut Tx<'_>, purchase: Uuid, key: &str, amount: Rupiah, by: Back) -> Result<Posted, Error> {
    let now = tx.now;
    let found = must(tx, purchase)?;
    let key = format!("back:{key}");
    if is_known(tx, &key)? {
        return Ok(Posted::Already);
    }
    if found.state != State::Settled || amount < Rupiah(0) {
        return Err(Error::problem(Code::BadRequest, "this purchase was never paid"));
    }
    charging::post(tx, found.connection)?;
    let left = Rupiah(found.paid.0 + found.extra.0 - found.returned.0);
    let taken = amount.min(left);
    let granted = share(&found, found.returned, taken);
    tx.db.prepare_cached("UPDATE purchase SET returned = returned + ?2, review = CASE WHEN ?3 THEN 'returned_too_much' ELSE review END WHERE num = ?1")?
        .execute(params![found.num, taken.0, amount > left])?;
    let event = match by {
        Back::Refund => Event::Refund { amount: taken, granted },
        Back::Chargeback => Event::Chargeback { amount: taken, granted },
    };
    put(tx, &found, now, &event, key)
}

/// Gives a purchase up whose payment failed, and its voucher back. One that was settled meanwhile stays settled.
///
/// # Errors
/// There is no such purchase, or the database.
pub fn fail(tx: &mut Tx<'_>, purchase: Uuid) -> Result<(), Error> {
    let found = must(tx, purchase)?;
    give_up(tx, found.num, "failed")
}

/// Gives up what was neither taken nor paid in time, and gives its vouchers back; returns how many.
///
/// # Errors
/// The database.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let now = tx.now;
    let over: Vec<i64> = tx
        .db
        .prepare_cached(
            "SELECT num FROM purchase WHERE state IN ('quoted', 'pending')
               AND expires_at <= ?1 - CASE WHEN state = 'pending' THEN ?2 ELSE 0 END AND expires_at <= ?1 ORDER BY expires_at LIMIT ?3",
        )?
        .query_map([now.0, GRACE_MS, EXPIRING], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for num in &over {
        give_up(tx, *num, "expired")?;
    }
    Ok(over.len())
}

fn give_up(tx: &mut Tx<'_>, num: i64, state: &str) -> Result<(), Error> {
    let changed = tx
        .db
        .prepare_cached("UPDATE purchase SET state = ?2 WHERE num = ?1 AND state IN ('quoted', 'pending')")?
        .execute(params![num, state])?;
    if changed > 0 { vouchers::release(tx, num) } else { Ok(()) }
}

fn is_known(tx: &mut Tx<'_>, key: &str) -> Result<bool, Error> {
    Ok(tx.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM transfer WHERE key = ?1)")?.query_row([key], |row| row.get(0))?)
}

fn must(tx: &mut Tx<'_>, purchase: Uuid) -> Result<Purchase, Error> {
    find(tx, purchase)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))
}

fn put(tx: &mut Tx<'_>, found: &Purchase, at: UtcMillis, event: &Event, key: String) -> Result<Posted, Error> {
    let transfer = event.transfer(key).map_err(|error| Error::Setup(error.to_string()))?;
    let about = About { connection: found.connection, at, month: None, purchase: Some(found.num), who: None, reason: "" };
    ledger::post(tx, &about, &transfer)
}
