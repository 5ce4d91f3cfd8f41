//! What can be wrong with a meter, by name and with its figures.

use crate::meters::leaks::Profile;
use serde::{Deserialize, Serialize};

/// A kind of fault, as it is asked for and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Kind {
    /// A leak: a toilet's flapper that does not close.
    Flapper,
    /// A leak: a tap or a joint that drips.
    Drip,
    /// A leak: a burst pipe or hose.
    Burst,
    /// A leak that grows from nothing.
    SlowRise,
    /// A garden watered by a timer: it looks like a leak and is none.
    Irrigation,
    /// The cover is opened, the meter tilted, a magnet held to it; then it is silent.
    Tamper,
    /// The battery falls until the meter stops.
    LowBattery,
    /// It reports nothing.
    Silence,
    /// Its clock goes forward or back.
    ClockJump,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Flapper,
        Self::Drip,
        Self::Burst,
        Self::SlowRise,
        Self::Irrigation,
        Self::Tamper,
        Self::LowBattery,
        Self::Silence,
        Self::ClockJump,
    ];

    /// The kind as it is sent and typed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flapper => "flapper",
            Self::Drip => "drip",
            Self::Burst => "burst",
            Self::SlowRise => "slow_rise",
            Self::Irrigation => "irrigation",
            Self::Tamper => "tamper",
            Self::LowBattery => "low_battery",
            Self::Silence => "silence",
            Self::ClockJump => "clock_jump",
        }
    }

    /// How the water of this kind runs, and its rate in L/h if nobody says another; `None` where no water runs.
    pub const fn water(self) -> Option<(Profile, i64)> {
        match self {
            Self::Flapper => Some((Profile::Toilet, 15)),
            Self::Drip => Some((Profile::Steady, 4)),
            Self::Burst => Some((Profile::Burst, 1_200)),
            Self::SlowRise => Some((Profile::SlowRise, 40)),
            Self::Irrigation => Some((Profile::Irrigation, 300)),
            Self::Tamper | Self::LowBattery | Self::Silence | Self::ClockJump => None,
        }
    }

    /// Seconds that it takes to come to its full effect if nobody says otherwise; `None` where it has that at once.
    pub const fn over_s(self) -> Option<i64> {
        match self {
            Self::SlowRise => Some(2 * 3_600),
            Self::LowBattery => Some(30 * 60),
            _ => None,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A fault with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Water runs besides what the property uses.
    Water {
        /// How it runs.
        profile: Profile,
        /// Full rate, L/h.
        rate_lph: i64,
        /// Seconds in which a slow rise comes to that.
        over_s: i64,
    },
    /// As [`Kind::Tamper`].
    Tamper,
    /// The battery is empty after so many seconds.
    LowBattery {
        /// Seconds.
        over_s: i64,
    },
    /// As [`Kind::Silence`].
    Silence,
    /// The clock is off.
    ClockJump {
        /// Seconds, forward; back if negative.
        by_s: i64,
    },
}

impl Fault {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Water { profile: Profile::Toilet, .. } => Kind::Flapper,
            Self::Water { profile: Profile::Steady, .. } => Kind::Drip,
            Self::Water { profile: Profile::Burst, .. } => Kind::Burst,
            Self::Water { profile: Profile::SlowRise, .. } => Kind::SlowRise,
            Self::Water { profile: Profile::Irrigation, .. } => Kind::Irrigation,
            Self::Tamper => Kind::Tamper,
            Self::LowBattery { .. } => Kind::LowBattery,
            Self::Silence => Kind::Silence,
            Self::ClockJump { .. } => Kind::ClockJump,
        }
    }
}
