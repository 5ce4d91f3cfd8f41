//! What a month's water costs: exact inside, rounded down once at the end, and split so that its parts add up to it.
//!
//! A tariff may change within a month. The version is that of the local day of use; blocks belong to the month, so the position in them
//! goes on through a change. `whole_volume` prices what was used under a version by the block that the month had reached when that version
//! ended: a later version never changes the price of earlier days.

use crate::billing::tariff::{BlockMode, TariffVersion};
use crate::{LocalDay, LocalMonth, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// Millilitres in a cubic metre: prices are for one of these.
const ML_PER_M3: i128 = 1_000_000;

/// What a connection used in one local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayVolume {
    /// The day.
    pub day: LocalDay,
    /// Used in it; below zero counts as nothing.
    pub volume: Millilitres,
}

/// A part of a month's charge: so much at that price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Since when the version holds by which it was priced.
    pub version: LocalDay,
    /// Which of the version's blocks, from 0.
    pub block: usize,
    /// Its price.
    pub price_per_m3: Rupiah,
    /// How much of it.
    pub volume: Millilitres,
    /// What that costs. Rounded so that the slices add up to the month's charge; it may differ by one rupiah from the slice alone.
    pub amount: Rupiah,
}

/// What a month's water costs, without the fee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthCharge {
    /// Water.
    pub water: Rupiah,
    /// Tax on it.
    pub tax: Rupiah,
    /// What was free: under the lifeline, or before the class had a tariff.
    pub free: Millilitres,
    /// The water, by version and block.
    pub slices: Vec<Slice>,
}

impl MonthCharge {
    /// Water and tax.
    pub const fn total(&self) -> Rupiah {
        Rupiah(self.water.0 + self.tax.0)
    }
}

/// The version that holds on a day: the last one that begins on or before it. Of two that begin on the same day, the later in the list.
pub fn version_on(versions: &[TariffVersion], day: LocalDay) -> Option<&TariffVersion> {
    versions.iter().filter(|version| version.effective_from <= day).max_by_key(|version| version.effective_from)
}

/// The one version of a month, if its charge is a function of the month's volume alone: no change within it, and no lifeline.
pub fn single_version(versions: &[TariffVersion], month: LocalMonth) -> Option<&TariffVersion> {
    let first = month.first_day();
    let last = first.plus(month.days() - 1);
    let version = version_on(versions, first)?;
    let holds = version_on(versions, last).is_some_and(|other| std::ptr::eq(other, version));
    (holds && version.lifeline_per_day <= Millilitres::ZERO).then_some(version)
}

/// `floor(tariff(volume))`: what a volume costs from the first cubic metre on, without lifeline, tax and fee.
pub fn charge(version: &TariffVersion, volume: Millilitres) -> Rupiah {
    let mut exact = Exact::default();
    exact.use_volume(version, volume);
    exact.close();
    exact.water()
}

/// A month's charge out of its days. They may come in any order; a day that comes twice counts with its sum.
pub fn month_charge(versions: &[TariffVersion], days: &[DayVolume]) -> MonthCharge {
    exact_month(versions, days).into_charge()
}

/// What a volume is worth on a day, on top of what the month has used: the difference that it makes to the month's water and tax. It stands
/// for water that is paid for, so no lifeline is taken off it. Nothing where the class has no tariff.
pub fn worth_on_top(versions: &[TariffVersion], days: &[DayVolume], today: LocalDay, volume: Millilitres) -> Rupiah {
    let Some(version) = version_on(versions, today) else { return Rupiah(0) };
    let mut with = exact_month(versions, days);
    with.use_volume(version, volume);
    Rupiah(with.into_charge().total().0 - month_charge(versions, days).total().0)
}

/// The days of a month, priced; what waits for the end of the month to know its price still waits.
pub(in crate::billing) fn exact_month<'a>(versions: &'a [TariffVersion], days: &[DayVolume]) -> Exact<'a> {
    let mut days = days.to_vec();
    days.sort_by_key(|day| day.day);
    let mut exact = Exact::default();
    for same in days.chunk_by(|a, b| a.day == b.day) {
        let volume = same.iter().map(|day| day.volume.max(Millilitres::ZERO)).sum::<Millilitres>();
        match version_on(versions, same[0].day) {
            Some(version) => exact.use_on_day(version, Millilitres::ZERO, volume),
            None => exact.free += volume,
        }
    }
    exact
}

