//! Admin's client ⇄ server: valves that are opened or closed for many meters at once: what that would do, what became of it, and taking back
//! what no meter was sent yet.

use crate::core::typed;
use crate::metering::messages::OrderAction;
use domain::valve::batch::{ItemState, NoOrder};
use domain::{MeterId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Batches of one answer at most.
pub const BATCHES: i64 = 10;

/// Meters that are named of each group at most.
pub const NAMED: usize = 5;

/// Groups of meters that ended in the same way, of one batch, at most: a meter's own words are among what tells them apart.
pub const ENDINGS: usize = 24;

/// What an order to many meters would do. Nothing is ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderPreviewRequest {
    /// Which meters; one that is named twice counts once.
    pub meters: Vec<MeterId>,
    /// `open_valve` or `close_valve`.
    #[serde(rename = "do")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub action: OrderAction,
    /// Whether a reason will be given to close valves in protected hours all the same.
    #[serde(default)]
    pub despite: bool,
}

/// What it would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderPreview {
    /// Meters that were named.
    pub selected: u32,
    /// Those that get an order; the number that the one who orders has to type.
    pub can: u32,
    /// Of these, the valves that are reported to be as they are wanted: the order holds them so.
    #[serde(default)]
    pub already: u32,
    /// The first of those that get an order.
    pub examples: Vec<NamedMeter>,
    /// Those that get none, by the reason.
    pub refused: Vec<RefusedMeters>,
    /// Orders that go out in a minute at most.
    pub per_minute: u32,
    /// Meters of the utility that wait for their turn already.
    pub waiting: u32,
}

/// A meter by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NamedMeter {
    /// Which.
    pub id: MeterId,
    /// Its serial number.
    pub serial: String,
}

/// Meters that get no order for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefusedMeters {
    /// Why.
    pub why: NoOrder,
    /// How many.
    pub count: u32,
    /// The first of them; none of those that the utility does not have.
    pub examples: Vec<NamedMeter>,
}

/// Opens or closes the valves of many meters. The same `key` happens once, and is the batch's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewOrderBatch {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which meters.
    pub meters: Vec<MeterId>,
    /// `open_valve` or `close_valve`.
    #[serde(rename = "do")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub action: OrderAction,
    /// Why: 3 to 200 characters.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
    /// Why they are closed in protected hours all the same: 3 to 200 characters, or empty where they are not.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "typed::line")]
    pub despite_protected: String,
    /// [`OrderPreview::can`], as whoever orders has typed it: refused with `confirmed` if it is another number by now.
    #[serde(default)]
    pub confirmed: u32,
}

/// Withdraws what of a batch no meter was sent yet. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderBatchWithdrawal {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which batch.
    pub of: Uuid,
}

/// The newest batches of a utility.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderBatches {
    /// The newest first; [`BATCHES`] at most.
    pub batches: Vec<OrderBatch>,
    /// Orders that go out in a minute at most.
    pub per_minute: u32,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderBatch {
    /// Its identifier.
    pub id: Uuid,
    /// What the meters are to do.
    #[serde(rename = "do")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub action: OrderAction,
    /// Why.
    pub reason: String,
    /// Why in protected hours.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub despite_protected: String,
    /// Name of who began it.
    pub who: String,
    /// When.
    pub made_at: UtcMillis,
    /// How many meters are how far; a state in which none is, is left out.
    pub counts: Vec<StateCount>,
    /// Meters that ended otherwise than done, by how; the largest groups first, [`ENDINGS`] at most.
    pub endings: Vec<Ending>,
}

impl OrderBatch {
    /// How many meters are in a state.
    pub fn count(&self, state: ItemState) -> u32 {
        self.counts.iter().find(|one| one.state == state).map_or(0, |one| one.count)
    }

    /// How many meters it is about.
    pub fn total(&self) -> u32 {
        self.counts.iter().map(|one| one.count).sum()
    }

    /// Whether something can still become of it.
    pub fn is_open(&self) -> bool {
        self.counts.iter().any(|one| one.count > 0 && one.state.is_open())
    }
}

/// How many meters are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StateCount {
    /// Which state.
    pub state: ItemState,
    /// How many.
    pub count: u32,
}

/// Meters that ended in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ending {
    /// `failed`, `expired`, `refused` or `withdrawn`.
    pub state: ItemState,
    /// Why: the word of a refusal, how the order ended, or the meters' own words.
    pub why: String,
    /// How many.
    pub count: u32,
    /// The first of them.
    pub examples: Vec<NamedMeter>,
}
