//! Admin's client ⇄ server: what was asked of a meter, by whom and why, and what became of it; valves that are moved by hand, and what else is
//! asked of a meter.

use crate::core::typed;
use crate::metering::messages::OrderAction;
use domain::valve::by_hand::ByHand;
use domain::valve::order::OrderState;
use domain::{ConnectionId, MeterId, UtcMillis};
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
    /// For `set_interval`: seconds between two reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<u32>,
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
    /// Why they closed a valve in protected hours all the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub despite_protected: String,
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

/// The valve of a meter for an admin: what may be done with it, and what was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterValve {
    /// The orders of the meter, the newest first; [`COMMANDS`] at most.
    pub orders: Vec<MeterOrderRow>,
    /// What people have decided about the valve.
    pub by_hand: ByHand,
    /// Whether it may be closed for want of credit.
    pub for_credit: bool,
    /// Why it cannot be moved by hand: `not_installed` or `no_valve`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// When protected hours end, where it is protected now: until then it is closed by hand only with a reason of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_until: Option<UtcMillis>,
}

/// Opens or closes a valve by hand. The same `key` happens once, and is the order's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ValveRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which meter; without it the one that is installed at `connection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<MeterId>,
    /// Where; with a meter as well it is refused if the meter is somewhere else by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// `open_valve` or `close_valve`.
    #[serde(rename = "do")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub action: OrderAction,
    /// Why: 3 to 200 characters.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
    /// Why it is closed in protected hours all the same: 3 to 200 characters, or empty where it is not.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "typed::line")]
    pub despite_protected: String,
}

/// Asks something of a meter that moves no valve. The same `key` happens once, and is the order's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterTaskRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which meter.
    pub meter: MeterId,
    /// `read_now`, `restart` or `set_interval`.
    #[serde(rename = "do")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub action: OrderAction,
    /// For `set_interval`, and only there: seconds between two reports, 60 to 86,400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<u32>,
    /// Why: 3 to 200 characters.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
}

/// Withdraws an order that a person gave and that no meter was sent yet. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ValveWithdrawal {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which order.
    pub of: Uuid,
}
