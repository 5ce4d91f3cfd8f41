//! What operations about work at meters carry.

use domain::maintenance::priority::Priority;
use domain::maintenance::record::RecordContent;
use domain::maintenance::template::{Template, TemplateVersion};
use domain::maintenance::work_order::DeferReason;
use domain::{MeterId, UtcMillis, WorkOrderId, WorkRecordId};
use serde::{Deserialize, Serialize};

/// That something happened to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkMoment {
    /// Which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When, by the author's clock.
    pub at: UtcMillis,
}

/// That work was put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkDeferral {
    /// Which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When, by the author's clock.
    pub at: UtcMillis,
    /// Why.
    pub reason: DeferReason,
    /// What is written about it; up to 500 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// How pressing work is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkPriorityChange {
    /// Which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// What its author saw: somebody else's word stands.
    pub was: Priority,
    /// What it is to be.
    pub to: Priority,
}

/// Something that was done under a work order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWorkRecord {
    /// Chosen by its author; the row has it.
    pub record: WorkRecordId,
    /// Under which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When it was done, by the author's clock.
    pub at: UtcMillis,
    /// What.
    pub content: RecordContent,
}

/// A version of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWorkTemplate {
    /// Which template, and the version that its author makes: one more than the one that its author saw. Somebody else's of that number stands.
    pub version: TemplateVersion,
    /// What it is.
    pub template: Box<Template>,
}
