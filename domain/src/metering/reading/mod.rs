//! Readings: from what a meter says to what was used.
//!
//! The usage of a meter is a function of the *set* of its readings, never of the order in which they came. `link` says how one reading
//! can follow another; `story` chooses which are kept; `walk` takes a meter's readings in order of time and names each one; `rollup`
//! spreads what was used over local days and hours; `absorb` brings new readings into a stored set and says what changes.

pub mod absorb;
mod link;
pub mod rollup;
mod story;
mod walk;

pub use absorb::{Absorbed, Arrival, Stored, absorb};
pub use rollup::DayUse;
pub use story::Rules;

use crate::{ConnectionId, Flow, Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};

/// A reading may be ahead of the server's clock by this much before its time is not believed.
pub const CLOCK_TOLERANCE_MS: i64 = 5 * 60_000;

/// No meter of ours reported before 2020-01-01T00:00Z; an earlier time is a clock that lost its battery.
pub const EARLIEST: UtcMillis = UtcMillis(1_577_836_800_000);

/// A silence of more than this is a gap: its volume is known, its course within is not.
pub const GAP_MS: i64 = 6 * 3_600_000;

/// One value of a register, as far as usage is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When the meter read it.
    pub t: UtcMillis,
    /// The cumulative register.
    pub register: Millilitres,
    /// The connection at which the meter was installed at `t`, if any.
    pub connection: Option<ConnectionId>,
    /// Whether its time can be believed; judged once, when it arrives.
    pub clock: ClockState,
    /// How much it weighs against others that it contradicts.
    pub trust: Trust,
}

impl Point {
    /// Of two registers for one instant, whether this one stands: the more trusted; of two alike, the lower.
    pub fn outweighs(&self, other: &Self) -> bool {
        (self.trust, std::cmp::Reverse(self.register)) > (other.trust, std::cmp::Reverse(other.register))
    }
}

/// How much a reading weighs against others that it contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// Somebody read the register by eye, or a camera did: a digit may be wrong.
    ByEye,
    /// The meter sent it.
    Meter,
    /// A person looked into it and declared it right: it is always kept.
    DeclaredRight,
    /// A person looked into it and declared it wrong: it is never used.
    DeclaredWrong,
}

/// Whether a reading's time can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// It can.
    Believed,
    /// It is in the server's future or before any meter was made.
    Wrong,
}

impl ClockState {
    /// Judges the time of a reading against the instant at which it came.
    pub fn judge(t: UtcMillis, received: UtcMillis) -> Self {
        if t < EARLIEST || t > received.plus(CLOCK_TOLERANCE_MS) { Self::Wrong } else { Self::Believed }
    }
}

/// What became of a reading. The number is what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[repr(u8)]
pub enum Verdict {
    /// The first of its meter at its connection: it sets the start and is no usage.
    First = 0,
    /// Follows the reading before it.
    Accepted = 1,
    /// Follows it across the register's return to zero.
    RolledOver = 2,
    /// Follows it after a silence of more than [`GAP_MS`].
    AfterGap = 3,
    /// The register was set anew, as three readings that agree with it say; the jump is no usage.
    Restarted = 4,
    /// Readings contradicted one another for too long: the walk begins anew at this one; the jump is no usage.
    BegunAnew = 5,
    /// Follows the reading before it, but more trusted ones contradict it; not used.
    Contradicted = 15,
    /// The register went backwards; not used.
    Negative = 16,
    /// More than the meter can physically pass; not used.
    Impossible = 17,
    /// Its time cannot be believed; not used.
    ClockWrong = 18,
    /// The meter was installed nowhere; not used.
    NotInstalled = 19,
    /// A person declared it wrong; not used.
    DeclaredWrong = 20,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 12] = [
        Self::First,
        Self::Accepted,
        Self::RolledOver,
        Self::AfterGap,
        Self::Restarted,
        Self::BegunAnew,
        Self::Contradicted,
        Self::Negative,
        Self::Impossible,
        Self::ClockWrong,
        Self::NotInstalled,
        Self::DeclaredWrong,
    ];

    /// Whether the reading is one that later ones are measured from.
    pub const fn settles(self) -> bool {
        self.is_ordinary() || matches!(self, Self::First | Self::Restarted | Self::BegunAnew)
    }

    /// Whether the reading simply follows the one before it.
    pub const fn is_ordinary(self) -> bool {
        matches!(self, Self::Accepted | Self::RolledOver | Self::AfterGap)
    }

    /// The verdict of a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| *verdict as u8 == code)
    }

    /// A name for metrics and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Accepted => "accepted",
            Self::RolledOver => "rolled_over",
            Self::AfterGap => "after_gap",
            Self::Restarted => "restarted",
            Self::BegunAnew => "begun_anew",
            Self::Contradicted => "contradicted",
            Self::Negative => "negative",
            Self::Impossible => "impossible",
            Self::ClockWrong => "clock_wrong",
            Self::NotInstalled => "not_installed",
            Self::DeclaredWrong => "declared_wrong",
        }
    }
}

/// Whether a meter can report such a flow at all: not negative, and not above twice its overload flow.
pub fn flow_is_plausible(flow: Flow, capability: &crate::metering::meter::Capability) -> bool {
    (0..=capability.q4().0 * 2).contains(&flow.0)
}
