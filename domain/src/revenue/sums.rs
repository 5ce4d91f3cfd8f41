//! Sums of postings by the kind of their transfer and their account: of a day, and of any stretch of days.
//!
//! A day has them as a whole and for each value of each dimension, and no finer: a day of a utility is some kilobytes, and whatever is shown of
//! a stretch is the sum of its days.

use crate::billing::ledger::{Account, Posting};
use crate::billing::tariff::TariffClass;
use crate::revenue::{Dimension, TransferKind};
use crate::{LocalDay, LocalMonth, Rupiah, UserId, ZoneId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A transfer as revenue counts it. What it is divided by is as it was on the day, and never follows later changes. Its order is that of its
/// fields, for collections.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountedTransfer {
    /// The local day of its connection on which it was posted.
    pub day: LocalDay,
    /// The local hour, 0 to 23.
    pub hour: u8,
    /// What it is about.
    pub kind: TransferKind,
    /// The way to pay of its purchase.
    pub method: Option<String>,
    /// The connection's tariff class on that day; none before its first.
    pub class: Option<TariffClass>,
    /// The connection's zone then.
    pub zone: ZoneId,
    /// The campaign of its purchase's voucher.
    pub campaign: Option<Uuid>,
    /// Who took or gave cash.
    pub collector: Option<UserId>,
    /// The local month to which it belongs, where it charges one.
    pub month: Option<LocalMonth>,
    /// Its postings: each account at most once, and they add up to zero.
    pub postings: Vec<Posting>,
}

impl CountedTransfer {
    /// Its value in a dimension; none where it has none, and for the whole.
    pub fn value(&self, dimension: Dimension) -> Option<String> {
        match dimension {
            Dimension::All => None,
            Dimension::Method => self.method.clone(),
            Dimension::Class => self.class.map(|class| class.as_str().to_owned()),
            Dimension::Zone => Some(self.zone.to_string()),
            Dimension::Campaign => self.campaign.map(|campaign| campaign.to_string()),
            Dimension::Collector => self.collector.map(|user| user.to_string()),
            Dimension::Hour => Some(self.hour.to_string()),
            Dimension::Month => self.month.map(|month| month.0.to_string()),
        }
    }
}

/// Postings of one kind of transfer on one account, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Their amounts; above zero credits the account.
    pub amount: Rupiah,
    /// How many they are.
    pub count: i64,
}

impl Sum {
    fn add(&mut self, other: Self, times: i64) {
        self.amount.0 += other.amount.0 * times;
        self.count += other.count * times;
    }
}

/// Sums by kind of transfer and account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<(TransferKind, Account), Sum>);

impl Sums {
    /// Of a kind of transfer on an account.
    pub fn of(&self, kind: TransferKind, account: Account) -> Sum {
        self.0.get(&(kind, account)).copied().unwrap_or_default()
    }

    /// On an account, of whatever kind.
    pub fn on(&self, account: Account) -> Rupiah {
        Rupiah(self.0.iter().filter(|((_, on), _)| *on == account).map(|(_, sum)| sum.amount.0).sum())
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (TransferKind, Account, Sum)> + '_ {
        self.0.iter().map(|((kind, account), sum)| (*kind, *account, *sum))
    }

    /// Adds to one of them.
    pub fn add(&mut self, kind: TransferKind, account: Account, sum: Sum) {
        self.0.entry((kind, account)).or_default().add(sum, 1);
    }

    /// Adds the postings of one transfer of a kind.
    pub fn add_postings(&mut self, kind: TransferKind, postings: &[Posting]) {
        for posting in postings {
            self.add(kind, posting.account, Sum { amount: posting.amount, count: 1 });
        }
    }

    /// Adds others to these.
    pub fn merge(&mut self, others: &Self) {
        for (kind, account, sum) in others.iter() {
            self.add(kind, account, sum);
        }
    }

    /// Takes others away from these.
    fn take(&mut self, others: &Self) {
        for (kind, account, sum) in others.iter() {
            self.0.entry((kind, account)).or_default().add(sum, -1);
        }
        self.0.retain(|_, sum| *sum != Sum::default());
    }
}

