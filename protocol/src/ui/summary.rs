//! Ringkasan, as far as a device knows it from its own rows. The rest is the server's ([`crate::summary::DaySummary`]).

use crate::ui::FleetCounts;
use domain::leaks::Severity;
use serde::{Deserialize, Serialize};

/// What this device's rows say of a utility now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All of its meters.
    pub fleet: FleetCounts,
    /// Cases that somebody has to look into still.
    pub cases: CaseCounts,
    /// Fields that two people changed, and that wait for a decision.
    pub conflicts: u32,
}

/// Open cases by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCounts {
    /// Severe ones.
    pub severe: u32,
    /// Moderate ones.
    pub moderate: u32,
    /// Minor ones.
    pub minor: u32,
}

impl CaseCounts {
    /// How many there are of a severity.
    pub const fn of(self, severity: Severity) -> u32 {
        match severity {
            Severity::Severe => self.severe,
            Severity::Moderate => self.moderate,
            Severity::Minor => self.minor,
        }
    }
}
