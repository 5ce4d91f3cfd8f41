//! The ledger: every rupiah moves between accounts by a transfer whose postings add up to nothing.
//!
//! An amount above zero credits an account, one below zero debits it. So a customer's credit is above zero while the utility owes water,
//! what came in by cash or gateway is below zero, and all balances together are always zero.

mod events;
#[cfg(test)]
mod tests;

pub use events::{Channel, Event, PaidBack, Settled, undo_share};

use crate::Rupiah;
use serde::{Deserialize, Serialize};

/// What an account is for. The first two are one for each connection, all others one for each utility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// What a connection has left.
    Credit,
    /// What a connection has been lent as emergency credit (below zero while it is).
    Emergency,
    /// Water that was used.
    Revenue,
    /// Monthly fees.
    Fees,
    /// Tax that is owed to the state.
    Tax,
    /// What vouchers took off prices.
    Discounts,
    /// What vouchers credited as water.
    VoucherCost,
    /// Money that came by the gateway.
    GatewayClearing,
    /// Money that came over the counter.
    Cash,
    /// Money that was paid back.
    Refunds,
    /// Money that a bank took back.
    Chargebacks,
    /// What an admin gave or took, with a reason.
    Adjustments,
    /// What connections had before, as imports brought it.
    OpeningBalances,
    /// What the payment gateway costs.
    GatewayFees,
    /// What the payment gateway kept of what came in by it: the other side of its fees.
    GatewayWithheld,
}

impl Account {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Credit,
        Self::Emergency,
        Self::Revenue,
        Self::Fees,
        Self::Tax,
        Self::Discounts,
        Self::VoucherCost,
        Self::GatewayClearing,
        Self::Cash,
        Self::Refunds,
        Self::Chargebacks,
        Self::Adjustments,
        Self::OpeningBalances,
        Self::GatewayFees,
        Self::GatewayWithheld,
    ];

    /// The account as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Emergency => "emergency",
            Self::Revenue => "revenue",
            Self::Fees => "fees",
            Self::Tax => "tax",
            Self::Discounts => "discounts",
            Self::VoucherCost => "voucher_cost",
            Self::GatewayClearing => "gateway_clearing",
            Self::Cash => "cash",
            Self::Refunds => "refunds",
            Self::Chargebacks => "chargebacks",
            Self::Adjustments => "adjustments",
            Self::OpeningBalances => "opening_balances",
            Self::GatewayFees => "gateway_fees",
            Self::GatewayWithheld => "gateway_withheld",
        }
    }

    /// Its number in rows of devices, which never means another one.
    pub const fn code(self) -> u8 {
        match self {
            Self::Credit => 1,
            Self::Emergency => 2,
            Self::Revenue => 3,
            Self::Fees => 4,
            Self::Tax => 5,
            Self::Discounts => 6,
            Self::VoucherCost => 7,
            Self::GatewayClearing => 8,
            Self::Cash => 9,
            Self::Refunds => 10,
            Self::Chargebacks => 11,
            Self::Adjustments => 12,
            Self::OpeningBalances => 13,
            Self::GatewayFees => 14,
            Self::GatewayWithheld => 15,
        }
    }

    /// The account of a number, if this program knows it.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.code() == code)
    }

    /// The account of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.as_str() == word)
    }

    /// Whether each connection has one of its own.
    pub const fn is_of_connection(self) -> bool {
        matches!(self, Self::Credit | Self::Emergency)
    }
}

/// One side of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// Above zero credits it.
    pub amount: Rupiah,
}

/// Postings that belong together, under a key that lets them happen once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The word of its event.
    pub kind: &'static str,
    /// Chosen before it is sent: whatever comes again under it changes nothing.
    pub key: String,
    /// Each account at most once; none of zero; they add up to zero.
    pub postings: Vec<Posting>,
}

/// Postings that do not add up to zero, or pass the range of money.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a transfer's postings add up to {0}, not to zero")]
pub struct Unbalanced(i128);

impl Transfer {
    /// Puts postings together: each account once, and none of zero.
    ///
    /// # Errors
    /// They do not add up.
    pub fn new(kind: &'static str, key: String, postings: &[Posting]) -> Result<Self, Unbalanced> {
        let mut merged: Vec<Posting> = Vec::with_capacity(postings.len());
        for posting in postings {
            match merged.iter_mut().find(|other| other.account == posting.account) {
                Some(other) => {
                    let sum = other.amount.checked_add(posting.amount);
                    other.amount = sum.ok_or(Unbalanced(i128::from(other.amount.0) + i128::from(posting.amount.0)))?;
                }
                None => merged.push(*posting),
            }
        }
        merged.retain(|posting| posting.amount != Rupiah(0));
        let sum: i128 = merged.iter().map(|posting| i128::from(posting.amount.0)).sum();
        if sum == 0 { Ok(Self { kind, key, postings: merged }) } else { Err(Unbalanced(sum)) }
    }

    /// What the transfer does to an account.
    pub fn on(&self, account: Account) -> Rupiah {
        self.postings.iter().find(|posting| posting.account == account).map_or(Rupiah(0), |posting| posting.amount)
    }
}
