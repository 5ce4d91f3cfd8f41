//! What is known of a day's draws, as it is stored and sent.

use super::Cistern;
use crate::Millilitres;
use crate::core::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why nothing can be said of a day's draws.
    Coarse {
        /// Too long from one reading to the next.
        Interval = "interval",
        /// The register steps too far.
        Step = "step",
        /// Readings are missing.
        Gaps = "gaps",
    }
}

/// Draws of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// How many.
    #[serde(rename = "n")]
    pub count: u16,
    /// All of them together.
    #[serde(rename = "ml")]
    pub volume: Millilitres,
    /// How long, all of them together.
    #[serde(rename = "min")]
    pub minutes: u16,
}

impl Use {
    /// Whether there is none.
    pub const fn is_none(&self) -> bool {
        self.count == 0
    }

    /// What one of them uses; `None` if there is none.
    pub fn each(&self) -> Option<Millilitres> {
        (self.count > 0).then(|| Millilitres(self.volume.0 / i64::from(self.count)))
    }

    pub(super) fn add(&mut self, volume: i64, minutes: usize) {
        self.count = self.count.saturating_add(1);
        self.volume += Millilitres(volume);
        self.minutes = self.minutes.saturating_add(u16::try_from(minutes).unwrap_or(u16::MAX));
    }
}

/// What water was drawn for on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Flushes.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub flush: Use,
    /// Showers of 20 L and more.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub shower: Use,
    /// Cycles of a washing machine.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub machine: Use,
    /// A hose: a garden, and whatever else is filled by a steady strong flow.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub garden: Use,
    /// Taps, and all that has no other name.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub tap: Use,
    /// What ran beside all draws.
    pub base: Millilitres,
    /// The cistern, if this day or one before it showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cistern: Option<Cistern>,
    /// How long each shower was, minutes, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub showers: Vec<u8>,
    /// Of the garden's draws those that began between 22.00 and 05.00.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub night_garden: Use,
    /// Draws of one volume between 00.00 and 05.00.
    #[serde(default, skip_serializing_if = "Use::is_none")]
    pub night_fills: Use,
}

/// What is known of a day's draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayDraws {
    /// Nothing can be said.
    Coarse(Coarse),
    /// The readings were fine enough.
    Fine(Found),
}

impl DayDraws {
    /// The draws, if the readings were fine enough.
    pub const fn fine(&self) -> Option<&Found> {
        match self {
            Self::Coarse(_) => None,
            Self::Fine(found) => Some(found),
        }
    }
}
