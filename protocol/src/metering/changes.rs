//! Admin's client ⇄ server: a meter that is put up at a connection, that takes the place of another one, or that is taken down.

use crate::core::typed;
use domain::{ConnectionId, MeterId, Millilitres, Serial, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Registers a meter at a connection that has none. The same `key` happens once, and is the meter's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterRegistration {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Where.
    pub connection: ConnectionId,
    /// Its serial number, which no other meter has.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub serial: Serial,
    /// Maker's model: 64 characters at most, or empty.
    #[serde(default, deserialize_with = "typed::line")]
    pub model: String,
    /// What it shows when it begins to count, mL: use is counted from there.
    #[serde(default)]
    pub first_register: Millilitres,
    /// When it begins to count; without it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
}

/// Puts another meter in the place of one. The same `key` happens once, and is the new meter's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterReplacement {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which meter is taken down.
    pub meter: MeterId,
    /// What it shows last, mL; without it nothing is counted behind its last reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_register: Option<Millilitres>,
    /// The new meter's serial number, which no other meter has.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub serial: Serial,
    /// Its model, as with [`MeterRegistration`].
    #[serde(default, deserialize_with = "typed::line")]
    pub model: String,
    /// What it shows when it begins to count, mL.
    #[serde(default)]
    pub first_register: Millilitres,
    /// When the one stops and the other begins; without it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
    /// Why: 3 to 200 characters.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
}

/// Takes a meter out of service. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterRetirement {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which meter.
    pub meter: MeterId,
    /// What it shows last, as with [`MeterReplacement`]; not of a meter that is installed nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_register: Option<Millilitres>,
    /// When it stops; without it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
    /// Why: 3 to 200 characters.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterChanged {
    /// The meter that counts from then on; after a retirement the one that does not any more.
    pub meter: MeterId,
}
