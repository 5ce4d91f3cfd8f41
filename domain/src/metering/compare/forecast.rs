//! What a month will come to: the days that are left by weekday, level and trend, with a band in which the month should end four times in five.
//!
//! The method, its constants and how it was measured are in docs/FORECAST.md. All of it is whole numbers: a phone and a server say the same.

use crate::metering::compare::trend::{SCALE, TREND_DAYS, middle, slope};
use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Past days that a forecast looks at.
pub const PAST_DAYS: i32 = 84;
/// Measured days among these that are needed.
pub const FEWEST: usize = 14;

/// One, of what is kept in parts of 2²⁰.
const ONE: i128 = 1 << 20;
/// What a day weighs beside the one behind it where the weight halves in 4 days, and in 42.
const FAST: i128 = 881_744;
const SLOW: i128 = 1_031_413;
/// Parts in ten of the level that are the fast one.
const FAST_IN_TEN: i128 = 7;
/// A day counts as so many times the median of the days with use at most: a pool that is filled is no level.
const UNUSUAL: i64 = 5;
/// Days of a mean weekday that are added to each weekday, so that a few odd Sundays do not make a profile.
const PROFILE: i128 = 14;
/// Of the slope a quarter is carried on, from the middle of the days that the level mostly is of, a week back.
const CARRIED: i128 = 4;
const LEVEL_AGE: i32 = 7;
/// The band's width, squared: twice the variance of a sum of n days, which is n + 0.18 n² times that of a day. The second part is what the level
/// itself may be off.
const WIDTH: i128 = 2;
const LEVEL_VARIANCE: (i128, i128) = (18, 100);

/// A past day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastDay {
    /// Which.
    pub day: LocalDay,
    /// Used, as far as it is known.
    pub volume: Millilitres,
    /// Whether it was measured; what was not says nothing of others.
    pub is_complete: bool,
}

/// What a month will come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthForecast {
    /// Used on its days that are over.
    pub so_far: Millilitres,
    /// What it will come to.
    pub volume: Millilitres,
    /// Four times in five it ends between this
    pub low: Millilitres,
    /// and this.
    pub high: Millilitres,
    /// The days that are left, or not known behind the first one that is, each with what is expected of it. Of today all of it.
    pub ahead: Vec<(LocalDay, Millilitres)>,
}

impl MonthForecast {
    /// What a day ahead comes to if the month comes to `end`: the same part of what is left as of what is expected.
    pub fn share(&self, expected: Millilitres, end: Millilitres) -> Millilitres {
        match (self.volume - self.so_far).0 {
            // Nothing is expected, and nothing is the share of it.
            0 => Millilitres::ZERO,
            rest => {
                let wanted = (end - self.so_far).0;
                Millilitres((i128::from(expected.0) * i128::from(wanted) / i128::from(rest)) as i64)
            }
        }
    }
}

/// The forecast of the month that `today` is in, by the days before today, in order; `None` where too few of them were measured. `used_today` is
/// what today has used so far: it comes to no less.
pub fn month_end(past: &[PastDay], today: LocalDay, used_today: Millilitres) -> Option<MonthForecast> {
    let month = today.month();
    let (begin, end) = (month.first_day(), month.first_day().plus(month.days() - 1));
    let past: Vec<PastDay> = past.iter().copied().filter(|day| day.day < today && day.day.0 >= today.0 - PAST_DAYS).collect();
    let of_month = || past.iter().filter(|day| day.day >= begin);
    let so_far: Millilitres = of_month().map(|day| day.volume.max(Millilitres::ZERO)).sum();
    let is_known = |day: LocalDay| of_month().any(|known| known.day == day);
    // Before the first day that is known nobody was connected yet.
    let first = past.first()?.day;
    let is_left = |day: &LocalDay| *day >= today || (*day > first && !is_known(*day));
    let left: Vec<LocalDay> = (begin.0..=end.0).map(LocalDay).filter(is_left).collect();
    let shape = Shape::of(&past, today)?;
    let expected = |day: LocalDay| {
        let least = if day == today { used_today } else { Millilitres::ZERO };
        (day, shape.expected(day).max(least))
    };
    let ahead: Vec<_> = left.into_iter().map(expected).collect();
    let rest: Millilitres = ahead.iter().map(|(_, volume)| *volume).sum();
    let width = shape.width(ahead.len());
    let least = used_today.max(Millilitres(rest.0.saturating_sub(width.0)));
    Some(MonthForecast { so_far, volume: so_far + rest, low: so_far + least.min(rest), high: so_far + rest + width, ahead })
}

