//! What neighbours of a connection used in a month.

use domain::metering::neighbours::Middle;
use domain::{ConnectionId, LocalMonth};
use serde::{Deserialize, Serialize};

/// What connections of the same zone and class used in a local month: a group of ten customers and more, which names none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeighbourMonth {
    /// To which connection it is shown.
    pub connection: ConnectionId,
    /// Which month, in the connection's zone.
    pub month: LocalMonth,
    /// People in the households of the group; `None`: all connections of the zone and class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_size: Option<u8>,
    /// Connections in the group.
    pub homes: u32,
    /// What they used.
    #[serde(flatten)]
    pub middle: Middle,
}
