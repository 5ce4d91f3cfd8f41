//! Server → admin's client: what was asked of a meter, by whom and why, and what became of it.

use crate::metering::messages::OrderAction;
use domain::valve::order::OrderState;
use domain::{MeterId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Commands of one answer at most.
pub const COMMANDS: i64 = 50;

/// Which commands are wanted: those of one meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterOrdersRequest {
    /// Which meter.
    pub meter: MeterId,
}

/// Commands of a meter, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterOrderList {
    /// The commands; [`COMMANDS`] at most.
    pub commands: Vec<MeterOrderRow>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterOrderRow {
    /// Its identifier.
    pub id: Uuid,
    /// What the meter is to do: `open_valve`, `close_valve`, `read_now`, `restart` or `set_interval`.
    #[serde(rename = "do")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub action: OrderAction,
    /// `pending`, `sent`, `acknowledged`, `completed`, `failed` or `expired`.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub state: OrderState,
    /// `credit` where the balance wanted it, `person` where `who` did.
    pub cause: String,
    /// Name of who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Why they asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it was asked for.
    pub made_at: UtcMillis,
    /// Until when it is to be carried out.
    pub until: UtcMillis,
    /// When it was handed to the meter's connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<UtcMillis>,
    /// When the meter said that it has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<UtcMillis>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<UtcMillis>,
    /// How it ended: the meter's own words, or `silent`, `withdrawn`, `overtaken`, `replaced`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What the valve was reported to be after that: `agrees` or `contradicts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}