/// One sum of a day, as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// By what it is divided.
    pub dimension: Dimension,
    /// The value there; empty for the whole.
    pub value: String,
    /// Of which kind of transfer.
    pub kind: TransferKind,
    /// On which account.
    pub account: Account,
}

/// The sums of a stretch of days: the whole, and by the values of each dimension. What has no value in one is not kept: it is the whole less
/// the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevenueSums {
    whole: Sums,
    parts: BTreeMap<Dimension, BTreeMap<String, Sums>>,
}

impl RevenueSums {
    /// Adds a transfer.
    pub fn add(&mut self, fact: &CountedTransfer) {
        let mut sums = Sums::default();
        sums.add_postings(fact.kind, &fact.postings);
        self.add_alike(fact, &sums);
    }

    /// Adds transfers that count for the same: `like` says for what, and its own postings are not looked at; `sums` are the postings of all of them.
    pub fn add_alike(&mut self, like: &CountedTransfer, sums: &Sums) {
        if sums.is_empty() {
            return;
        }
        self.whole.merge(sums);
        for dimension in Dimension::ALL {
            if let Some(value) = like.value(dimension) {
                self.parts.entry(dimension).or_default().entry(value).or_default().merge(sums);
            }
        }
    }

    /// Adds to the sum of a value, and to the whole if the dimension is [`Dimension::All`]; what has no value is in the whole alone.
    pub fn add_to(&mut self, dimension: Dimension, value: Option<&str>, (kind, account): (TransferKind, Account), sum: Sum) {
        match (dimension, value) {
            (Dimension::All, _) => self.whole.add(kind, account, sum),
            (_, None) => {}
            (_, Some(value)) => {
                let values = self.parts.entry(dimension).or_default();
                match values.get_mut(value) {
                    Some(sums) => sums.add(kind, account, sum),
                    None => values.entry(value.to_owned()).or_default().add(kind, account, sum),
                }
            }
        }
    }

    /// Adds the whole of another stretch, and its parts in these dimensions.
    pub fn merge(&mut self, other: &Self, dimensions: &[Dimension]) {
        self.whole.merge(&other.whole);
        for (dimension, values) in other.parts.iter().filter(|(dimension, _)| dimensions.contains(dimension)) {
            let into = self.parts.entry(*dimension).or_default();
            for (value, sums) in values {
                match into.get_mut(value) {
                    Some(own) => own.merge(sums),
                    None => {
                        into.insert(value.clone(), sums.clone());
                    }
                }
            }
        }
    }

    /// The whole.
    pub const fn whole(&self) -> &Sums {
        &self.whole
    }

    /// What a value of a dimension has; none where there is nothing of it.
    pub fn part(&self, dimension: Dimension, value: &str) -> Option<&Sums> {
        self.parts.get(&dimension)?.get(value)
    }

    /// The values of a dimension with their sums, in order, and what has no value behind them: together they are the whole.
    pub fn values(&self, dimension: Dimension) -> Vec<(Option<String>, Sums)> {
        let mut rest = self.whole.clone();
        let mut values = Vec::new();
        for (value, sums) in self.parts.get(&dimension).into_iter().flatten() {
            rest.take(sums);
            values.push((Some(value.clone()), sums.clone()));
        }
        if !rest.is_empty() {
            values.push((None, rest));
        }
        values
    }

    /// Each sum with its place, in their order.
    pub fn cells(&self) -> Vec<(Cell, Sum)> {
        let mut cells = Vec::new();
        let mut list = |dimension: Dimension, value: &str, sums: &Sums| {
            for (kind, account, sum) in sums.iter() {
                cells.push((Cell { dimension, value: value.to_owned(), kind, account }, sum));
            }
        };
        list(Dimension::All, "", &self.whole);
        for (dimension, values) in &self.parts {
            for (value, sums) in values {
                list(*dimension, value, sums);
            }
        }
        cells
    }
}
