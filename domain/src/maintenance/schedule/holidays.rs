//! Days off: Sundays, Indonesia's national holidays and joint leave by year, and what a utility has set beside them or otherwise.
//!
//! Each year's holidays are the joint decree of three ministers (Agama, Ketenagakerjaan, PANRB). Of a year whose decree is not in this list only
//! those are here that follow from a law or from astronomy, and the year counts as provisional: its other holidays are for the utility to enter.

use crate::LocalDay;
use crate::core::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

words! {
    /// What a day is.
    HolidayKind {
        /// A national holiday.
        National = "national",
        /// Joint leave (`cuti bersama`).
        JointLeave = "joint_leave",
        /// A holiday of this utility or zone.
        Local = "local",
        /// No holiday here, whatever the decree says.
        Working = "working",
    }
}

/// A holiday that this program knows: month, day, name, and whether it is joint leave.
type Known = (i8, i8, &'static str, HolidayKind);

use HolidayKind::{JointLeave, National};

/// Of 2026: joint decree 1497/2025, 2/2025 and 5/2025 of 19 September 2025: 17 national holidays, 8 days of joint leave.
const OF_2026: [Known; 25] = [
    (1, 1, "Tahun Baru 2026", National),
    (1, 16, "Isra Mikraj", National),
    (2, 16, "Cuti bersama Imlek", JointLeave),
    (2, 17, "Tahun Baru Imlek 2577", National),
    (3, 18, "Cuti bersama Nyepi", JointLeave),
    (3, 19, "Nyepi (Saka 1948)", National),
    (3, 20, "Cuti bersama Idulfitri", JointLeave),
    (3, 21, "Idulfitri 1447 H", National),
    (3, 22, "Idulfitri 1447 H", National),
    (3, 23, "Cuti bersama Idulfitri", JointLeave),
    (3, 24, "Cuti bersama Idulfitri", JointLeave),
    (4, 3, "Wafat Yesus Kristus", National),
    (4, 5, "Kebangkitan Yesus Kristus (Paskah)", National),
    (5, 1, "Hari Buruh Internasional", National),
    (5, 14, "Kenaikan Yesus Kristus", National),
    (5, 15, "Cuti bersama Kenaikan Yesus Kristus", JointLeave),
    (5, 27, "Iduladha 1447 H", National),
    (5, 28, "Cuti bersama Iduladha", JointLeave),
    (5, 31, "Waisak 2570", National),
    (6, 1, "Hari Lahir Pancasila", National),
    (6, 16, "1 Muharam 1448 H", National),
    (8, 17, "Proklamasi Kemerdekaan", National),
    (8, 25, "Maulid Nabi Muhammad", National),
    (12, 24, "Cuti bersama Natal", JointLeave),
    (12, 25, "Kelahiran Yesus Kristus (Natal)", National),
];

/// Of 2027 without its decree: fixed dates, what follows from Easter (28 March), and the new moon of Imlek (6 February). The days of the Islamic
/// calendar, Nyepi, Waisak and joint leave are not here: they are as the decree says, and not as somebody computes.
const OF_2027: [Known; 9] = [
    (1, 1, "Tahun Baru 2027", National),
    (2, 6, "Tahun Baru Imlek 2578", National),
    (3, 26, "Wafat Yesus Kristus", National),
    (3, 28, "Kebangkitan Yesus Kristus (Paskah)", National),
    (5, 1, "Hari Buruh Internasional", National),
    (5, 6, "Kenaikan Yesus Kristus", National),
    (6, 1, "Hari Lahir Pancasila", National),
    (8, 17, "Proklamasi Kemerdekaan", National),
    (12, 25, "Kelahiran Yesus Kristus (Natal)", National),
];

/// How sure the holidays of a year are that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Certainty {
    /// All of its decree.
    Decreed,
    /// Some, without its decree.
    Provisional,
    /// None.
    Unknown,
}

/// A holiday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WorkHoliday {
    /// The local day.
    pub day: LocalDay,
    /// What is celebrated.
    pub name: String,
    /// What it is.
    pub kind: HolidayKind,
}

/// The holidays of a year that this program knows, by day, and how sure they are.
pub fn known(year: i16) -> (Certainty, Vec<WorkHoliday>) {
    let (certainty, known): (Certainty, &[Known]) = match year {
        2026 => (Certainty::Decreed, &OF_2026),
        2027 => (Certainty::Provisional, &OF_2027),
        _ => (Certainty::Unknown, &[]),
    };
    let holiday = |(month, day, name, kind): &Known| {
        Some(WorkHoliday { day: LocalDay::from_ymd(year, *month, *day)?, name: (*name).to_owned(), kind: *kind })
    };
    (certainty, known.iter().filter_map(holiday).collect())
}

/// The years of which this program knows holidays.
pub const YEARS: std::ops::RangeInclusive<i16> = 2026..=2027;

/// The day of the week that is off everywhere: Sunday.
const SUNDAY: usize = 6;

/// The days off of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffDays(BTreeSet<LocalDay>);

impl OffDays {
    /// What this program knows, with what was set for the place over it, in its order: of two about one day the later holds.
    pub fn new(set: impl IntoIterator<Item = (LocalDay, HolidayKind)>) -> Self {
        let mut days: BTreeSet<LocalDay> = YEARS.flat_map(|year| known(year).1).map(|holiday| holiday.day).collect();
        for (day, kind) in set {
            if kind == HolidayKind::Working {
                days.remove(&day);
            } else {
                days.insert(day);
            }
        }
        Self(days)
    }

    /// Whether nobody works on a day unless they have to.
    pub fn is_off(&self, day: LocalDay) -> bool {
        day.weekday() == SUNDAY || self.0.contains(&day)
    }
}
