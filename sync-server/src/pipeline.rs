//! What follows from a group of changes across nouns, before the group is committed.

use crate::billing::credit;
use crate::billing::prices::Prices;
use crate::billing::rows::credit as rows;
use crate::billing::rows::credit::ChangeKind;
use crate::core::Tx;
use crate::error::Error;
use crate::sales::purchases;

/// Changes that one transaction publishes at most: an upgrade leaves more of them behind.
const TOGETHER: i64 = 1_000;

/// Publishes what has changed of billing and sales to devices; returns how many rows.
///
/// # Errors
/// The database.
pub fn publish_billing_changes(tx: &mut Tx<'_>, prices: &mut Prices) -> Result<usize, Error> {
    prices.refresh(tx)?;
    let changes = rows::pending_changes(tx, TOGETHER)?;
    for change in &changes {
        match change.kind {
            ChangeKind::Purchase => purchases::publish(tx, change.num)?,
            kind => credit::publish(tx, prices, kind, change.num)?,
        }
        rows::remove_pending(tx, *change)?;
    }
    Ok(changes.len())
}
