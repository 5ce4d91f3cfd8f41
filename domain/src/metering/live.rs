//! The live value of a meter: zero, none, old and invalid are four different pictures (product.md 1a).

use crate::metering::meter::Connectivity;
use crate::{Flow, UtcMillis};
use serde::{Deserialize, Serialize};

/// What the live widget shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Picture {
    /// The meter has never reported.
    None,
    /// Its last report is longer ago than twice its interval: the water stands still and the time is shown.
    Old,
    /// It reports, and its value cannot be right.
    Invalid,
    /// It reports, and nothing flows.
    Zero,
    /// Water flows.
    Flowing {
        /// How fast the water moves on the screen.
        band: Band,
    },
}

/// Five bands of flow, each with a speed of its own on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Up to 1 L/min: a dripping tap, a filling cistern.
    Trickle,
    /// Up to 4 L/min: a washbasin.
    Low,
    /// Up to 10 L/min: a shower.
    Middle,
    /// Up to 25 L/min: several taps.
    High,
    /// More.
    Strong,
}

impl Band {
    /// The band of a flow; zero and less have none.
    pub fn of(flow: Flow) -> Option<Self> {
        match flow.0 {
            ..=0 => None,
            1..=1_000 => Some(Self::Trickle),
            1_001..=4_000 => Some(Self::Low),
            4_001..=10_000 => Some(Self::Middle),
            10_001..=25_000 => Some(Self::High),
            _ => Some(Self::Strong),
        }
    }

    /// The band's number, 1 to 5.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// The last report of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastContact {
    /// When the meter read it.
    pub t: UtcMillis,
    /// Flow now; `None` where it could not be believed.
    pub flow: Option<Flow>,
}

/// Judges what to show at `now`.
pub fn picture(contact: Option<LastContact>, interval_s: u32, now: UtcMillis) -> Picture {
    let Some(contact) = contact else { return Picture::None };
    if Connectivity::judge(Some(contact.t), interval_s, false, now) != Connectivity::Online {
        return Picture::Old;
    }
    match contact.flow {
        None => Picture::Invalid,
        Some(flow) => Band::of(flow).map_or(Picture::Zero, |band| Picture::Flowing { band }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_pictures_are_four() {
        let now = UtcMillis(1_000_000);
        let reported = |ago_s: i64, flow| Some(LastContact { t: now.plus(-ago_s * 1_000), flow });
        assert_eq!(picture(None, 60, now), Picture::None);
        assert_eq!(picture(reported(121, Some(Flow(9))), 60, now), Picture::Old);
        assert_eq!(picture(reported(5, None), 60, now), Picture::Invalid);
        assert_eq!(picture(reported(5, Some(Flow(0))), 60, now), Picture::Zero);
        assert_eq!(picture(reported(5, Some(Flow(6_200))), 60, now), Picture::Flowing { band: Band::Middle });
    }
}
