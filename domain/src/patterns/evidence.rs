//! What is seen in a connection's use that an advice fits, with the days on which it was seen and how much water it is.

use super::kept::{Patterns, Whole, each, last, ml};
use super::shift::{Shift, shifts};
use super::stats::{median, middle};
use super::summary::{FEWEST, LEAST_SHIFT, course, split, usual_day};
use crate::{LocalDay, Millilitres};
use serde::{Deserialize, Serialize};

/// Something runs if the meter never stood still in any hour: so much in each of them. A dripping tap is less. mL/h.
const RUNS: i64 = 2_000;

/// Days that are looked at for what runs, and on how many of them it has to run, the last three among them.
const RUN_DAYS: (usize, usize, usize) = (7, 5, 3);

/// A night has much with so much beside what runs: six flushes, or somebody who showers late. mL.
const NIGHT: i64 = 60_000;

/// Midday hours, 10.00 to 15.00, and how much in one of them is a hose. mL.
const MIDDAY: (std::ops::Range<usize>, i64) = (10..15, 80_000);

/// On so many of the last [`FEWEST`] measured days something has to be seen that is a habit.
const OFTEN: usize = 5;

/// A change of the hours of bathing by less is not worth a word. mL a day.
const LEAST_BATHS: i64 = 20_000;

/// A weekend's day is far above a weekday by two fifths and by so much. mL.
const WEEKEND: i64 = 60_000;

/// An hour is a peak with a quarter of the day, and so much. mL.
const PEAK: (u16, i64) = (250, 60_000);

/// What plumbing is planned by for a person in a house: SNI 03-7065-2005, 120 L a day. mL.
const PERSON: i64 = 120_000;

/// Far above that: a quarter.
const PERSON_FAR: i64 = 150_000;

/// What an advice may fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A cistern fills again and again at night.
    NightFills,
    /// Something runs all day.
    SteadyFlow,
    /// A garden is watered at night.
    GardenAtNight,
    /// Much is used while people sleep.
    NightUse,
    /// Showers are longer than before.
    LongerShowers,
    /// The hours of bathing take more than before, and other hours do not.
    BathsRisen,
    /// Much is used in the heat of the day.
    MiddayUse,
    /// Weekends take far more than weekdays.
    WeekendUse,
    /// The whole day takes more than before.
    Risen,
    /// One hour has much of the day.
    PeakHour,
    /// A washing machine runs on most days.
    MachineOften,
    /// Far more by person than a house is planned for.
    PerPerson,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Evidence {
    /// See [`Kind::NightFills`].
    NightFills {
        /// So often in such a night.
        fills: u16,
        /// So much each time.
        each: Millilitres,
        /// In so many nights.
        days: u8,
        /// Of so many that are known.
        among: u8,
    },
    /// See [`Kind::GardenAtNight`].
    GardenAtNight {
        /// In such a night.
        volume: Millilitres,
        /// In so many nights.
        days: u8,
        /// Of so many that are known.
        among: u8,
    },
    /// See [`Kind::LongerShowers`].
    LongerShowers {
        /// The first day of what is new.
        since: LocalDay,
        /// How long a usual shower was, minutes.
        before: u8,
        /// How long it is now, minutes.
        after: u8,
        /// Showers since then.
        showers: u16,
        /// What they use a day.
        volume: Millilitres,
    },
    /// See [`Kind::MachineOften`].
    MachineOften {
        /// Cycles.
        cycles: u16,
        /// In so many days.
        days: u8,
        /// What a cycle uses.
        each: Millilitres,
    },
    /// See [`Kind::SteadyFlow`].
    SteadyFlow {
        /// In each hour, at the least.
        rate: Millilitres,
        /// On so many days.
        days: u8,
        /// Of so many measured ones.
        among: u8,
    },
    /// See [`Kind::NightUse`].
    NightUse {
        /// In such a night, beside what runs all day.
        volume: Millilitres,
        /// In so many nights.
        days: u8,
        /// Of so many measured ones.
        among: u8,
    },
    /// See [`Kind::BathsRisen`].
    BathsRisen {
        /// Since when, and by how much.
        shift: Shift,
    },
    /// See [`Kind::MiddayUse`].
    MiddayUse {
        /// In the hour with most of such a day.
        volume: Millilitres,
        /// On so many days.
        days: u8,
        /// Of so many measured ones.
        among: u8,
    },
    /// See [`Kind::WeekendUse`].
    WeekendUse {
        /// A usual weekday.
        weekday: Millilitres,
        /// A usual day of a weekend.
        weekend: Millilitres,
    },
    /// See [`Kind::Risen`].
    Risen {
        /// Since when, and by how much.
        shift: Shift,
    },
    /// See [`Kind::PeakHour`].
    PeakHour {
        /// The local hour that begins then.
        hour: u8,
        /// What it takes on a day.
        volume: Millilitres,
        /// How much of the day that is, per mille.
        share: u16,
    },
    /// See [`Kind::PerPerson`].
    PerPerson {
        /// A person's day.
        volume: Millilitres,
        /// How many there are.
        persons: u8,
    },
}

