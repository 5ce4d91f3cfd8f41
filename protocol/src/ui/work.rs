//! Work orders as screens show them.

use crate::sync::rows::WorkOrder;
use domain::core::position::Position;
use domain::{TimeZone, ZoneId};
use serde::{Deserialize, Serialize};

/// A work order with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRow {
    /// As it is, with what was done on this device.
    pub order: WorkOrder,
    /// The serial number of its meter, where this device holds that.
    pub serial: String,
    /// The street address of the meter's connection.
    pub address: String,
    /// The zone's time.
    pub time_zone: TimeZone,
    /// The zone of its meter, where this device holds that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// Where its meter is, where this device knows that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether something that was done here is yet to be sent.
    pub waiting: bool,
}
