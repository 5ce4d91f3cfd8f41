//! A supply point and its meter, as many screens need them.

use crate::metering::live::Frame;
use domain::metering::live::LastContact;
use domain::metering::meter::Valve;
use domain::{ConnectionId, Flow, MeterId, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// A supply point in a list of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRef {
    /// Which.
    pub connection: ConnectionId,
    /// What its customer calls it.
    pub label: String,
    /// Street address.
    pub address: String,
    /// Serial of its meter.
    pub serial: Option<String>,
    /// Its zone's time.
    pub time_zone: TimeZone,
}

/// A meter's latest, as the live widget needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterNow {
    /// Which.
    pub id: MeterId,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// Time of its latest reading; `None` if it has never reported.
    pub t: Option<UtcMillis>,
    /// Flow then; `None` where it could not be believed.
    pub flow: Option<Flow>,
    /// Valve.
    pub valve: Valve,
    /// Whether its last will was the last message.
    pub said_offline: bool,
}

impl MeterNow {
    /// As the domain judges it.
    pub fn last_contact(&self) -> Option<LastContact> {
        self.t.map(|t| LastContact { t, flow: self.flow })
    }

    /// This value with a newer frame, or as it is if the frame is older.
    pub fn with(self, frame: &Frame) -> Self {
        if frame.meter != self.id || self.t.is_some_and(|t| t > frame.t) {
            return self;
        }
        Self { t: Some(frame.t), flow: frame.flow, valve: frame.valve, said_offline: frame.said_offline, ..self }
    }
}
