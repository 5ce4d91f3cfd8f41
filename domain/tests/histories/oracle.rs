//! The oracle: what everything should come to, by the slowest and plainest way there is. It shares no code with what it judges.

use super::field::{Flowed, START};
use domain::billing::tariff::{BlockMode, TariffVersion};
use domain::{LocalDay, LocalMonth};
use std::collections::BTreeMap;

/// What flowed on each day: each stretch is walked hour by hour, and each hour gets what the stretch had passed by its end, whole
/// millilitres, less what it had passed before.
pub fn days(flowed: &[Flowed]) -> BTreeMap<LocalDay, i64> {
    let mut days = BTreeMap::new();
    for stretch in flowed {
        let passed = |hour: i64| stretch.volume * (hour - stretch.from) / (stretch.to - stretch.from);
        for hour in stretch.from..stretch.to {
            let day = LocalDay(START.0 + i32::try_from(hour / 24).expect("a day"));
            *days.entry(day).or_insert(0) += passed(hour + 1) - passed(hour);
        }
    }
    days.retain(|_, volume| *volume != 0);
    days
}

/// The place in the list of the version of a day.
fn version_of(versions: &[TariffVersion], day: LocalDay) -> Option<usize> {
    let mut found: Option<usize> = None;
    for place in 0..versions.len() {
        let begun = versions[place].effective_from.0 <= day.0;
        if begun && found.is_none_or(|before| versions[place].effective_from.0 >= versions[before].effective_from.0) {
            found = Some(place);
        }
    }
    found
}

/// Rupiah × 10⁶ of what lies between two positions of a month, block by block.
fn between(version: &TariffVersion, from: i64, to: i64) -> i128 {
    let (mut start, mut cost) = (0, 0_i128);
    for block in &version.blocks {
        let end = block.up_to.map_or(i64::MAX, |end| end.0);
        let inside = to.min(end) - from.max(start);
        if inside > 0 {
            cost += i128::from(inside) * i128::from(block.price_per_m3.0);
        }
        start = end;
    }
    cost
}

/// The price of the block that holds a position.
fn price_at(version: &TariffVersion, position: i64) -> i64 {
    let block = version.blocks.iter().find(|block| block.up_to.is_none_or(|end| position <= end.0));
    block.expect("the last block is open").price_per_m3.0
}

/// Water and tax of a month.
pub fn month(versions: &[TariffVersion], days: &BTreeMap<LocalDay, i64>, month: LocalMonth) -> (i64, i64) {
    let mut position = 0;
    // By version: exact cost, volume, and the position in the month at its end.
    let mut parts: Vec<(i128, i64, i64)> = vec![(0, 0, 0); versions.len()];
    for (day, volume) in days.iter().filter(|(day, _)| day.month() == month) {
        let Some(place) = version_of(versions, *day) else { continue };
        let paid = (volume - versions[place].lifeline_per_day.0).max(0);
        parts[place].0 += match versions[place].mode {
            BlockMode::Marginal => between(&versions[place], position, position + paid),
            BlockMode::Flat => i128::from(paid) * i128::from(versions[place].blocks[0].price_per_m3.0),
            BlockMode::WholeVolume => 0,
        };
        position += paid;
        parts[place].1 += paid;
        if paid > 0 {
            parts[place].2 = position;
        }
    }
    let (mut water, mut tax) = (0_i128, 0_i128);
    for (version, (cost, volume, end)) in versions.iter().zip(parts) {
        let whole = version.mode == BlockMode::WholeVolume;
        let cost = if whole { i128::from(volume) * i128::from(price_at(version, end)) } else { cost };
        water += cost;
        tax += cost * i128::from(version.tax_per_mille);
    }
    ((water / 1_000_000) as i64, (tax / 1_000_000_000) as i64)
}

/// What the fees of the months up to one come to, with their tax.
pub fn fees(versions: &[TariffVersion], since: LocalDay, last: LocalMonth) -> i64 {
    let mut sum = 0;
    for month in since.month().0..=last.0 {
        let first = LocalMonth(month).first_day().0.max(since.0);
        if let Some(place) = version_of(versions, LocalDay(first)) {
            let fee = versions[place].monthly_fee.0;
            sum += fee + fee * versions[place].tax_per_mille / 1_000;
        }
    }
    sum
}

/// A voucher, as an advertisement would say it.
#[derive(Clone, Copy, Debug)]
pub enum Gift {
    /// Thousandths off.
    Percent(i64),
    /// Rupiah off.
    Off(i64),
    /// Millilitres on top.
    Water(i64),
}

/// A purchase with what went back of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bought {
    pub paid: i64,
    pub discount: i64,
    pub bonus: i64,
    pub returned: i64,
}

impl Bought {
    /// A purchase of so much with a gift that is good for it; `used` is what the month has used before, `version` today's. Where prices fall
    /// with the block, more water may cost less: such water is worth nothing, and takes nothing.
    pub fn with(amount: i64, gift: Option<Gift>, version: &TariffVersion, used: i64) -> Self {
        let (discount, bonus) = match gift {
            None => (0, 0),
            Some(Gift::Percent(per_mille)) => (amount * per_mille / 1_000, 0),
            Some(Gift::Off(rupiah)) => (amount.min(rupiah), 0),
            Some(Gift::Water(volume)) => (0, (alone(version, used + volume) - alone(version, used)).max(0)),
        };
        Self { paid: amount - discount, discount, bonus, returned: 0 }
    }

    /// What the customer has of it: all, less what went back, less that part of each gift which was given for what went back.
    pub fn credit(&self) -> i64 {
        let share = |gift: i64| if self.paid > 0 { gift * self.returned / self.paid } else { 0 };
        self.paid + self.discount + self.bonus - self.returned - share(self.discount) - share(self.bonus)
    }
}

/// A month of one version alone, without lifeline.
fn alone(version: &TariffVersion, volume: i64) -> i64 {
    let version = TariffVersion { effective_from: LocalDay(0), lifeline_per_day: domain::Millilitres(0), ..version.clone() };
    month(&[version], &BTreeMap::from([(START, volume)]), START.month()).0
}
