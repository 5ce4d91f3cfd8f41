//! How long a balance lasts, and how much water that is: one simulation says both, so that they agree (product.md, 1b and 2a).
//!
//! Day by day from now on the usual day is used, and charged by the rule by which months are charged: on top of where the month is in its
//! blocks, with what is free each day, tax, and the fee of each month that begins. It ends when the balance is gone. What it used until then
//! is what the balance buys; how long that took is how long the balance lasts.

use crate::billing::charging::{Charged, monthly_fee};
use crate::billing::tariff::{BlockMode, DayVolume, Exact, TariffVersion, exact_month, version_on};
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// Past days that make a usual one.
pub const USUAL_DAYS: i32 = 14;
/// Fewer days with a sum say nothing.
pub const FEWEST_DAYS: usize = 3;
/// Days that a forecast reaches.
pub const HORIZON: i64 = 365;
/// No purchase buys more than this.
const MOST: Millilitres = Millilitres::cubic_metres(1_000_000);

/// How long a balance lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceForecast {
    /// What is used until it is gone. Where no usual use is known, what it buys on top of the month's use so far.
    pub volume: Millilitres,
    /// What a usual day costs where the month is in its blocks.
    pub per_day: Rupiah,
    /// Tenths of a day that it lasts by the usual use, the next months' fees counted; `None` where the usual use is not known, or it lasts
    /// longer than [`HORIZON`] days: `volume` is what those take then.
    pub tenths_of_days: Option<i64>,
    /// The usual day that it was computed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Millilitres>,
}

impl BalanceForecast {
    /// Whether it lasts longer than a forecast reaches.
    pub fn is_beyond(&self) -> bool {
        self.tenths_of_days.is_none() && self.usual.is_some_and(|usual| usual > Millilitres::ZERO)
    }

    /// The local day on which the balance is gone, if it was computed then.
    pub fn last_day(&self, at: UtcMillis, zone: TimeZone) -> Option<LocalDay> {
        Some(zone.day_of(at.plus(self.tenths_of_days? * DAY_MS / 10)))
    }
}

/// What a connection uses on a usual day: the mean of the days that have a sum; `None` where they are too few.
pub fn usual_day(days: &[DayVolume]) -> Option<Millilitres> {
    let sum: Millilitres = days.iter().map(|day| day.volume.max(Millilitres::ZERO)).sum();
    (days.len() >= FEWEST_DAYS).then(|| Millilitres(sum.0 / days.len() as i64))
}

/// Where a connection is: its prices, what its month has used so far, and when and where that is.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The prices of its class, of all times.
    pub versions: &'a [TariffVersion],
    /// The days of this month, today included.
    pub so_far: &'a [DayVolume],
    /// Now.
    pub now: UtcMillis,
    /// Its time zone.
    pub zone: TimeZone,
}

impl<'a> Here<'a> {
    fn today(&self) -> LocalDay {
        self.zone.day_of(self.now)
    }

    fn version(&self) -> Option<&'a TariffVersion> {
        version_on(self.versions, self.today())
    }

    fn used_today(&self) -> Millilitres {
        let today = self.today();
        self.so_far.iter().filter(|day| day.day == today).map(|day| day.volume.max(Millilitres::ZERO)).sum()
    }
}

/// The least volume, of `most` at most, of which `is_enough` is true; `most` if none is. It is true from one volume on.
fn least(most: Millilitres, is_enough: impl Fn(Millilitres) -> bool) -> Millilitres {
    let (mut too_little, mut enough) = (-1, most.0);
    while enough - too_little > 1 {
        let middle = too_little + (enough - too_little) / 2;
        if is_enough(Millilitres(middle)) { enough = middle } else { too_little = middle }
    }
    Millilitres(enough)
}

/// What an amount buys on top of where the month is in its blocks, at today's prices and if nothing else is to be paid.
pub fn buys(here: &Here<'_>, amount: Rupiah) -> Millilitres {
    let Some(version) = here.version().filter(|_| amount > Rupiah(0)) else { return Millilitres::ZERO };
    let month = exact_month(here.versions, here.so_far);
    let before = month.total();
    least(MOST, |volume| {
        let mut more = month.clone();
        more.use_volume(version, volume);
        more.total().0 - before.0 >= amount.0
    })
}

/// How long a balance lasts from now on. Counted from the full hour, so that it says the same until something happens.
pub fn lasts(here: &Here<'_>, balance: Rupiah, usual: Option<Millilitres>) -> BalanceForecast {
    let Some(version) = here.version() else { return BalanceForecast::default() };
    let Some(usual) = usual.map(|usual| usual.max(Millilitres::ZERO)) else {
        return BalanceForecast { volume: buys(here, balance), ..BalanceForecast::default() };
    };
    let now = UtcMillis(here.now.0.div_euclid(HOUR_MS) * HOUR_MS);
    let mut ahead = Ahead::new(here, now, usual, balance);
    let per_day = ahead.per_day(version);
    let gone = balance <= Rupiah(0) || (0..=HORIZON).any(|day| ahead.is_gone_on(here.today().plus(day as i32)));
    let tenths_of_days = gone.then(|| ahead.passed_ms * 10 / DAY_MS);
    let volume = if usual > Millilitres::ZERO { ahead.used } else { buys(here, balance) };
    BalanceForecast { volume, per_day, tenths_of_days, usual: Some(usual) }
}

