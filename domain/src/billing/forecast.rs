//! How long a balance lasts: what it buys at the prices of today, and for how many days the usual use goes on (product.md, 1b and 2a).

use crate::billing::charging::monthly_fee;
use crate::billing::tariff::{DayVolume, TariffVersion, charge, version_on};
use crate::{LocalDay, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// Past days that make a usual one.
pub const USUAL_DAYS: i32 = 14;
/// Fewer days with a sum say nothing.
pub const FEWEST_DAYS: usize = 3;
/// Days that a forecast reaches.
pub const HORIZON: i64 = 90;
/// No purchase buys more than this.
const MOST: Millilitres = Millilitres::cubic_metres(1_000_000);

/// How long a balance lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceForecast {
    /// What it buys on top of the month's use so far, by today's version.
    pub volume: Millilitres,
    /// What the next usual day costs.
    pub per_day: Rupiah,
    /// Tenths of a day that it lasts by the usual use, the next months' fees counted; `None` where the usual use is not known, or it lasts
    /// longer than [`HORIZON`] days.
    pub tenths_of_days: Option<i64>,
}

/// What a connection uses on a usual day: the mean of the days that have a sum; `None` where they are too few.
pub fn usual_day(days: &[DayVolume]) -> Option<Millilitres> {
    let sum: Millilitres = days.iter().map(|day| day.volume.max(Millilitres::ZERO)).sum();
    (days.len() >= FEWEST_DAYS).then(|| Millilitres(sum.0 / days.len() as i64))
}

/// What a volume costs on top of what the month has used, with its tax.
fn on_top(version: &TariffVersion, used: Millilitres, volume: Millilitres) -> i64 {
    let water = i128::from(charge(version, used + volume).0) - i128::from(charge(version, used).0);
    let whole = water + water * i128::from(version.tax_per_mille) / 1_000;
    i64::try_from(whole).unwrap_or(i64::MAX)
}

/// The most that an amount buys on top of where the month is in its blocks.
pub fn buys(version: &TariffVersion, used: Millilitres, amount: Rupiah) -> Millilitres {
    let (mut fits, mut too_much) = (0, MOST.0);
    if amount <= Rupiah(0) {
        return Millilitres::ZERO;
    }
    while too_much - fits > 1 {
        let middle = fits + (too_much - fits) / 2;
        if on_top(version, used, Millilitres(middle)) <= amount.0 { fits = middle } else { too_much = middle }
    }
    Millilitres(fits)
}

/// How long a balance lasts from a day on, on which the month has come so far in its blocks.
pub fn lasts(
    versions: &[TariffVersion],
    balance: Rupiah,
    used: Millilitres,
    today: LocalDay,
    usual: Option<Millilitres>,
) -> BalanceForecast {
    let Some(version) = version_on(versions, today) else { return BalanceForecast::default() };
    let volume = buys(version, used, balance);
    let Some(usual) = usual else { return BalanceForecast { volume, ..BalanceForecast::default() } };
    // What is free each day is in no block.
    let paid = |version: &TariffVersion| (usual - version.lifeline_per_day.max(Millilitres::ZERO)).max(Millilitres::ZERO);
    let price = |version: &TariffVersion, used| on_top(version, used, paid(version));
    let (mut left, mut used) = (balance.0, used);
    let mut tenths_of_days = None;
    for ahead in 0..HORIZON {
        let day = today.plus(ahead as i32);
        let Some(version) = version_on(versions, day) else { break };
        let mut cost = 0;
        if ahead > 0 && day == day.month().first_day() {
            used = Millilitres::ZERO;
            cost = monthly_fee(versions, day, day.month()).map_or(0, |fee| fee.total().0);
        }
        cost += price(version, used);
        if left < cost || left <= 0 {
            tenths_of_days = Some(ahead * 10 + if cost > 0 { left.max(0) * 10 / cost } else { 0 });
            break;
        }
        left -= cost;
        used += paid(version);
    }
    BalanceForecast { volume, per_day: Rupiah(price(version, used.min(MOST))), tenths_of_days }
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
