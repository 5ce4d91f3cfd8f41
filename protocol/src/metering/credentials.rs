//! Admin's client ⇄ server: what a meter signs in with. Its secret is in one answer only, and the server keeps its hash.

use domain::MeterId;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Asks whether a meter has a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterCredentialAsked {
    /// Which meter.
    pub meter: MeterId,
}

/// Gives a meter a credential, in place of the one before, or takes it away. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterCredentialChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which meter.
    pub meter: MeterId,
    /// What is done.
    pub credential: CredentialDeed,
}

/// What an admin does about a meter's credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CredentialDeed {
    /// Give out a new one. What the meter had before is good for nothing from then on.
    Issue,
    /// Take it away: the meter cannot send any more.
    Revoke,
}

impl CredentialDeed {
    /// Its name in the audit log.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Issue => "issue_credential",
            Self::Revoke => "revoke_credential",
        }
    }
}

/// A meter's credential. Its name is user name over MQTT and HTTP alike, the secret the password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterCredential {
    /// Which meter.
    pub meter: MeterId,
    /// By what it signs in: its serial number.
    pub name: String,
    /// Whether it has a secret.
    pub is_set: bool,
    /// The secret, in the first answer to whoever has it given out, and never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

// By hand: a secret is in no log.
impl fmt::Debug for MeterCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeterCredential").field("meter", &self.meter).field("is_set", &self.is_set).finish_non_exhaustive()
    }
}
