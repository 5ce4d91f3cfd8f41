//! What is kept of a meter from its reports.

use super::assess::Condition;
use super::battery::Battery;
use super::silence::Silences;
use super::stamps::Stamps;
use crate::UtcMillis;
use crate::leaks::packed::{Packed, packed};
use crate::metering::reading::ClockState;

/// The form in which it is stored; another is not read, and begins anew.
const FORM: u8 = 1;

/// A reading as its meter's health is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// When the meter read it, by its own clock.
    pub t: UtcMillis,
    /// When it was received.
    pub received: UtcMillis,
    /// Battery, per cent.
    pub battery: Option<i16>,
}

/// What is kept of a meter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    battery: Battery,
    silences: Silences,
    stamps: Stamps,
}
packed!(Observed { battery, silences, stamps });

impl Observed {
    /// Takes up a reading. What was received together may come in any order and twice.
    pub fn absorb(&mut self, report: &Report) {
        self.stamps.absorb(report.t, report.received);
        // A level of a clock that cannot be right belongs to no week.
        if let Some(level) = report.battery
            && ClockState::judge(report.t, report.received) == ClockState::Believed
        {
            self.battery.absorb(report.t, level);
        }
    }

    /// Something was received of the meter, and the last time before it then.
    pub fn receive(&mut self, before: UtcMillis, received: UtcMillis) {
        self.silences.absorb(before, received);
    }

    /// The end of the hour in which something was received last; none before the first time.
    pub fn received_until(&self) -> Option<UtcMillis> {
        self.stamps.received_until()
    }

    /// What follows from it; the rest is as in `beside`.
    #[must_use]
    pub fn condition(&self, beside: Condition) -> Condition {
        Condition {
            usual_silence_s: self.silences.usual_s(),
            battery: self.battery.level(),
            empty_at: self.battery.empty_at(),
            skew_ms: self.stamps.skew_ms(),
            ..beside
        }
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        self.pack(&mut bytes);
        bytes
    }

    /// From what was stored; none of another form.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (form, mut rest) = bytes.split_first()?;
        if *form != FORM {
            return None;
        }
        Self::unpack(&mut rest).filter(|_| rest.is_empty())
    }
}
