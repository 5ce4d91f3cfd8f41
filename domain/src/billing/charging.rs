//! Charging: what a connection's local month costs so far, what of it is in the ledger, and what is to be posted.
//!
//! A month is never counted up. It is computed from the volumes of its days, whatever order their readings came in, and what is posted is
//! the difference to what was posted before; so a reading that comes late, twice or out of order makes one correction, or none.

use crate::billing::tariff::{
    DayVolume, Exact, MonthCharge, TariffVersion, charge, exact_month, month_charge, single_version, version_on,
};
use crate::{LocalDay, LocalMonth, Millilitres, Rupiah};

/// Water and the tax on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charged {
    /// Water.
    pub water: Rupiah,
    /// Tax.
    pub tax: Rupiah,
}

impl Charged {
    /// Both.
    pub const fn total(self) -> Rupiah {
        Rupiah(self.water.0 + self.tax.0)
    }

    /// What is missing of this after `other`.
    pub const fn less(self, other: Self) -> Self {
        Self { water: Rupiah(self.water.0 - other.water.0), tax: Rupiah(self.tax.0 - other.tax.0) }
    }
}

impl From<&MonthCharge> for Charged {
    fn from(month: &MonthCharge) -> Self {
        Self { water: month.water, tax: month.tax }
    }
}

/// A connection's local month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthRun {
    /// What its water costs by what is known now.
    pub due: Charged,
    /// What of that is in the ledger.
    pub posted: Charged,
}

impl MonthRun {
    /// What is used and not yet posted: the shown balance is the posted one less this.
    pub const fn running(&self) -> Rupiah {
        self.due.less(self.posted).total()
    }

    /// What is to be posted; below zero it goes back to the customer. `None` if all is posted.
    pub fn to_post(&self) -> Option<Charged> {
        let difference = self.due.less(self.posted);
        (difference != Charged::default()).then_some(difference)
    }
}

/// What a month costs. `days` is called only where the month's volume alone does not say it.
///
/// # Errors
/// Those of `days`.
pub fn due<E>(
    versions: &[TariffVersion],
    month: LocalMonth,
    volume: Millilitres,
    days: impl FnOnce() -> Result<Vec<DayVolume>, E>,
) -> Result<Charged, E> {
    if let Some(version) = single_version(versions, month).filter(|version| version.tax_per_mille == 0) {
        return Ok(Charged { water: charge(version, volume.max(Millilitres::ZERO)), tax: Rupiah(0) });
    }
    Ok(Charged::from(&month_charge(versions, &days()?)))
}

/// What a month's charge needs to be known of its days up to today. `days` is asked for only where the month's volume alone does not say
/// it; otherwise all of the volume stands for today's.
///
/// # Errors
/// What `days` returns.
pub fn so_far<E>(
    versions: &[TariffVersion],
    today: LocalDay,
    volume: Millilitres,
    days: impl FnOnce() -> Result<Vec<DayVolume>, E>,
) -> Result<Vec<DayVolume>, E> {
    match single_version(versions, today.month()) {
        Some(_) => Ok(vec![DayVolume { day: today, volume }]),
        None => days(),
    }
}

/// What each day of a month adds to its charge, water and tax; they add up to it. The days come in their order.
pub fn day_costs(versions: &[TariffVersion], days: &[DayVolume]) -> Vec<(LocalDay, Rupiah)> {
    let mut month = Exact::default();
    let cost = |day: &DayVolume| {
        if let Some(version) = version_on(versions, day.day) {
            let before = month.total();
            month.use_on_day(version, Millilitres::ZERO, day.volume.max(Millilitres::ZERO));
            return (day.day, Rupiah(month.total().0 - before.0));
        }
        (day.day, Rupiah(0))
    };
    days.iter().map(cost).collect()
}

/// What each part of a day adds to the charge of its month, of which `before` are the earlier days.
pub fn part_costs(versions: &[TariffVersion], before: &[DayVolume], day: LocalDay, parts: &[Millilitres]) -> Vec<Rupiah> {
    let Some(version) = version_on(versions, day) else { return vec![Rupiah(0); parts.len()] };
    let (mut month, mut used) = (exact_month(versions, before), Millilitres::ZERO);
    let cost = |part: &Millilitres| {
        let (part, before) = ((*part).max(Millilitres::ZERO), month.total());
        month.use_on_day(version, used, part);
        used += part;
        Rupiah(month.total().0 - before.0)
    };
    parts.iter().map(cost).collect()
}

/// The fixed fee of a month, by the version of the first day on which the connection is there; `None` where there is none to pay.
pub fn monthly_fee(versions: &[TariffVersion], since: LocalDay, month: LocalMonth) -> Option<Charged> {
    let first = month.first_day();
    if since.month() > month {
        return None;
    }
    let version = version_on(versions, first.max(since))?;
    let tax = i128::from(version.monthly_fee.0) * i128::from(version.tax_per_mille) / 1_000;
    let fee = Charged { water: version.monthly_fee, tax: Rupiah(tax as i64) };
    (fee.total() > Rupiah(0)).then_some(fee)
}

#[cfg(test)]
#[path = "charging_tests.rs"]
mod tests;
