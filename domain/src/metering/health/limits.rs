//! What a utility sets about the health of meters of a class: from when on one is silent, and from when on its battery is low.

use super::assess::LOW_BATTERY;
use serde::{Deserialize, Serialize};

/// Seconds of silence that can be set: networks and batteries are changed in less, and after a month nobody needs a limit.
pub const SILENCE_S: (u32, u32) = (10 * 60, 30 * 86_400);

/// Levels of a battery that can be set, per cent.
pub const BATTERY: (u8, u8) = (1, 90);

/// Points by which a battery that was low has to be above its limit until it is so no more: a level wavers.
const WELL: u8 = 5;

/// What is set for a class of meters. Where nothing is set, what holds for every meter does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// A meter that is silent for longer than this is silent, whatever is usual of it; seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_s: Option<u32>,
    /// A battery below this is low, per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_battery: Option<u8>,
}

impl Limits {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it can be set.
    pub fn is_possible(&self) -> bool {
        let is_within = |least: u32, most: u32, value: u32| (least..=most).contains(&value);
        self.silence_s.is_none_or(|silence| is_within(SILENCE_S.0, SILENCE_S.1, silence))
            && self.low_battery.is_none_or(|level| is_within(BATTERY.0.into(), BATTERY.1.into(), level.into()))
    }

    /// These, and where they say nothing those below.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self { silence_s: self.silence_s.or(below.silence_s), low_battery: self.low_battery.or(below.low_battery) }
    }

    /// A battery below this is low, per cent.
    pub fn battery(self) -> u8 {
        self.low_battery.unwrap_or(LOW_BATTERY)
    }

    /// A battery that was low is so no more from this on, per cent.
    pub(super) fn battery_well(self) -> u8 {
        self.battery().saturating_add(WELL)
    }
}
