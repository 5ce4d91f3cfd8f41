//! What water is drawn for on a usual day, how sure that is, and what of it calls for advice: from the days whose draws are known.

use super::draws::{Coarse, Found, Use};
use super::evidence::{Evidence, count};
use super::kept::{Patterns, last, ml};
use super::stats::{RankSum, median};
use super::summary::{FEWEST, USUAL_DAYS};
use crate::core::words::words;
use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Nights that are looked at for a flapper, on how many of them it runs, and how often in one: whoever lives there flushes less at night.
const FLAPPER: (usize, usize, u16) = (7, 5, 6);

/// In so many of the last [`FEWEST`] nights a garden is watered.
const GARDEN_NIGHTS: usize = 4;

/// Since when showers may be longer: at the most and at the least so many days.
const LONGER_SINCE: (i32, i32) = (44, 12);

/// Days of showers that are looked at before that, and showers that either side has at the least.
const SHOWERS_BEFORE: i32 = 56;
const SHOWERS: (usize, usize) = (8, 6);

/// How sure it is that they are longer, see [`RankSum::squared_score`], and by which part at the least: a half.
const SURE: i64 = 10_000;
const LONGER: (u32, u32) = (3, 2);

/// A machine runs often on five days of a week.
const OFTEN: (usize, usize) = (5, 7);

words! {
    /// What water is drawn for.
    Fixture {
        /// Flushing.
        Toilet = "toilet",
        /// Showers.
        Shower = "shower",
        /// A washing machine.
        Machine = "machine",
        /// A hose.
        Garden = "garden",
        /// Taps, and all that has no other name.
        Tap = "tap",
        /// What runs all the time.
        Base = "base",
    }
}

words! {
    /// How sure it is that draws are what they are called.
    HowSure {
        /// Its own flow or many of one kind show it.
        Sure = "sure",
        /// It is most likely this.
        Likely = "likely",
        /// It may as well be something else.
        Unsure = "unsure",
    }
}

/// What something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixtureUse {
    /// What.
    pub fixture: Fixture,
    /// How often on all days together; zero of what runs all the time.
    pub count: u32,
    /// How long, all of them together, minutes.
    pub minutes: u32,
    /// What it takes a day.
    pub a_day: Millilitres,
    /// What it takes each time; `None` of what runs all the time.
    pub each: Option<Millilitres>,
    /// How sure it is.
    pub sure: HowSure,
}

/// What water is drawn for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fixtures {
    /// Nothing can be said, by the newest day that was looked at.
    Coarse(Coarse),
    /// Too few days are known yet.
    Early {
        /// So many.
        days: u8,
        /// Of so many that are needed.
        needed: u8,
    },
    /// What was found.
    Found {
        /// On so many days.
        days: u8,
        /// What takes anything, in the order of [`Fixture`].
        uses: Vec<FixtureUse>,
    },
}

impl Patterns {
    /// What water is drawn for on the last four weeks' days; `None` where nobody has looked yet.
    pub(super) fn fixtures(&self) -> Option<Fixtures> {
        let (_, newest) = self.draws().last_key_value()?;
        let fine = self.fine_days();
        let days = last(&fine, USUAL_DAYS);
        if let (super::DayDraws::Coarse(coarse), true) = (newest, days.len() < FEWEST) {
            return Some(Fixtures::Coarse(*coarse));
        }
        if days.len() < FEWEST {
            return Some(Fixtures::Early { days: count(days.len()), needed: count(FEWEST) });
        }
        let uses = Fixture::ALL.iter().filter_map(|fixture| used(days, *fixture)).collect();
        Some(Fixtures::Found { days: count(days.len()), uses })
    }

    /// Whether enough days are known for what is said of showers to stand.
    pub(super) fn knows_showers(&self) -> bool {
        self.fine_days().len() >= USUAL_DAYS
    }

    /// A flapper that does not close: the cistern fills by one volume again and again while everybody sleeps.
    pub(super) fn night_fills(&self) -> Option<Evidence> {
        let (among, least, often) = FLAPPER;
        let fine = self.fine_days();
        let nights = last(&fine, among);
        let fills: Vec<&Use> = nights.iter().map(|(_, found)| &found.night_fills).filter(|fills| fills.count >= often).collect();
        if fills.len() < least {
            return None;
        }
        let number = median(&mut fills.iter().map(|fills| i64::from(fills.count)).collect::<Vec<_>>())?;
        let each = median(&mut fills.iter().filter_map(|fills| Some(fills.each()?.0)).collect::<Vec<_>>())?;
        let fills_a_night = u16::try_from(number).unwrap_or(u16::MAX);
        Some(Evidence::NightFills { fills: fills_a_night, each: ml(each), days: count(fills.len()), among: count(nights.len()) })
    }

    /// A garden that is watered at night.
    pub(super) fn garden_at_night(&self) -> Option<Evidence> {
        let fine = self.fine_days();
        let nights = last(&fine, FEWEST);
        let watered = nights.iter().map(|(_, found)| &found.night_garden).filter(|garden| !garden.is_none());
        let mut volumes: Vec<i64> = watered.map(|garden| garden.volume.0).collect();
        let days = volumes.len();
        let volume = median(&mut volumes).filter(|_| days >= GARDEN_NIGHTS)?;
        Some(Evidence::GardenAtNight { volume: ml(volume), days: count(days), among: count(nights.len()) })
    }

