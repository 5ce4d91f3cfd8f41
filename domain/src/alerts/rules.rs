//! What a utility sets about cases: whether what is found is shown, how bad it counts as, and limits, for all its meters and otherwise for those of
//! one class. A class is a model: what wears out, reports seldom or raises false alarms does so by how a meter is built.

use crate::alerts::case::Cause;
use crate::core::words::words;
use crate::leaks::Severity;
use crate::metering::health::Limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What becomes of a case of a cause.
    Treatment {
        /// It is shown as it was found.
        Usual = "usual",
        /// It is not shown, and nobody is notified of it.
        Off = "off",
        /// It is shown as minor, however bad it was found to be.
        Minor = "minor",
        /// As moderate.
        Moderate = "moderate",
        /// As severe.
        Severe = "severe",
    }
}

impl Treatment {
    /// How bad a case is that was found to be as bad as this; none if it is not shown. What somebody at work caused (`authorised`) is no worse
    /// than it is.
    pub const fn of(self, found: Severity, authorised: bool) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Minor | Self::Moderate | Self::Severe if authorised => Some(found),
            Self::Usual => Some(found),
            Self::Minor => Some(Severity::Minor),
            Self::Moderate => Some(Severity::Moderate),
            Self::Severe => Some(Severity::Severe),
        }
    }
}

/// What is set for a class of meters. Where nothing is set, what is set for all meters holds, and where that says nothing either, what is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    /// What becomes of the cases of each cause.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub treatments: BTreeMap<Cause, Treatment>,
    /// From when on a meter is silent or its battery low.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
}

impl RuleSet {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.treatments.is_empty() && self.limits.is_empty()
    }

    /// What becomes of the cases of a cause.
    pub fn of(&self, cause: Cause) -> Treatment {
        self.treatments.get(&cause).copied().unwrap_or(Treatment::Usual)
    }

    /// These, and where they say nothing those below.
    #[must_use]
    pub fn over(self, below: &Self) -> Self {
        let mut treatments = below.treatments.clone();
        treatments.extend(self.treatments);
        Self { treatments, limits: self.limits.over(below.limits) }
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