/// What days are like.
struct Shape {
    today: LocalDay,
    /// mL, and parts of 2²⁰ for each weekday.
    level: i128,
    weekdays: [i128; 7],
    /// Thousandths of a millilitre a day.
    slope: i128,
    /// Of a day, mL².
    variance: i128,
}

impl Shape {
    fn of(past: &[PastDay], today: LocalDay) -> Option<Self> {
        let mut known: Vec<(LocalDay, Millilitres)> =
            past.iter().filter(|day| day.is_complete).map(|day| (day.day, day.volume.max(Millilitres::ZERO))).collect();
        if known.len() < FEWEST {
            return None;
        }
        let mut used: Vec<i64> = known.iter().map(|(_, volume)| volume.0).filter(|volume| *volume > 0).collect();
        let most = middle(&mut used).unwrap_or_default().saturating_mul(UNUSUAL);
        known.iter_mut().for_each(|(_, volume)| volume.0 = volume.0.min(most));
        let late: Vec<_> = known.iter().copied().filter(|(day, _)| day.0 >= today.0 - TREND_DAYS).collect();
        let level = (level(&known, FAST) * FAST_IN_TEN + level(&known, SLOW) * (10 - FAST_IN_TEN)) / 10;
        Some(Self {
            today,
            level,
            weekdays: weekdays(&known),
            slope: i128::from(slope(&late).unwrap_or_default()),
            variance: variance(if late.len() < FEWEST { &known } else { &late }),
        })
    }

    fn expected(&self, day: LocalDay) -> Millilitres {
        let ahead = i128::from(day.0 - self.today.0 + LEVEL_AGE);
        let volume = self.level + self.slope * ahead / (CARRIED * i128::from(SCALE));
        Millilitres((volume.max(0) * self.weekdays[day.weekday()] / ONE) as i64)
    }

    /// How far a sum of so many days may be off, four times in five.
    fn width(&self, days: usize) -> Millilitres {
        let days = days as i128;
        let (part, whole) = LEVEL_VARIANCE;
        let of_sum = self.variance * (days * whole + part * days * days) / whole;
        Millilitres((of_sum * WIDTH).max(0).isqrt() as i64)
    }
}

/// A mean in which the weight of days fades, mL.
fn level(known: &[(LocalDay, Millilitres)], fades: i128) -> i128 {
    let (mut sum, mut weight) = (0, 0);
    let Some((mut at, _)) = known.first().copied() else { return 0 };
    for (day, volume) in known {
        for _ in at.0..day.0 {
            (sum, weight) = (sum * fades / ONE, weight * fades / ONE);
        }
        at = *day;
        sum += i128::from(volume.0) * ONE;
        weight += ONE;
    }
    sum / weight
}

/// What each weekday is of a mean day, in parts of 2²⁰ whose mean is one.
fn weekdays(known: &[(LocalDay, Millilitres)]) -> [i128; 7] {
    let total: i128 = known.iter().map(|(_, volume)| i128::from(volume.0)).sum();
    let count = known.len() as i128;
    if total == 0 {
        return [ONE; 7];
    }
    let mut shares = [(PROFILE * ONE, PROFILE); 7];
    for (day, volume) in known {
        let (share, days) = &mut shares[day.weekday()];
        *share += i128::from(volume.0) * count * ONE / total;
        *days += 1;
    }
    let shares = shares.map(|(share, days)| share / days);
    let sum: i128 = shares.iter().sum();
    shares.map(|share| share * 7 * ONE / sum)
}

fn variance(known: &[(LocalDay, Millilitres)]) -> i128 {
    let count = known.len() as i128;
    if count < 2 {
        return 0;
    }
    let mean = known.iter().map(|(_, volume)| i128::from(volume.0)).sum::<i128>() / count;
    known.iter().map(|(_, volume)| (i128::from(volume.0) - mean).pow(2)).sum::<i128>() / (count - 1)
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