    /// A machine that runs on most days.
    pub(super) fn machine_often(&self) -> Option<Evidence> {
        let fine = self.fine_days();
        let days = last(&fine, USUAL_DAYS);
        let mut cycles = Use::default();
        for (_, found) in days {
            cycles.count = cycles.count.saturating_add(found.machine.count);
            cycles.volume += found.machine.volume;
        }
        let is_often = days.len() >= FEWEST && usize::from(cycles.count) * OFTEN.1 >= days.len() * OFTEN.0;
        let each = cycles.each().filter(|_| is_often)?;
        Some(Evidence::MachineOften { cycles: cycles.count, days: count(days.len()), each })
    }

    /// Showers that are longer since some day, by the day that shows it best.
    pub(super) fn longer_showers(&self) -> Option<Evidence> {
        let fine = self.fine_days();
        let (newest, _) = *fine.last()?;
        let showers: Vec<(LocalDay, i64)> =
            fine.iter().flat_map(|(day, found)| found.showers.iter().map(move |minutes| (*day, i64::from(*minutes)))).collect();
        let mut best: Option<(i64, LocalDay, i64, i64, usize)> = None;
        for back in (LONGER_SINCE.1..=LONGER_SINCE.0).rev() {
            let since = newest.plus(1 - back);
            let of = |from: LocalDay, until: LocalDay| -> Vec<i64> {
                showers.iter().filter(|(day, _)| (from..until).contains(day)).map(|(_, minutes)| *minutes).collect()
            };
            let (mut before, mut after) = (of(since.plus(-SHOWERS_BEFORE), since), of(since, newest.plus(1)));
            if before.len() < SHOWERS.0 || after.len() < SHOWERS.1 {
                continue;
            }
            let ranks = RankSum::of(&before, &after);
            let score = ranks.squared_score();
            let (Some(was), Some(is)) = (median(&mut before), median(&mut after)) else { continue };
            let is_longer = ranks.is_rise() && is * i64::from(LONGER.1) >= was * i64::from(LONGER.0);
            if is_longer && score >= SURE && best.is_none_or(|(most, ..)| score > most) {
                best = Some((score, since, was, is, after.len()));
            }
        }
        let (_, since, was, is, showers) = best?;
        let now: Vec<&Found> = fine.iter().filter(|(day, _)| *day >= since).map(|(_, found)| *found).collect();
        let volume: i64 = now.iter().map(|found| found.shower.volume.0).sum();
        let minutes = |minutes: i64| u8::try_from(minutes).unwrap_or(u8::MAX);
        Some(Evidence::LongerShowers {
            since,
            before: minutes(was),
            after: minutes(is),
            showers: u16::try_from(showers).unwrap_or(u16::MAX),
            volume: ml(volume / now.len().max(1) as i64),
        })
    }
}

/// What one of them takes on some days; `None` if that is nothing.
fn used(days: &[(LocalDay, &Found)], fixture: Fixture) -> Option<FixtureUse> {
    let of = |found: &Found| match fixture {
        Fixture::Toilet => found.flush,
        Fixture::Shower => found.shower,
        Fixture::Machine => found.machine,
        Fixture::Garden => found.garden,
        Fixture::Tap => found.tap,
        Fixture::Base => Use { count: 0, volume: found.base, minutes: 0 },
    };
    let (mut number, mut minutes, mut volume) = (0_u32, 0_u32, 0_i64);
    for (_, found) in days {
        let used = of(found);
        number += u32::from(used.count);
        minutes += u32::from(used.minutes);
        volume += used.volume.0;
    }
    if volume <= 0 {
        return None;
    }
    Some(FixtureUse {
        fixture,
        count: number,
        minutes,
        a_day: ml(volume / days.len().max(1) as i64),
        each: (number > 0).then(|| ml(volume / i64::from(number))),
        sure: how_sure(days, fixture, number),
    })
}

/// How sure it is: a cistern whose flow is known is one, a hose by day may fill a tub, and a machine is known by coming again.
fn how_sure(days: &[(LocalDay, &Found)], fixture: Fixture, number: u32) -> HowSure {
    match fixture {
        Fixture::Base => HowSure::Sure,
        Fixture::Toilet => {
            let has_flow = |found: &Found| found.cistern.is_some_and(|cistern| cistern.flow.is_some());
            let with_flow = days.iter().filter(|(_, found)| has_flow(found)).count();
            if with_flow * 4 >= days.len() * 3 { HowSure::Sure } else { HowSure::Likely }
        }
        Fixture::Shower | Fixture::Machine if number >= 3 => HowSure::Likely,
        Fixture::Garden => {
            let sum = |of: fn(&Found) -> u16| days.iter().map(|(_, found)| u32::from(of(found))).sum::<u32>();
            let at_night = sum(|found| found.night_garden.count);
            if at_night * 2 >= number { HowSure::Likely } else { HowSure::Unsure }
        }
        Fixture::Shower | Fixture::Machine | Fixture::Tap => HowSure::Unsure,
    }
}
