//! What can be looked behind: a figure with its accounts, what is asked of the server for it, and what a transfer adds to it.

use domain::Rupiah;
use domain::billing::ledger::Account;
use domain::revenue::Figures;
use protocol::revenue::RevenueTransfer;

/// A figure of the page. Each is a sum of accounts (docs/LEDGER.md), so that the transfers behind it add up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Money that came in, less what went back.
    Received,
    /// The value of the credit that was sold.
    Gross,
    /// What vouchers gave.
    Discounts,
    /// Refunds and chargebacks.
    Returned,
    /// Water that was charged.
    Consumed,
    /// Monthly fees.
    Fees,
    /// Tax.
    Tax,
    /// What is left for water.
    Net,
    /// What the payment gateway kept: a cost that is in no other figure.
    GatewayFees,
    /// By how much the unearned balance changed.
    Unearned,
}

/// A part of what is behind a figure: transfers with a posting on an account, or of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its word's key.
    pub key: &'static str,
    /// The account.
    pub account: Option<Account>,
    /// The kind, in the ledger's word.
    pub kind: Option<&'static str>,
}

const fn of_kind(key: &'static str, kind: &'static str) -> Part {
    Part { key, account: None, kind: Some(kind) }
}

const fn on_account(key: &'static str, account: Account) -> Part {
    Part { key, account: Some(account), kind: None }
}

const CAME: [Part; 3] =
    [of_kind("line-purchase", "purchase"), of_kind("line-refund", "refund"), of_kind("line-chargeback", "chargeback")];
const GIVEN: [Part; 2] = [
    on_account("revenue-account-discounts", Account::Discounts),
    on_account("revenue-account-voucher_cost", Account::VoucherCost),
];
const WENT_BACK: [Part; 2] = [on_account("line-refund", Account::Refunds), on_account("line-chargeback", Account::Chargebacks)];
const USED: [Part; 2] = [on_account("revenue-all", Account::Revenue), of_kind("line-charge_correction", "charge_correction")];
const FEES: [Part; 1] = [on_account("line-monthly_fee", Account::Fees)];
const TAX: [Part; 1] = [on_account("revenue-figure-tax", Account::Tax)];
const LEFT: [Part; 5] = [
    of_kind("line-purchase", "purchase"),
    of_kind("line-refund", "refund"),
    of_kind("line-chargeback", "chargeback"),
    on_account("line-monthly_fee", Account::Fees),
    on_account("revenue-figure-tax", Account::Tax),
];
const KEPT_BACK: [Part; 1] = [on_account("revenue-account-gateway_fees", Account::GatewayFees)];
const OWED: [Part; 2] =
    [on_account("revenue-account-credit", Account::Credit), on_account("revenue-account-emergency", Account::Emergency)];

