//! Posting to the ledger: a transfer happens once under its key, and each account's balance follows from its postings.

use crate::billing::rows::{connections, ledger};
use crate::core::Tx;
use crate::core::tx::PostedTransfer;
use crate::error::Error;
use domain::billing::ledger::{Event, Transfer};

pub use crate::billing::rows::ledger::{TransferContext, balance, posted_under, statement};

/// What became of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is in the ledger now.
    New,
    /// One was in the ledger under this key: nothing was changed.
    Already,
}

/// Appends a transfer, unless there is one under its key. A transfer without postings leaves its key behind, so that it stays without.
///
/// # Errors
/// No such connection, a balance past the range of money, or the database.
pub fn post(tx: &mut Tx<'_>, context: &TransferContext<'_>, transfer: &Transfer) -> Result<Posted, Error> {
    let utility = connections::utility(tx, context.connection)?;
    let Some(num) = ledger::insert_transfer(tx, utility, context, transfer)? else { return Ok(Posted::Already) };
    let mut postings = Vec::with_capacity(transfer.postings.len());
    for posting in &transfer.postings {
        let (account, after) = ledger::add_to_account(tx, utility, context.connection, posting)?;
        ledger::insert_posting(tx, num, (account, posting.amount, after))?;
        postings.push((*posting, after));
    }
    tx.record_posted(PostedTransfer { num, postings });
    Ok(Posted::New)
}

/// Appends the transfer that an event comes to, under a key.
///
/// # Errors
/// As [`post`], or amounts that come to no transfer.
pub fn post_event(tx: &mut Tx<'_>, context: &TransferContext<'_>, event: &Event, key: String) -> Result<Posted, Error> {
    let transfer = event.transfer(key).map_err(|error| Error::Setup(error.to_string()))?;
    post(tx, context, &transfer)
}

/// Whether a transfer is in the ledger under a key.
///
/// # Errors
/// The database.
pub fn is_posted(tx: &mut Tx<'_>, key: &str) -> Result<bool, Error> {
    ledger::has_transfer(tx, key)
}
