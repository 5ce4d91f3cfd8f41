//! What the rules find: cases with their evidence.

use crate::core::words::words;
use crate::{Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};

/// A rule. The number is its place in the state and what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Rule {
    /// The meter does not stand still any more.
    ContinuousFlow = 0,
    /// Much water for half an hour without a pause, as this meter never had it.
    Burst = 1,
    /// More flows at night, at the least, than in this meter's other nights.
    NightFlow = 2,
    /// What flows at night at the least rises from week to week.
    GradualRise = 3,
    /// Days with far more than the days before.
    DayAboveNorm = 4,
    /// The same small volume again and again, as a cistern with a leaking flapper is refilled.
    ToiletRefills = 5,
    /// Water flows although the valve is closed.
    ClosedValve = 6,
    /// The register stands still where water is usually used.
    StuckAtZero = 7,
}

impl Rule {
    /// All rules, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::ContinuousFlow,
        Self::Burst,
        Self::NightFlow,
        Self::GradualRise,
        Self::DayAboveNorm,
        Self::ToiletRefills,
        Self::ClosedValve,
        Self::StuckAtZero,
    ];

    /// Whether the rule judges the flow that goes on beneath use. One leak may satisfy all of these, and is one case.
    pub const fn is_floor(self) -> bool {
        matches!(self, Self::ContinuousFlow | Self::NightFlow | Self::GradualRise | Self::ToiletRefills)
    }

    /// Its place in arrays.
    pub(super) const fn place(self) -> usize {
        self as usize
    }
}

words! {
    /// How bad a case is.
    Severity {
        /// A dripping tap.
        Minor = "minor",
        /// As much as one or more people use.
        Moderate = "moderate",
        /// It has to be stopped now.
        Severe = "severe",
    }
}

/// From 10 L/h on, 240 L a day, a leak takes about what two people use (WHO: 100 to 120 L a person and day). mL/h.
const MODERATE: u32 = 10_000;

/// From 100 L/h on it takes more than a large family. mL/h.
const SEVERE: u32 = 100_000;

/// What has run away before a drip counts as moderate: a cubic metre. mL.
const MUCH: u32 = 1_000_000;

impl Severity {
    /// By rate in mL/h and by what was lost so far in mL. A meter that stands still loses nothing and is minor.
    pub(super) fn judge(rate: u32, loss: u32) -> Self {
        match rate {
            SEVERE.. => Self::Severe,
            MODERATE.. => Self::Moderate,
            _ if loss >= MUCH => Self::Moderate,
            _ => Self::Minor,
        }
    }
}

/// The figures that a rule decided by, in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Evidence {
    /// For [`Rule::ContinuousFlow`].
    ContinuousFlow {
        /// The meter has not stood still for so many seconds on end …
        dry_s: u32,
        /// … for so many seconds.
        for_s: u32,
        /// On so many of a million days it did not, as its history says.
        usual_ppm: u32,
        /// Whether this is the early notice, from fine data, before a whole day has passed.
        early: bool,
    },
    /// For [`Rule::Burst`].
    Burst {
        /// The least flow, in mL/h …
        floor: u32,
        /// … of so many seconds.
        for_s: u32,
    },
    /// For [`Rule::NightFlow`]: flows in mL/h.
    NightFlow {
        /// The least flow of last night.
        least: u32,
        /// The highest least flow of the nights before.
        usual: u32,
    },
    /// For [`Rule::GradualRise`]: flows in mL/h.
    GradualRise {
        /// Of the last nights.
        now: u32,
        /// Of the month before.
        before: u32,
        /// For so many nights on end.
        nights: u8,
    },
    /// For [`Rule::DayAboveNorm`]: volumes in mL.
    DayAboveNorm {
        /// Of the day.
        day: i64,
        /// The mean of 30 days.
        norm: i64,
        /// For so many days on end.
        days: u8,
    },
    /// For [`Rule::ToiletRefills`].
    ToiletRefills {
        /// So many refills alike.
        refills: u8,
        /// Each of so many mL …
        each: u32,
        /// … every so many seconds.
        every_s: u32,
    },
    /// For [`Rule::ClosedValve`].
    ClosedValve {
        /// Flowed at the least while the valve was closed, in mL …
        at_least: u32,
        /// … in so many seconds.
        for_s: u32,
    },
    /// For [`Rule::StuckAtZero`].
    StuckAtZero {
        /// The register has stood still for so many seconds.
        for_s: u32,
        /// The longest that it stood still before, in whole days.
        usual_days: u8,
        /// The mean day, in mL.
        norm: i64,
    },
}

impl Evidence {
    /// For how many seconds what the rule judges had gone on; none where it counts otherwise.
    pub const fn for_s(&self) -> Option<u32> {
        match self {
            Self::ContinuousFlow { for_s, .. }
            | Self::Burst { for_s, .. }
            | Self::ClosedValve { for_s, .. }
            | Self::StuckAtZero { for_s, .. } => Some(*for_s),
            Self::NightFlow { .. } | Self::GradualRise { .. } | Self::DayAboveNorm { .. } | Self::ToiletRefills { .. } => None,
        }
    }
}

/// A case as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The rule; with `start` it names the case.
    pub rule: Rule,
    /// How bad it is.
    pub severity: Severity,
    /// When it began, as far as the readings say; to the second.
    pub start: UtcMillis,
    /// About how much runs away, in mL/h.
    pub rate: u32,
    /// What has run away so far: never more than what the meter counted. For [`Rule::StuckAtZero`] nothing.
    pub loss: Millilitres,
    /// What the rule decided by.
    pub evidence: Evidence,
}

/// What changed of a case, and when: the end of the interval that changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// A case was found.
    Opened {
        /// The instant.
        at: UtcMillis,
        /// The case.
        case: Case,
    },
    /// It became more severe, or what was lost has doubled.
    Updated {
        /// The instant.
        at: UtcMillis,
        /// The case.
        case: Case,
    },
    /// It is over by itself, or was declared normal.
    Cleared {
        /// The instant.
        at: UtcMillis,
        /// The case, as it last was.
        case: Case,
    },
}

impl Change {
    /// The case.
    pub const fn case(&self) -> &Case {
        match self {
            Self::Opened { case, .. } | Self::Updated { case, .. } | Self::Cleared { case, .. } => case,
        }
    }

    /// When it changed.
    pub const fn at(&self) -> UtcMillis {
        match self {
            Self::Opened { at, .. } | Self::Updated { at, .. } | Self::Cleared { at, .. } => *at,
        }
    }
}
