//! What neighbours use: the median and the quartiles of a month's use of connections of the same zone, class and, where it is known, household
//! size. A group of fewer than ten customers is published to nobody, neither by its own figures nor as the difference of two that are
//! (docs/adr/0057).

use crate::core::local_time::DAY_MS;
use crate::{CustomerId, LocalDay, LocalMonth, Millilitres};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Customers of a group that are needed: one with twelve houses is one.
pub const FEWEST: usize = 10;

/// Figures are rounded to so many millilitres, 0.1 m³: no connection's exact use is among them.
pub const ROUNDED_TO: i64 = 100_000;

/// Days of the next month that late readings have before a month is looked at.
pub const GRACE_DAYS: i32 = 3;

/// Months that are looked at when nothing was before.
pub const MONTHS_BACK: i32 = 12;

/// A connection whose month was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whose it is.
    pub customer: CustomerId,
    /// People in the household; `None` where it is not known, or the customer has other connections, so that it says nothing of this one.
    pub size: Option<u8>,
    /// Used in the month.
    pub volume: Millilitres,
}

/// The middle of a group, and between what its middle half is; each rounded to [`ROUNDED_TO`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Middle {
    /// A quarter uses no more than this.
    pub lower: Millilitres,
    /// Half uses no more than this.
    pub median: Millilitres,
    /// Three quarters use no more than this.
    pub upper: Millilitres,
}

/// A group that is large enough to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// People in its households; `None`: all connections of the zone and class.
    pub size: Option<u8>,
    /// Connections in it.
    pub homes: u32,
    /// What they use.
    pub middle: Middle,
}

/// The newest month of which enough time has passed on a local day.
pub fn newest(today: LocalDay) -> LocalMonth {
    LocalMonth(today.plus(-GRACE_DAYS).month().0 - 1)
}

/// Whether a month was measured: to nine tenths, as days that are compared.
pub fn is_measured(month: LocalMonth, covered_ms: i64) -> bool {
    covered_ms >= i64::from(month.days()) * DAY_MS * 9 / 10
}

/// The groups of one zone, class and month: all of its members, and those of each household size. A size is published only if what is in no
/// published size is empty or large enough itself: otherwise a few households would be what two published groups differ by.
pub fn groups(members: &[Member]) -> Vec<Group> {
    if !is_large(members.iter()) {
        return Vec::new();
    }
    let mut sizes: BTreeMap<u8, Vec<Member>> = BTreeMap::new();
    for member in members {
        if let Some(size) = member.size {
            sizes.entry(size).or_default().push(*member);
        }
    }
    sizes.retain(|_, group| is_large(group.iter()));
    let rest = || members.iter().filter(|member| member.size.is_none_or(|size| !sizes.contains_key(&size)));
    if rest().next().is_some() && !is_large(rest()) {
        // What is left and the smallest group are large enough together.
        let smallest = sizes.iter().min_by_key(|(_, group)| group.len()).map(|(size, _)| *size);
        sizes.retain(|size, _| Some(*size) != smallest);
    }
    let whole = Group::of(None, members);
    std::iter::once(whole).chain(sizes.iter().map(|(size, group)| Group::of(Some(*size), group))).collect()
}

/// The one of a class's groups, each with its size, that a connection is shown: that of its household's size, or the whole.
pub fn shown_to<T: Copy>(groups: &[(Option<u8>, T)], size: Option<u8>) -> Option<T> {
    let of = |wanted: Option<u8>| groups.iter().find(|(size, _)| *size == wanted).map(|(_, group)| *group);
    size.and_then(|size| of(Some(size))).or_else(|| of(None))
}

fn is_large<'a>(members: impl Iterator<Item = &'a Member>) -> bool {
    members.map(|member| member.customer).collect::<BTreeSet<_>>().len() >= FEWEST
}

impl Group {
    fn of(size: Option<u8>, members: &[Member]) -> Self {
        let mut used: Vec<i64> = members.iter().map(|member| member.volume.0.max(0)).collect();
        used.sort_unstable();
        let middle = Middle { lower: quarter(&used, 1), median: quarter(&used, 2), upper: quarter(&used, 3) };
        Self { size, homes: members.len() as u32, middle }
    }
}

/// The value at so many quarters of the way from the first to the last of a sorted list, between two by how near it is to each.
fn quarter(sorted: &[i64], quarters: usize) -> Millilitres {
    let Some(last) = sorted.len().checked_sub(1) else { return Millilitres::ZERO };
    let (at, part) = (last * quarters / 4, (last * quarters % 4) as i128);
    let (below, above) = (i128::from(sorted[at]), i128::from(sorted[last.min(at + 1)]));
    let fourfold = below * 4 + (above - below) * part;
    let step = 4 * i128::from(ROUNDED_TO);
    Millilitres(((fourfold + step / 2) / step * i128::from(ROUNDED_TO)) as i64)
}

#[cfg(test)]
#[path = "neighbours_tests.rs"]
mod tests;