/// A charge before it is rounded: rupiah × 10⁶, and the tax on it × 10⁹.
#[derive(Clone, Default)]
pub(in crate::billing) struct Exact<'a> {
    /// Where in the month's blocks.
    position: Millilitres,
    /// The version that is being used, and how much under it, for modes that wait for the end to know the price.
    open: Option<(&'a TariffVersion, Millilitres)>,
    parts: Vec<Part>,
    tax: i128,
    free: Millilitres,
}

#[derive(Clone)]
struct Part {
    version: LocalDay,
    block: usize,
    price: Rupiah,
    volume: Millilitres,
}

impl<'a> Exact<'a> {
    /// Uses more on a day on which `before` was used: what is free of the day goes first.
    pub(in crate::billing) fn use_on_day(&mut self, version: &'a TariffVersion, before: Millilitres, more: Millilitres) {
        let free = |volume: Millilitres| version.lifeline_per_day.max(Millilitres::ZERO).min(volume);
        let free_of_it = free(before + more) - free(before);
        self.free += free_of_it;
        self.use_volume(version, more - free_of_it);
    }

    /// How far the month has come in its blocks: its volume without what was free.
    pub(in crate::billing) const fn position(&self) -> Millilitres {
        self.position
    }

    /// Water and tax so far.
    pub(in crate::billing) fn total(&self) -> Rupiah {
        if self.open.is_none() {
            return Rupiah(self.water().0 + rupiah(self.tax, ML_PER_M3 * 1_000).0);
        }
        let mut closed = self.clone();
        closed.close();
        closed.total()
    }

    pub(in crate::billing) fn use_volume(&mut self, version: &'a TariffVersion, volume: Millilitres) {
        if volume <= Millilitres::ZERO {
            return;
        }
        if self.open.is_some_and(|(open, _)| !std::ptr::eq(open, version)) {
            self.close();
        }
        match version.mode {
            BlockMode::Marginal => self.fill_blocks(version, volume),
            BlockMode::Flat => self.put(version, 0, volume),
            BlockMode::WholeVolume => {
                let before = self.open.map_or(Millilitres::ZERO, |(_, before)| before);
                self.open = Some((version, before + volume));
            }
        }
        self.position += volume;
    }

    /// Prices what waits for the block that it reaches.
    fn close(&mut self) {
        if let Some((version, volume)) = self.open.take() {
            let reached = version.blocks.iter().position(|block| block.up_to.is_none_or(|end| self.position <= end));
            self.put(version, reached.unwrap_or(version.blocks.len().saturating_sub(1)), volume);
        }
    }

    fn fill_blocks(&mut self, version: &TariffVersion, volume: Millilitres) {
        let (mut at, mut rest) = (self.position, volume);
        for (index, block) in version.blocks.iter().enumerate() {
            let room = block.up_to.map_or(rest, |end| (end - at).max(Millilitres::ZERO));
            let part = room.min(rest);
            self.put(version, index, part);
            at += part;
            rest -= part;
        }
        self.put(version, version.blocks.len().saturating_sub(1), rest);
    }

    fn put(&mut self, version: &TariffVersion, block: usize, volume: Millilitres) {
        let Some(price) = version.blocks.get(block).map(|block| block.price_per_m3) else { return };
        if volume <= Millilitres::ZERO {
            return;
        }
        self.tax += i128::from(volume.0) * i128::from(price.0) * i128::from(version.tax_per_mille);
        let key = (version.effective_from, block);
        match self.parts.last_mut().filter(|last| (last.version, last.block) == key) {
            Some(last) => last.volume += volume,
            None => self.parts.push(Part { version: version.effective_from, block, price, volume }),
        }
    }

    fn water(&self) -> Rupiah {
        rupiah(self.parts.iter().map(Part::exact).sum(), ML_PER_M3)
    }

    fn into_charge(mut self) -> MonthCharge {
        self.close();
        let (mut sum, mut slices) = (0, Vec::with_capacity(self.parts.len()));
        for part in &self.parts {
            let before = rupiah(sum, ML_PER_M3);
            sum += part.exact();
            slices.push(Slice {
                version: part.version,
                block: part.block,
                price_per_m3: part.price,
                volume: part.volume,
                amount: Rupiah(rupiah(sum, ML_PER_M3).0 - before.0),
            });
        }
        MonthCharge { water: self.water(), tax: rupiah(self.tax, ML_PER_M3 * 1_000), free: self.free, slices }
    }
}

impl Part {
    fn exact(&self) -> i128 {
        i128::from(self.volume.0) * i128::from(self.price.0)
    }
}

/// Rounded down, once.
fn rupiah(exact: i128, unit: i128) -> Rupiah {
    Rupiah(exact.div_euclid(unit).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}