impl Evidence {
    /// What an advice is found by.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::NightFills { .. } => Kind::NightFills,
            Self::GardenAtNight { .. } => Kind::GardenAtNight,
            Self::LongerShowers { .. } => Kind::LongerShowers,
            Self::MachineOften { .. } => Kind::MachineOften,
            Self::SteadyFlow { .. } => Kind::SteadyFlow,
            Self::NightUse { .. } => Kind::NightUse,
            Self::BathsRisen { .. } => Kind::BathsRisen,
            Self::MiddayUse { .. } => Kind::MiddayUse,
            Self::WeekendUse { .. } => Kind::WeekendUse,
            Self::Risen { .. } => Kind::Risen,
            Self::PeakHour { .. } => Kind::PeakHour,
            Self::PerPerson { .. } => Kind::PerPerson,
        }
    }

    /// How much water it is about, a day.
    pub fn at_stake(&self) -> Millilitres {
        let volume = match self {
            Self::SteadyFlow { rate, .. } => rate.0 * 24,
            // A night is five hours of 24 in which it does the same.
            Self::NightFills { fills, each, .. } => each.0 * i64::from(*fills) * 24 / 5,
            Self::LongerShowers { before, after, volume, .. } => {
                volume.0 * i64::from(after.saturating_sub(*before)) / i64::from(*after).max(1)
            }
            Self::MachineOften { cycles, days, each } => each.0 * i64::from(*cycles) / i64::from(*days).max(1),
            Self::NightUse { volume, days, among }
            | Self::MiddayUse { volume, days, among }
            | Self::GardenAtNight { volume, days, among } => volume.0 * i64::from(*days) / i64::from(*among).max(1),
            Self::BathsRisen { shift } | Self::Risen { shift } => shift.change().0,
            Self::WeekendUse { weekday, weekend } => (weekend.0 - weekday.0) * 2 / 7,
            Self::PeakHour { volume, .. } => volume.0,
            Self::PerPerson { volume, persons } => (volume.0 - PERSON) * i64::from(*persons),
        };
        ml(volume.max(0))
    }
}

