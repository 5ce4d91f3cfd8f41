//! Work orders as screens show them.

use crate::sync::rows::{VanPart, WorkOrder, WorkRecord, WorkTemplate};
use domain::core::position::Position;
use domain::maintenance::template::Template;
use domain::{TimeZone, WorkOrderId, ZoneId};
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

/// A record of a work order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRecordRow {
    /// As it is.
    pub record: WorkRecord,
    /// Whether it is yet to be sent.
    pub waiting: bool,
}

/// A work order with all that a technician needs at the meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkDetail {
    /// The order.
    pub row: WorkRow,
    /// Whose water the meter counts: a name, where this device holds the customer.
    #[serde(default)]
    pub customer: String,
    /// Their telephone, where this device knows one.
    #[serde(default)]
    pub phone: String,
    /// The version of its checklist; none where the order names none ([`WorkOrder::built_in`] has it then), or this device does not hold it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// What was recorded, in order of time.
    pub records: Vec<WorkRecordRow>,
}

/// A version of a checklist as screens list it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTemplateRow {
    /// As it is.
    pub template: WorkTemplate,
    /// Whether it is yet to be sent.
    pub waiting: bool,
}

/// What of the work of the next days this device holds, and what it holds for the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkReady {
    /// Open orders whose windows open within [`READY_DAYS`].
    pub jobs: u32,
    /// Those of which meter and checklist are on this device as well.
    pub whole: u32,
    /// Pictures that the server does not have yet.
    pub photos: u32,
    /// Their bytes.
    pub bytes: u64,
}

/// Days that a technician works without a network.
pub const READY_DAYS: i64 = 7;

/// What is asked of work, besides what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "work")]
pub enum WorkRequest {
    /// One work order with all that is needed at the meter.
    Order {
        /// Which.
        order: WorkOrderId,
    },
    /// Work of which something should be checked.
    ToReview,
    /// Checklists: each version that this device holds.
    Templates,
    /// What of the work of the next days is on this device.
    Ready,
    /// Spare parts in the van of whoever uses this device.
    Van,
}

/// The answer; the variant is that of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkResponse {
    /// To [`WorkRequest::Order`]; none if this device does not hold it.
    Order(Option<Box<WorkDetail>>),
    /// To [`WorkRequest::ToReview`]: the latest first.
    ToReview(Vec<WorkRow>),
    /// To [`WorkRequest::Templates`]: by template, the newest version first.
    Templates(Vec<WorkTemplateRow>),
    /// To [`WorkRequest::Ready`].
    Ready(WorkReady),
    /// To [`WorkRequest::Van`]: by name, less what waits to be sent.
    Van(Vec<VanPart>),
}
