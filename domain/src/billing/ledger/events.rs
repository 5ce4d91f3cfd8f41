//! What happens to money, and the postings of each.

use crate::Rupiah;
use crate::billing::charging::Charged;
use crate::billing::ledger::{Account, Posting, Transfer, Unbalanced};
use crate::sales::voucher::Grant;

/// How money came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By the payment gateway.
    Gateway,
    /// Over the counter.
    Cash,
}

impl Channel {
    /// The channel as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Cash => "cash",
        }
    }

    const fn account(self) -> Account {
        match self {
            Self::Gateway => Account::GatewayClearing,
            Self::Cash => Account::Cash,
        }
    }
}

/// A purchase that was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How it was paid.
    pub channel: Channel,
    /// What was paid.
    pub paid: Rupiah,
    /// What a voucher gave.
    pub granted: Grant,
}

impl Settled {
    /// What the customer gets for it.
    pub const fn credited(&self) -> Rupiah {
        Rupiah(self.paid.0 + self.granted.discount.0 + self.granted.bonus.0)
    }
}

/// Something that moves money of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A purchase was paid; `lent` is the emergency credit that is repaid first.
    Purchase {
        /// What was paid, and given.
        settled: Settled,
        /// Outstanding emergency credit.
        lent: Rupiah,
    },
    /// Money of a purchase was paid back, and with it a voucher's share.
    Refund {
        /// Paid back.
        amount: Rupiah,
        /// What the voucher gave for that much.
        granted: Grant,
    },
    /// A bank took money of a purchase back, and a voucher's share goes with it.
    Chargeback {
        /// Taken back.
        amount: Rupiah,
        /// What the voucher gave for that much.
        granted: Grant,
    },
    /// Water was used.
    Charge(Charged),
    /// A month that is over costs another sum than was posted; below zero goes back to the customer.
    ChargeCorrection(Charged),
    /// The month's fee, with its tax.
    MonthlyFee(Charged),
    /// Emergency credit was lent.
    EmergencyCredit(Rupiah),
    /// An admin gives (above zero) or takes.
    Adjustment(Rupiah),
    /// What a connection had before; below zero it was owed.
    OpeningBalance(Rupiah),
    /// An opening balance of so much is taken back.
    OpeningReversal(Rupiah),
    /// The payment gateway kept a fee of what came in for a purchase. The customer has no part in it.
    GatewayFee(Rupiah),
}

impl Event {
    /// The event as it is stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Purchase { .. } => "purchase",
            Self::Refund { .. } => "refund",
            Self::Chargeback { .. } => "chargeback",
            Self::Charge(_) => "charge",
            Self::ChargeCorrection(_) => "charge_correction",
            Self::MonthlyFee(_) => "monthly_fee",
            Self::EmergencyCredit(_) => "emergency_credit",
            Self::Adjustment(_) => "adjustment",
            Self::OpeningBalance(_) => "opening_balance",
            Self::OpeningReversal(_) => "opening_reversal",
            Self::GatewayFee(_) => "gateway_fee",
        }
    }

    /// The event's transfer under a key.
    ///
    /// # Errors
    /// The sums pass the range of money.
    pub fn transfer(&self, key: String) -> Result<Transfer, Unbalanced> {
        Transfer::new(self.kind(), key, &self.postings())
    }

    fn postings(&self) -> Vec<Posting> {
        let post = |account, amount: i64| Posting { account, amount: Rupiah(amount) };
        match *self {
            Self::Purchase { settled, lent } => {
                let repaid = lent.0.clamp(0, settled.credited().0.max(0));
                vec![
                    post(settled.channel.account(), -settled.paid.0),
                    post(Account::Discounts, -settled.granted.discount.0),
                    post(Account::VoucherCost, -settled.granted.bonus.0),
                    post(Account::Credit, settled.credited().0 - repaid),
                    post(Account::Emergency, repaid),
                ]
            }
            Self::Refund { amount, granted } => taken_back(Account::Refunds, amount, granted),
            Self::Chargeback { amount, granted } => taken_back(Account::Chargebacks, amount, granted),
            Self::Charge(charged) | Self::ChargeCorrection(charged) => charge(Account::Revenue, charged),
            Self::MonthlyFee(charged) => charge(Account::Fees, charged),
            Self::EmergencyCredit(amount) => vec![post(Account::Credit, amount.0), post(Account::Emergency, -amount.0)],
            Self::Adjustment(amount) => vec![post(Account::Credit, amount.0), post(Account::Adjustments, -amount.0)],
            Self::OpeningBalance(amount) => vec![post(Account::Credit, amount.0), post(Account::OpeningBalances, -amount.0)],
            Self::OpeningReversal(amount) => vec![post(Account::Credit, -amount.0), post(Account::OpeningBalances, amount.0)],
            Self::GatewayFee(fee) => vec![post(Account::GatewayWithheld, fee.0), post(Account::GatewayFees, -fee.0)],
        }
    }
}

fn taken_back(into: Account, amount: Rupiah, granted: Grant) -> Vec<Posting> {
    vec![
        Posting { account: Account::Credit, amount: Rupiah(-(amount.0 + granted.discount.0 + granted.bonus.0)) },
        Posting { account: into, amount },
        Posting { account: Account::Discounts, amount: granted.discount },
        Posting { account: Account::VoucherCost, amount: granted.bonus },
    ]
}

fn charge(into: Account, charged: Charged) -> Vec<Posting> {
    vec![
        Posting { account: Account::Credit, amount: Rupiah(-charged.total().0) },
        Posting { account: into, amount: charged.water },
        Posting { account: Account::Tax, amount: charged.tax },
    ]
}

/// A purchase of which money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidBack {
    /// What was paid for it.
    pub paid: Rupiah,
    /// What was paid on top, such as by paying twice: it goes back first, and has no voucher.
    pub extra: Rupiah,
    /// What its voucher gave.
    pub granted: Grant,
    /// What went back already.
    pub returned: Rupiah,
}

impl PaidBack {
    /// The voucher's share of `amount` more that goes back: it leaves the balance with the money.
    pub fn share_of(&self, amount: Rupiah) -> Grant {
        let of_paid = |returned: i64| (returned - self.extra.0).clamp(0, self.paid.0);
        let (from, until) = (of_paid(self.returned.0), of_paid(self.returned.0 + amount.0));
        let settled = Settled { channel: Channel::Cash, paid: self.paid, granted: self.granted };
        if from == until { Grant::default() } else { undo_share(&settled, Rupiah(from), Rupiah(until - from)) }
    }
}

/// What of a voucher's gift goes back when `amount` more of a purchase is paid back after `before`: in proportion, and all of it once all
/// of the purchase is paid back.
pub fn undo_share(settled: &Settled, before: Rupiah, amount: Rupiah) -> Grant {
    let until = |given: Rupiah, back: i64| {
        if settled.paid.0 <= 0 { given.0 } else { (i128::from(given.0) * i128::from(back) / i128::from(settled.paid.0)) as i64 }
    };
    let share = |given: Rupiah| Rupiah(until(given, before.0 + amount.0) - until(given, before.0));
    Grant { discount: share(settled.granted.discount), bonus: share(settled.granted.bonus) }
}