/// The simulation: where it has come.
struct Ahead<'a> {
    versions: &'a [TariffVersion],
    zone: TimeZone,
    usual: Millilitres,
    now: UtcMillis,
    /// The month that it is in, and what of it was paid before the simulation, or before the month's fee.
    month: Exact<'a>,
    paid_before: Rupiah,
    /// Used before on the day that comes next.
    used_on_day: Millilitres,
    /// What was left when the month of the simulation began.
    left: i64,
    used: Millilitres,
    passed_ms: i64,
}

impl<'a> Ahead<'a> {
    fn new(here: &Here<'a>, now: UtcMillis, usual: Millilitres, balance: Rupiah) -> Self {
        let month = exact_month(here.versions, here.so_far);
        let paid_before = month.total();
        Self {
            versions: here.versions,
            zone: here.zone,
            usual,
            now,
            month,
            paid_before,
            used_on_day: here.used_today(),
            left: balance.0,
            used: Millilitres::ZERO,
            passed_ms: 0,
        }
    }

    fn cost(&self, month: &Exact<'_>) -> i64 {
        month.total().0 - self.paid_before.0
    }

    /// What a whole usual day costs on top of the month so far.
    fn per_day(&self, version: &'a TariffVersion) -> Rupiah {
        let mut more = self.month.clone();
        more.use_on_day(version, Millilitres::ZERO, self.usual);
        Rupiah(self.cost(&more))
    }

    /// Goes on to the end of a day, or until the balance is gone; returns whether it is.
    fn is_gone_on(&mut self, day: LocalDay) -> bool {
        let Some(version) = version_on(self.versions, day) else { return false };
        if self.passed_ms > 0 && day == day.month().first_day() {
            self.left -= self.cost(&self.month);
            self.left -= monthly_fee(self.versions, day, day.month()).map_or(0, |fee| fee.total().0);
            (self.month, self.paid_before) = (Exact::default(), Rupiah(0));
            if self.left <= 0 {
                return true;
            }
        }
        let length = self.zone.start_of(day.plus(1)).since(self.now.plus(self.passed_ms)).clamp(0, DAY_MS);
        let length = length.min(HORIZON * DAY_MS - self.passed_ms);
        let volume = Millilitres((i128::from(self.usual.0) * i128::from(length) / i128::from(DAY_MS)) as i64);
        let on_day = |volume| {
            let mut month = self.month.clone();
            month.use_on_day(version, self.used_on_day, volume);
            month
        };
        let end = on_day(volume);
        let is_gone = self.cost(&end) >= self.left;
        let used = if is_gone { least(volume, |volume| self.cost(&on_day(volume)) >= self.left) } else { volume };
        self.passed_ms += if is_gone && volume > Millilitres::ZERO {
            (i128::from(length) * i128::from(used.0) / i128::from(volume.0)) as i64
        } else {
            length
        };
        self.month = end;
        self.used += used;
        self.used_on_day = Millilitres::ZERO;
        is_gone
    }
}

/// The block in which a month is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockNow {
    /// Which, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
    /// Its price.
    pub price_per_m3: Rupiah,
    /// What is left of it; `None` in the last one.
    pub left: Option<Millilitres>,
}

/// What a forecast is computed from, for screens that explain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastBasis {
    /// The block in which the month is.
    pub block: Option<BlockNow>,
    /// Used this month, without what was free.
    pub in_blocks: Millilitres,
    /// When blocks begin anew and the next fee is due.
    pub next_month: LocalDay,
    /// That fee, with its tax.
    pub fee: Rupiah,
    /// Tax on water and fee, in thousandths.
    pub tax_per_mille: i64,
    /// Free each day.
    pub free_per_day: Millilitres,
}

/// What a forecast of a connection stands on; `None` where there are no prices.
pub fn basis(here: &Here<'_>) -> Option<ForecastBasis> {
    let version = here.version()?;
    let in_blocks = exact_month(here.versions, here.so_far).position();
    let month = here.today().month();
    let next_month = month.first_day().plus(month.days());
    let fee = monthly_fee(here.versions, next_month, next_month.month()).map_or(Rupiah(0), Charged::total);
    Some(ForecastBasis {
        block: block_at(version, in_blocks),
        in_blocks,
        next_month,
        fee,
        tax_per_mille: version.tax_per_mille,
        free_per_day: version.lifeline_per_day.max(Millilitres::ZERO),
    })
}

/// The block that the next drop is in.
fn block_at(version: &TariffVersion, position: Millilitres) -> Option<BlockNow> {
    let of = if version.mode == BlockMode::Flat { 1 } else { version.blocks.len() };
    let place = version.blocks.iter().take(of).position(|block| block.up_to.is_none_or(|end| position < end));
    let place = place.or(of.checked_sub(1))?;
    let block = version.blocks.get(place)?;
    let left = block.up_to.filter(|_| place + 1 < of).map(|end| end - position);
    Some(BlockNow { number: place + 1, of, price_per_m3: block.price_per_m3, left })
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