impl Patterns {
    /// What is seen, the surest first. `persons`: how many live there, where somebody said so.
    pub fn evidence(&self, persons: Option<u8>) -> Vec<Evidence> {
        let (whole, by_hours) = (self.whole_days(), self.by_hours());
        let enough = by_hours.len() >= FEWEST;
        let fortnight = if enough { last(&by_hours, FEWEST) } else { &[] };
        // What showers take is not guessed by hours where showers are known.
        let baths = if self.knows_showers() { self.longer_showers() } else { baths_risen(&by_hours) };
        [
            self.night_fills(),
            steady_flow(&by_hours),
            self.garden_at_night(),
            habit(fortnight, Whole::night, NIGHT).map(|(volume, days, among)| Evidence::NightUse { volume, days, among }),
            baths,
            habit(fortnight, |day| MIDDAY.0.map(|hour| day.hour(hour) - day.floor()).max().unwrap_or(0), MIDDAY.1)
                .map(|(volume, days, among)| Evidence::MiddayUse { volume, days, among }),
            weekend_use(&whole),
            newest_rise(&course(&whole, Whole::volume), LEAST_SHIFT).map(|shift| Evidence::Risen { shift }),
            if enough { self.peak_hour() } else { None },
            self.machine_often(),
            per_person(&whole, persons),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn peak_hour(&self) -> Option<Evidence> {
        let peak = self.peaks().into_iter().next()?;
        (peak.share >= PEAK.0 && peak.volume.0 >= PEAK.1).then_some(Evidence::PeakHour {
            hour: peak.hour,
            volume: peak.volume,
            share: peak.share,
        })
    }
}

pub(super) fn count(days: usize) -> u8 {
    u8::try_from(days).unwrap_or(u8::MAX)
}

/// Something runs all day, and still does.
fn steady_flow(days: &[Whole<'_>]) -> Option<Evidence> {
    let (among, least, newest) = RUN_DAYS;
    let floors = each(last(days, among), Whole::floor);
    let mut running: Vec<i64> = floors.iter().copied().filter(|floor| *floor >= RUNS).collect();
    let is_running = running.len() >= least && last(&floors, newest).iter().all(|floor| *floor >= RUNS);
    let (days, among) = (count(running.len()), count(floors.len()));
    let rate = median(&mut running).filter(|_| is_running)?;
    Some(Evidence::SteadyFlow { rate: ml(rate), days, among })
}

/// What comes again and again: the usual volume of the days with `least` and more, how many they are, and of how many.
fn habit<'d>(days: &[Whole<'d>], volume: impl Fn(&Whole<'d>) -> i64, least: i64) -> Option<(Millilitres, u8, u8)> {
    let mut seen: Vec<i64> = each(days, volume).into_iter().filter(|volume| *volume >= least).collect();
    let often = count(seen.len());
    let usual = median(&mut seen).filter(|_| usize::from(often) >= OFTEN)?;
    Some((ml(usual), often, count(days.len())))
}

/// The newest change of a course, if it is a rise of which half and more is still there.
fn newest_rise(course: &[(LocalDay, i64)], least: i64) -> Option<Shift> {
    let shift = shifts(course, least).pop().filter(|shift| shift.change() > Millilitres::ZERO)?;
    let now: Vec<i64> = last(course, FEWEST).iter().map(|(_, volume)| *volume).collect();
    let still = middle(&now)? - shift.before.0;
    (still * 2 >= shift.change().0).then_some(shift)
}

/// The hours of bathing take more, and that is not the whole day: others do not take as much more by their own measure.
fn baths_risen(days: &[Whole<'_>]) -> Option<Evidence> {
    let shift = newest_rise(&course(days, Whole::baths), LEAST_BATHS)?;
    let place = days.partition_point(|day| day.day < shift.since);
    let (before, after) = days.split_at(place);
    let old = middle(&each(last(before, usize::from(shift.days.0)), Whole::others))?;
    let new = middle(&each(&after[..usize::from(shift.days.1).min(after.len())], Whole::others))?;
    // (new − old) / old < change / before, without a fraction, and as large as a factory's.
    let times = |one: i64, other: i64| i128::from(one) * i128::from(other.max(1));
    let is_own = times((new - old).max(0), shift.before.0) < times(shift.change().0, old);
    is_own.then_some(Evidence::BathsRisen { shift })
}

fn weekend_use(whole: &[Whole<'_>]) -> Option<Evidence> {
    let split = split(whole)?;
    let (weekday, weekend) = (split.weekday, split.weekend);
    let is_far = weekend.0 * 5 >= weekday.0 * 7 && weekend.0 - weekday.0 >= WEEKEND;
    is_far.then_some(Evidence::WeekendUse { weekday, weekend })
}

fn per_person(whole: &[Whole<'_>], persons: Option<u8>) -> Option<Evidence> {
    let persons = persons.filter(|persons| *persons > 0)?;
    let volume = ml(usual_day(whole)?.0 / i64::from(persons));
    (volume.0 >= PERSON_FAR).then_some(Evidence::PerPerson { volume, persons })
}
