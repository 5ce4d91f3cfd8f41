//! What neighbours used, as Pemakaian and Bandingkan show it.

use domain::metering::neighbours::Middle;
use domain::{LocalMonth, Millilitres};
use serde::{Deserialize, Serialize};

/// A month of a group of neighbours beside the same month of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Which month.
    pub month: LocalMonth,
    /// People in the households of the group; `None`: all connections of the zone and class.
    pub household_size: Option<u8>,
    /// Connections in the group.
    pub homes: u32,
    /// What they used.
    pub middle: Middle,
    /// What the connection used in the same month; `None` where that was not measured.
    pub own: Option<Millilitres>,
}
