//! The live stream: `GET /live/v1` (WebSocket). Not stored; a slow reader gets the latest value of each meter and no backlog.

use domain::metering::meter::Valve;
use domain::{ConnectionId, Flow, LocalDay, MeterId, Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};

/// Client to server: replaces what this connection watches. Meters out of scope are left out without a word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Watch {
    /// Which meters; [`MAX_WATCHED`] at most.
    pub meters: Vec<MeterId>,
    /// Those among them that somebody looks at closely, which then report every [`CLOSE_INTERVAL_S`] (product.md 1a); [`MAX_CLOSE`] at most.
    #[serde(default)]
    pub closely: Vec<MeterId>,
}

/// Seconds between the reports of a meter that is watched closely.
pub const CLOSE_INTERVAL_S: u32 = 5;

/// The most meters one connection may watch closely: it costs them battery.
pub const MAX_CLOSE: usize = 4;

/// The most meters one connection may watch.
pub const MAX_WATCHED: usize = 2_000;

/// Server to client: the latest of one meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Frame {
    /// Which meter.
    pub meter: MeterId,
    /// Time of the reading.
    pub t: UtcMillis,
    /// When it came to the server.
    pub received_at: UtcMillis,
    /// Register.
    pub register: Millilitres,
    /// Flow; `None` where it could not be believed.
    pub flow: Option<Flow>,
    /// Valve.
    pub valve: Valve,
    /// Where the meter is installed.
    pub connection: Option<ConnectionId>,
    /// The local day of `t`, and what the connection has used in it.
    pub today: Option<(LocalDay, Millilitres)>,
    /// Whether the meter's last will was its last message.
    pub said_offline: bool,
}
