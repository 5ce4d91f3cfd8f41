//! Admin's client ⇄ server: opening balances that wait for a second admin, what became of those of an import, and how much one admin books alone.

use crate::core::typed;
use domain::billing::opening::OpeningLimits;
use domain::{ConnectionId, CustomerId, OpeningId, Rupiah, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Opening balances of one import that are listed one by one.
pub const LISTED: usize = 50;

/// The opening balances of an import that wait for a second admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitingOpenings {
    /// The import.
    pub import: Uuid,
    /// The name of its file.
    pub source: String,
    /// Who imported it, and cannot approve it.
    pub asked_by: UserId,
    /// Their name.
    pub asked_by_name: String,
    /// When the server received the first of the import.
    pub asked_at: UtcMillis,
    /// How many wait.
    pub count: i64,
    /// The sum of those above zero.
    pub given: Rupiah,
    /// The sum of those below zero.
    pub owed: Rupiah,
    /// The place of the newest: a decision about all says up to where its author has seen them.
    pub up_to: i64,
    /// The largest of them, by amount without its sign; [`LISTED`] at most.
    pub rows: Vec<WaitingOpening>,
}

/// An opening balance that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitingOpening {
    /// Its identifier.
    pub id: OpeningId,
    /// Whose.
    pub customer: CustomerId,
    /// For which connection.
    pub connection: ConnectionId,
    /// Customer and connection, in words.
    pub whose: String,
    /// The balance; below zero it is owed.
    pub amount: Rupiah,
    /// Its row in the sheet.
    pub row: u32,
}

/// Approves or declines opening balances that another admin has imported: one, or all of an import. The same `key` happens once. Of all, some
/// hundreds are decided at a time: the same is sent again as long as [`OpeningsDecided::left`] is above zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpeningDecision {
    /// Chosen by who asks.
    pub key: Uuid,
    /// The import.
    pub import: Uuid,
    /// Which of its balances; all that wait if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<OpeningId>,
    /// Of all: up to this place, [`WaitingOpenings::up_to`]. What came later was not seen, and waits on.
    #[serde(default)]
    pub up_to: i64,
    /// Whether they are booked.
    pub approve: bool,
    /// Why: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub note: String,
}

/// How far a decision has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpeningsDecided {
    /// Decided by this request.
    pub decided: i64,
    /// Left to decide: the same request goes on with them.
    pub left: i64,
}

/// Of which import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningsAsked {
    /// The import.
    pub import: Uuid,
}

/// What became of the opening balances of an import that the server has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpeningsOfImport {
    /// In the ledger.
    pub booked: OpeningSum,
    /// Waiting for a second admin.
    pub waiting: OpeningSum,
    /// Declined.
    pub declined: OpeningSum,
    /// Taken back.
    pub taken_back: OpeningSum,
}

/// How many, and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpeningSum {
    /// How many.
    pub count: i64,
    /// Their sum, with signs.
    pub amount: Rupiah,
}

/// Sets how much one admin books alone. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpeningLimitsRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// The limits.
    pub limits: OpeningLimits,
}
