//! The demo's plan: what its other programs have to know of it. `simulators demo` writes it.

use domain::people::ConnectionKind;
use domain::{LocalDay, MeterId, Serial, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What `demo.json` holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The password of the demo's accounts.
    pub password: String,
    /// Name and secret of the meter gateway that may send for every meter.
    pub gateway: (String, String),
    /// Since when the meters are installed.
    pub since: UtcMillis,
    /// The meters.
    pub meters: Vec<PlannedMeter>,
}

/// One of its meters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlannedMeter {
    /// Its identifier.
    pub id: MeterId,
    /// Serial number, and user name on MQTT.
    pub serial: Serial,
    /// Password on MQTT.
    pub secret: String,
    /// What kind of property it measures.
    pub kind: ConnectionKind,
    /// Time zone of the property.
    pub time_zone: TimeZone,
    /// Seconds between its reports.
    pub interval_s: u32,
}

impl PlannedMeter {
    /// The first whole local day of a meter installed at `since`.
    pub fn first_day(&self, since: UtcMillis) -> LocalDay {
        self.time_zone.day_of(since).plus(1)
    }
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// The file is not there, or is no plan.
    pub fn read(file: &Path) -> std::io::Result<Self> {
        serde_json::from_slice(&std::fs::read(file)?).map_err(std::io::Error::other)
    }
}
