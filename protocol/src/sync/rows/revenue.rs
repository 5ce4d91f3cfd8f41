//! The revenue of a utility on a local day, as admins' devices hold it.

use domain::billing::ledger::Account;
use domain::revenue::{Dimension, RevenueSums, Sum, TransferKind};
use domain::{LocalDay, Rupiah, UtcMillis, UtilityId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sums of a local day, under `{utility}/{day}`. Numbers stand for words, so that a day is some kilobytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueDay {
    /// The utility.
    pub id: UtilityId,
    /// The day, in the zone of each connection.
    pub day: LocalDay,
    /// When it was written, by the server's clock.
    pub at: UtcMillis,
    /// The whole, and the parts by the values of each dimension.
    pub parts: Vec<RevenuePart>,
    /// What campaigns and collectors among the values are called, by the value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
}

/// A part: the number of the dimension ([`Dimension::code`]), the value, and its sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenuePart(pub u8, pub String, pub Vec<RevenueCell>);

/// A sum: the numbers of the kind ([`TransferKind::code`]) and the account ([`Account::code`]), rupiah, and how many postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueCell(pub u8, pub u8, pub i64, pub i64);

impl RevenueDay {
    /// Of sums.
    pub fn new((id, day): (UtilityId, LocalDay), at: UtcMillis, sums: &RevenueSums, names: BTreeMap<String, String>) -> Self {
        let mut parts: Vec<RevenuePart> = Vec::new();
        for (cell, sum) in sums.cells() {
            let number = cell.dimension.code();
            let same = parts.last().is_some_and(|part| part.0 == number && part.1 == cell.value);
            if !same {
                parts.push(RevenuePart(number, cell.value, Vec::new()));
            }
            if let Some(part) = parts.last_mut() {
                part.2.push(RevenueCell(cell.kind.code(), cell.account.code(), sum.amount.0, sum.count));
            }
        }
        Self { id, day, at, parts, names }
    }

    /// Its sums. What a newer server divides by, or posts to, and this program does not know is left out.
    pub fn sums(&self) -> RevenueSums {
        let mut sums = RevenueSums::default();
        for RevenuePart(number, value, cells) in &self.parts {
            let Some(dimension) = Dimension::from_code(*number) else { continue };
            for RevenueCell(kind, account, amount, count) in cells {
                let Some(account) = Account::from_code(*account) else { continue };
                let sum = Sum { amount: Rupiah(*amount), count: *count };
                sums.add_to(dimension, Some(value.as_str()), (TransferKind::from_code(*kind), account), sum);
            }
        }
        sums
    }
}
