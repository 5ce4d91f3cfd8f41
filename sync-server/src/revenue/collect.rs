//! Counts transfers that are not counted yet: in the transaction that posted them, or, of an older release, in parts.
//!
//! A cursor says how far that is. It moves in the same transaction as the sums, so each transfer is counted once, whatever is rolled back or
//! killed; and it costs as much as there are new transfers, however many there are already.

use crate::core::Tx;
use crate::error::Error;
use crate::revenue::rows::counted::Counted;
use crate::revenue::rows::sums::OfConnection;
use crate::revenue::rows::{counted, days, sums};
use domain::billing::ledger::Account;
use domain::revenue::{CountedTransfer, RevenueSums, Sums, TransferKind};
use domain::{LocalDay, LocalMonth};
use std::collections::BTreeMap;

/// Counts transfers, so many at most; returns how many it were.
///
/// # Errors
/// The database.
pub fn collect(tx: &mut Tx<'_>, limit: i64) -> Result<usize, Error> {
    let found = counted::after(tx, sums::cursor(tx)?, limit)?;
    let (count, Some(last)) = (found.len(), found.last().map(|last| last.num)) else { return Ok(0) };
    counted::keep(tx, &found)?;
    let mut by_connection: BTreeMap<(i64, LocalMonth), OfConnection> = BTreeMap::new();
    for counted in &found {
        if let Some(more) = of_connection(counted) {
            let of = by_connection.entry((counted.connection, counted.counts.day.month())).or_default();
            of.received += more.received;
            of.purchases += more.purchases;
            of.when_empty += more.when_empty;
        }
    }
    for ((utility, day), day_sums) in &by_day(found) {
        sums::add(tx, (*utility, *day), day_sums)?;
        days::mark(tx, *utility, *day)?;
    }
    for (of, more) in by_connection {
        sums::add_to_connection(tx, of, more)?;
    }
    sums::move_cursor(tx, last)?;
    Ok(count)
}

/// The sums of transfers by utility and day. Those that count for the same are added up first: of a group's purchases and of a night's charges many
/// do, and each of them would be added to every dimension otherwise.
fn by_day(found: Vec<Counted>) -> BTreeMap<(i64, LocalDay), RevenueSums> {
    let mut alike: BTreeMap<(i64, CountedTransfer), Sums> = BTreeMap::new();
    for Counted { utility, mut counts, .. } in found {
        let (kind, postings) = (counts.kind, std::mem::take(&mut counts.postings));
        alike.entry((utility, counts)).or_default().add_postings(kind, &postings);
    }
    let mut by_day: BTreeMap<(i64, LocalDay), RevenueSums> = BTreeMap::new();
    for ((utility, like), of_all) in &alike {
        by_day.entry((*utility, like.day)).or_default().add_alike(like, of_all);
    }
    by_day
}

/// What a transfer says of how its connection tops up; none where no money comes or goes.
fn of_connection(counted: &Counted) -> Option<OfConnection> {
    let is_money =
        |account| matches!(account, Account::GatewayClearing | Account::Cash | Account::Refunds | Account::Chargebacks);
    let mut money = counted.counts.postings.iter().filter(|posting| is_money(posting.account)).peekable();
    money.peek()?;
    let received = -money.map(|posting| posting.amount.0).sum::<i64>();
    let is_purchase = counted.counts.kind == TransferKind::Purchase;
    let was_empty = is_purchase && counted.credit_before.is_some_and(|before| before.0 <= 0);
    Some(OfConnection { received, purchases: i64::from(is_purchase), when_empty: i64::from(was_empty) })
}
