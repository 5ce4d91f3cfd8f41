//! The demo's plan: what its other programs have to know of it. `simulators demo` writes it.

use crate::meters::leaks::{Leak, Profile};
use crate::meters::property::Property;
use domain::people::ConnectionKind;
use domain::{LocalDay, MeterId, Serial, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::net::SocketAddr;
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
    /// Where the demo controls of the running simulator are. Of one that has ended it stays until the next is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controls: Option<Controls>,
}

/// The door of the demo controls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// Loopback.
    pub address: SocketAddr,
    /// What everybody who wants in has to bring.
    pub token: String,
}

impl Controls {
    /// The address that opens the page in a browser.
    pub fn url(&self) -> String {
        format!("http://{}/open?token={}", self.address, self.token)
    }
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
    /// Name of the customer; empty in the plan of an older demo.
    #[serde(default)]
    pub customer: String,
    /// A leak that it has since some time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leak: Option<PlannedLeak>,
}

/// A leak of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedLeak {
    /// How it runs.
    pub profile: Profile,
    /// Its rate, mL/h.
    pub rate: i64,
    /// Since when.
    pub since: UtcMillis,
}

impl PlannedMeter {
    /// Its use, the `index`-th of the plan, with its leak.
    ///
    /// # Errors
    /// The real data is damaged.
    pub fn property(&self, index: usize, since: UtcMillis) -> Result<Property, csv::Error> {
        let property = Property::new(index as u64, self.kind, self.time_zone, self.first_day(since))?;
        Ok(match self.leak {
            Some(leak) => property.with_leak(leak.since, Leak::new(leak.profile, leak.rate, index as u64)),
            None => property,
        })
    }

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

    /// Writes the plan, whole or not at all, so that only this user can read it.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn write(&self, file: &Path) -> std::io::Result<()> {
        let new = file.with_extension("new");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&new)?.write_all(&serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(new, file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_of_an_older_demo_is_read_and_what_is_new_survives_writing() {
        let meter = r#"{"id":"0192f0c1-2d3e-7f00-8000-000000000001","serial":"WM-1","secret":"s","kind":"residential","time_zone":"Asia/Jakarta","interval_s":60}"#;
        let older = format!(r#"{{"password":"p","gateway":["g","s"],"since":5,"meters":[{meter}]}}"#);
        let mut plan: Plan = serde_json::from_str(&older).expect("reads");
        assert_eq!((plan.meters[0].customer.as_str(), &plan.controls), ("", &None));
        let controls = Controls { address: "127.0.0.1:9".parse().expect("an address"), token: "t".into() };
        plan.controls = Some(controls.clone());
        let again: Plan = serde_json::from_slice(&serde_json::to_vec(&plan).expect("JSON")).expect("reads");
        assert_eq!(again.controls, Some(controls.clone()));
        assert_eq!(controls.url(), "http://127.0.0.1:9/open?token=t");
    }
}