impl Figure {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Gross,
        Self::Discounts,
        Self::Returned,
        Self::Consumed,
        Self::Fees,
        Self::Tax,
        Self::Net,
        Self::GatewayFees,
        Self::Unearned,
    ];

    /// Its word in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "diterima",
            Self::Gross => "bruto",
            Self::Discounts => "potongan",
            Self::Returned => "dikembalikan",
            Self::Consumed => "terpakai",
            Self::Fees => "biaya",
            Self::Tax => "pajak",
            Self::Net => "bersih",
            Self::GatewayFees => "biaya-penyedia",
            Self::Unearned => "saldo",
        }
    }

    /// The figure of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.word() == word)
    }

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Received => "revenue-figure-received",
            Self::Gross => "revenue-figure-gross",
            Self::Discounts => "revenue-figure-discounts",
            Self::Returned => "revenue-figure-returned",
            Self::Consumed => "revenue-figure-consumed",
            Self::Fees => "revenue-figure-fees",
            Self::Tax => "revenue-figure-tax",
            Self::Net => "revenue-figure-net",
            Self::GatewayFees => "revenue-figure-gateway-fees",
            Self::Unearned => "revenue-figure-unearned-change",
        }
    }

    /// What it is in some figures.
    pub fn of(self, figures: &Figures) -> Rupiah {
        let bridge = figures.bridge();
        match self {
            Self::Received => bridge.received,
            Self::Gross => bridge.gross,
            Self::Discounts => bridge.discounts,
            Self::Returned => bridge.returned,
            Self::Consumed => figures.consumed,
            Self::Fees => bridge.fees,
            Self::Tax => bridge.tax,
            Self::Net => bridge.net,
            Self::GatewayFees => figures.gateway_fees,
            Self::Unearned => figures.unearned_change,
        }
    }

    /// What is behind it, part by part.
    pub const fn parts(self) -> &'static [Part] {
        match self {
            Self::Received | Self::Gross => &CAME,
            Self::Discounts => &GIVEN,
            Self::Returned => &WENT_BACK,
            Self::Consumed => &USED,
            Self::Fees => &FEES,
            Self::Tax => &TAX,
            Self::Net => &LEFT,
            Self::GatewayFees => &KEPT_BACK,
            Self::Unearned => &OWED,
        }
    }

    /// One of its parts; the first one where there are not so many.
    pub fn part(self, place: usize) -> Part {
        self.parts().get(place).copied().unwrap_or(self.parts()[0])
    }

    /// Its accounts, and whether money on them is below zero where the figure is above.
    const fn accounts(self) -> (&'static [Account], bool) {
        use Account::{
            Cash, Chargebacks, Credit, Discounts, Emergency, Fees, GatewayClearing, GatewayFees, Refunds, Revenue, Tax,
            VoucherCost,
        };
        match self {
            Self::Received => (&[GatewayClearing, Cash, Refunds, Chargebacks], true),
            Self::Gross => (&[GatewayClearing, Cash, Discounts, VoucherCost], true),
            Self::Discounts => (&[Discounts, VoucherCost], true),
            Self::Returned => (&[Refunds, Chargebacks], false),
            Self::Consumed => (&[Revenue], false),
            Self::Fees => (&[Fees], false),
            Self::Tax => (&[Tax], false),
            Self::GatewayFees => (&[GatewayFees], true),
            Self::Net => (&[GatewayClearing, Cash, Refunds, Chargebacks, Fees, Tax], true),
            Self::Unearned => (&[Credit, Emergency], false),
        }
    }

    /// What a transfer adds to it; of a part that is on an account, only what is on that one.
    pub fn amount(self, transfer: &RevenueTransfer, part: Part) -> Rupiah {
        let (accounts, is_turned) = self.accounts();
        let counts = |account: Account| accounts.contains(&account) && part.account.is_none_or(|only| only == account);
        let sum: i64 = transfer.postings.iter().filter(|posting| counts(posting.account)).map(|posting| posting.amount.0).sum();
        Rupiah(if is_turned { -sum } else { sum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::billing::ledger::{Channel, Event, Posting, Settled};
    use domain::revenue::{Sum, Sums, TransferKind};
    use domain::sales::voucher::Grant;
    use protocol::revenue::RevenuePosting;

    fn transfer(postings: &[Posting]) -> RevenueTransfer {
        let json = serde_json::json!({
            "no": 1, "kind": "purchase", "at": 0, "day": 0, "hour": 7, "connection": uuid::Uuid::nil(), "label": "",
            "customer": uuid::Uuid::nil(), "customer_name": "", "amount": 0, "postings": [], "zone": ""
        });
        let of = |posting: &Posting| RevenuePosting { account: posting.account, amount: posting.amount };
        let empty: RevenueTransfer = serde_json::from_value(json).expect("a transfer");
        RevenueTransfer { postings: postings.iter().map(of).collect(), ..empty }
    }

    #[test]
    fn what_transfers_add_to_a_figure_is_the_figure() {
        let granted = Grant { discount: Rupiah(10_000), bonus: Rupiah(3_000) };
        let charged = domain::billing::charging::Charged { water: Rupiah(15_000), tax: Rupiah(1_500) };
        let events = [
            Event::Purchase { settled: Settled { channel: Channel::Cash, paid: Rupiah(90_000), granted }, lent: Rupiah(4_000) },
            Event::Purchase {
                settled: Settled { channel: Channel::Gateway, paid: Rupiah(70_000), granted: Grant::default() },
                lent: Rupiah(0),
            },
            Event::Charge(charged),
            Event::MonthlyFee(charged),
            Event::EmergencyCredit(Rupiah(10_000)),
            Event::Adjustment(Rupiah(-7_000)),
            Event::GatewayFee(Rupiah(700)),
        ];
        let (mut sums, mut transfers) = (Sums::default(), Vec::new());
        for event in events {
            let postings = event.transfer("key".into()).expect("it adds up").postings;
            for posting in &postings {
                sums.add(TransferKind::from_word(event.kind()), posting.account, Sum { amount: posting.amount, count: 1 });
            }
            transfers.push(transfer(&postings));
        }
        let figures = Figures::of(&sums);
        for figure in Figure::ALL {
            let whole = Part { key: "", account: None, kind: None };
            let added: i64 = transfers.iter().map(|transfer| figure.amount(transfer, whole).0).sum();
            assert_eq!(Rupiah(added), figure.of(&figures), "{figure:?}");
            assert_eq!(Figure::of_word(figure.word()), Some(figure));
        }
    }
}
