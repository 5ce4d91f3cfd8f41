//! The figures of a period, by the definitions of docs/LEDGER.md, and how they follow from one another.

use crate::Rupiah;
use crate::billing::ledger::Account;
use crate::revenue::{Sums, TransferKind, growth};
use serde::{Deserialize, Serialize};

/// What a utility received and earned. Each figure is above zero in the sense of its name: refunds are what was paid back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figures {
    /// Money that came in, less what went back: gateway and cash, less refunds and chargebacks.
    pub received: Rupiah,
    /// Of it what came by the payment gateway.
    pub gateway: Rupiah,
    /// Of it what came over the counter.
    pub cash: Rupiah,
    /// Paid back.
    pub refunds: Rupiah,
    /// Taken back by banks.
    pub chargebacks: Rupiah,
    /// Water that was charged, corrections among it.
    pub consumed: Rupiah,
    /// Of it what corrects months that were over; below zero where it went back to customers.
    pub corrections: Rupiah,
    /// Monthly fees that were charged.
    pub fees: Rupiah,
    /// Tax that was charged.
    pub tax: Rupiah,
    /// What vouchers took off prices.
    pub discounts: Rupiah,
    /// Water that vouchers credited.
    pub voucher_cost: Rupiah,
    /// What admins gave, less what they took.
    pub adjustments: Rupiah,
    /// Opening balances that imports brought, less those taken back.
    pub openings: Rupiah,
    /// What the payment gateway kept of what came in: a cost, and in no other figure.
    pub gateway_fees: Rupiah,
    /// By how much the unearned balance changed: what is owed as water, less what was lent.
    pub unearned_change: Rupiah,
    /// Purchases that were paid.
    pub purchases: i64,
}

impl Figures {
    /// The figures of sums.
    pub fn of(sums: &Sums) -> Self {
        let on = |account| sums.on(account).0;
        let (gateway, cash) = (Rupiah(-on(Account::GatewayClearing)), Rupiah(-on(Account::Cash)));
        let (refunds, chargebacks) = (Rupiah(on(Account::Refunds)), Rupiah(on(Account::Chargebacks)));
        Self {
            received: Rupiah(gateway.0 + cash.0 - refunds.0 - chargebacks.0),
            gateway,
            cash,
            refunds,
            chargebacks,
            consumed: Rupiah(on(Account::Revenue)),
            corrections: sums.of(TransferKind::ChargeCorrection, Account::Revenue).amount,
            fees: Rupiah(on(Account::Fees)),
            tax: Rupiah(on(Account::Tax)),
            discounts: Rupiah(-on(Account::Discounts)),
            voucher_cost: Rupiah(-on(Account::VoucherCost)),
            adjustments: Rupiah(-on(Account::Adjustments)),
            openings: Rupiah(-on(Account::OpeningBalances)),
            gateway_fees: Rupiah(-on(Account::GatewayFees)),
            unearned_change: Rupiah(on(Account::Credit) + on(Account::Emergency)),
            purchases: sums.of(TransferKind::Purchase, Account::GatewayClearing).count
                + sums.of(TransferKind::Purchase, Account::Cash).count,
        }
    }

    /// Whether the unearned balance changed by what came in, was given and was charged: it holds wherever postings add up to zero.
    pub const fn is_exact(&self) -> bool {
        let given = self.discounts.0 + self.voucher_cost.0 + self.adjustments.0 + self.openings.0;
        let charged = self.consumed.0 + self.fees.0 + self.tax.0;
        self.unearned_change.0 == self.received.0 + given - charged
    }

    /// From what was sold to what is left of it for water.
    pub const fn bridge(&self) -> Bridge {
        let returned = Rupiah(self.refunds.0 + self.chargebacks.0);
        Bridge {
            gross: Rupiah(self.received.0 + returned.0 + self.discounts.0 + self.voucher_cost.0),
            discounts: Rupiah(self.discounts.0 + self.voucher_cost.0),
            returned,
            received: self.received,
            fees: self.fees,
            tax: self.tax,
            net: Rupiah(self.received.0 - self.fees.0 - self.tax.0),
        }
    }
}

/// From gross to net: `gross - discounts - returned = received`, and `received - fees - tax = net`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// The value of the credit that was sold: what was paid for it, and what vouchers gave.
    pub gross: Rupiah,
    /// What vouchers gave: taken off prices, or credited as water.
    pub discounts: Rupiah,
    /// Refunds and chargebacks.
    pub returned: Rupiah,
    /// Money that came in and stayed.
    pub received: Rupiah,
    /// Monthly fees that were charged in the same period.
    pub fees: Rupiah,
    /// Tax that was charged in the same period, which is owed to the state.
    pub tax: Rupiah,
    /// What is left for water.
    pub net: Rupiah,
}

/// By how much figures differ from those of an earlier stretch, per mille; none where those were zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// Of what was received.
    pub received: Option<i64>,
    /// Of what was consumed.
    pub consumed: Option<i64>,
    /// Of fees.
    pub fees: Option<i64>,
    /// Of tax.
    pub tax: Option<i64>,
    /// Of what vouchers gave, both ways.
    pub discounts: Option<i64>,
    /// Of refunds and chargebacks.
    pub returned: Option<i64>,
    /// Of the number of purchases.
    pub purchases: Option<i64>,
}

impl Growth {
    /// From earlier figures to later ones.
    pub fn between(earlier: &Figures, now: &Figures) -> Self {
        let (before, after) = (earlier.bridge(), now.bridge());
        Self {
            received: growth(earlier.received.0, now.received.0),
            consumed: growth(earlier.consumed.0, now.consumed.0),
            fees: growth(earlier.fees.0, now.fees.0),
            tax: growth(earlier.tax.0, now.tax.0),
            discounts: growth(before.discounts.0, after.discounts.0),
            returned: growth(before.returned.0, after.returned.0),
            purchases: growth(earlier.purchases, now.purchases),
        }
    }
}
