//! Server → admin's client: readings of a meter that do not simply follow the one before, and what a person declares of them.

use crate::core::typed;
use domain::metering::reading::Verdict;
use domain::{MeterId, Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Readings of one answer at most.
pub const UNUSUAL: i64 = 50;

/// Which readings are wanted: those of one meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusualAsked {
    /// Which meter.
    pub meter: MeterId,
}

/// The readings of a meter that do not simply follow the one before, or of which something was declared; the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnusualReadings {
    /// The readings; [`UNUSUAL`] at most.
    pub readings: Vec<UnusualReading>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnusualReading {
    /// When the register was read, UTC ms.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub t: UtcMillis,
    /// The register in millilitres.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub register: Millilitres,
    /// What became of it.
    pub verdict: Verdict,
    /// Somebody read it by eye.
    pub by_eye: bool,
    /// What a person declared of it.
    pub declared: Option<Declared>,
}

/// What a person declares of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Declared {
    /// It is right, whatever contradicts it.
    Right,
    /// It is wrong, and never used.
    Wrong,
}

/// Declare a reading right or wrong, or take that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeclareReading {
    /// Chosen by the screen; the same again changes nothing more.
    pub key: Uuid,
    /// Which meter.
    #[cfg_attr(feature = "schema", schema(value_type = Uuid))]
    pub meter: MeterId,
    /// Which of its readings: the instant at which the register was read, UTC ms.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub t: UtcMillis,
    /// What it is; none takes an earlier declaration back.
    pub declared: Option<Declared>,
    /// Why, for the audit log: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub reason: String,
}
