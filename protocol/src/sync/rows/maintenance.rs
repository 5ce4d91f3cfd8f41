//! Work orders, and people as rows name them.

use domain::maintenance::work_order::{Progress, Window, WorkKind, WorkState};
use domain::{MeterId, UserId, UtcMillis, WorkOrderId};
use serde::{Deserialize, Serialize};

/// Somebody whom a row names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// The name then.
    pub name: String,
}

/// A technician's job at a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrder {
    /// Identifier.
    pub id: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// What is done.
    pub work: WorkKind,
    /// How far it is, as follows from the instants below.
    pub state: WorkState,
    /// From when on it is to be done.
    pub from: UtcMillis,
    /// Until when.
    pub until: UtcMillis,
    /// Who is to do it; anybody of the zone where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<Person>,
    /// What is written about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Who announced it: a name.
    pub author: String,
    /// When it was announced.
    pub at: UtcMillis,
    /// When the work began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<UtcMillis>,
    /// Who said so: a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub begun_by: String,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<UtcMillis>,
    /// Who said so: a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub completed_by: String,
    /// When it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<UtcMillis>,
    /// How long it takes, as its author expects, minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    /// The schedule that announced it: its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schedule: String,
}

impl WorkOrder {
    /// What is known of how far it is.
    pub const fn progress(&self) -> Progress {
        Progress { begun_at: self.begun_at, completed_at: self.completed_at, cancelled_at: self.cancelled_at }
    }

    /// When it is to be done.
    pub const fn window(&self) -> Window {
        Window { from: self.from, until: self.until }
    }
}
