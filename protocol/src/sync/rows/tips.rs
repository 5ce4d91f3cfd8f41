//! What a user says of advice on saving water.

use domain::tips::{TipMarks, TipName};
use domain::{ConnectionId, LocalDay};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a user says of an advice at a connection, under an identifier that follows from the three ([`domain::tips::state_id`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipState {
    /// Identifier.
    pub id: Uuid,
    /// At which connection.
    pub connection: ConnectionId,
    /// Which advice.
    pub tip: TipName,
    /// Since when it is applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<LocalDay>,
    /// Whether it is kept at hand.
    #[serde(default)]
    pub bookmarked: bool,
}

impl TipState {
    /// What holds of it.
    pub const fn marks(&self) -> TipMarks {
        TipMarks { applied: self.applied, bookmarked: self.bookmarked }
    }
}
