//! How pressing work is, and within which hours it is to be begun and done. Whether that was kept, [`crate::maintenance::service_level`] says.

use crate::core::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// How pressing work is.
    #[derive(Default)]
    Priority {
        /// It can wait.
        Low = "low",
        /// As work usually is.
        #[default]
        Normal = "normal",
        /// Before other work.
        High = "high",
        /// Before all other work.
        Urgent = "urgent",
    }
}

impl Priority {
    /// Whether work is as pressing as it usually is.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Hours of a target at most: a year.
pub const LONGEST_TARGET_H: u16 = 366 * 24;

/// Within how many hours work of a priority is begun and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Hours until somebody is there.
    pub response_h: u16,
    /// Hours until it is done.
    pub repair_h: u16,
}

impl Targets {
    /// Whether they can be kept at all: an hour at least, and it is not done before somebody is there.
    pub const fn is_possible(self) -> bool {
        self.response_h >= 1 && self.response_h <= self.repair_h && self.repair_h <= LONGEST_TARGET_H
    }
}

/// The targets of each priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLevels {
    /// Of [`Priority::Low`].
    pub low: Targets,
    /// Of [`Priority::Normal`].
    pub normal: Targets,
    /// Of [`Priority::High`].
    pub high: Targets,
    /// Of [`Priority::Urgent`].
    pub urgent: Targets,
}

impl Default for ServiceLevels {
    /// As long as a utility sets none: urgent work within two hours and done the same day, usual work the next day and done within three, what
    /// can wait within three days and done within two weeks.
    fn default() -> Self {
        let targets = |response_h, repair_h| Targets { response_h, repair_h };
        Self { low: targets(72, 336), normal: targets(24, 72), high: targets(8, 24), urgent: targets(2, 8) }
    }
}

impl ServiceLevels {
    /// Those of a priority.
    pub const fn of(&self, priority: Priority) -> Targets {
        match priority {
            Priority::Low => self.low,
            Priority::Normal => self.normal,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }
}

#[cfg(test)]
#[path = "priority_tests.rs"]
mod tests;
