//! Client → server: `POST /sync/v1/push` (sync.md). An envelope carries an operation with what makes it safe to send again.

pub use crate::sync::operation::{Keep, OPERATION_VERSION, Operation};

use domain::UtcMillis;
use domain::field::device_clock::{DeviceClock, Stamp};
use domain::sync::edit::Conflict;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Operations one push may carry.
pub const MAX_OPS: usize = 2_000;

/// Bytes of one operation at most.
pub const MAX_OPERATION: usize = 16 * 1024;

/// An operation on its way to the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OperationEnvelope {
    /// Chosen before it is first sent; whatever is sent again under it has one effect.
    pub id: Uuid,
    /// Its place in the device's outbox.
    pub seq: u64,
    /// Its lane.
    pub lane: String,
    /// The operation on whose effect it builds: if that is refused, so is this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
    /// The version of the operation.
    pub v: u16,
    /// The operation.
    #[serde(rename = "command")]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub operation: Box<RawValue>,
    /// When its author did it, by the device's clock: evidence, not order.
    pub occurred_at: UtcMillis,
    /// What the device knew about that clock then; none from a device that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<DeviceClock>,
}

impl OperationEnvelope {
    /// When its author did it, with what the device knew about its clock.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: self.occurred_at, clock: self.clock.unwrap_or_default() }
    }
}

/// `POST /sync/v1/push`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Push {
    /// The outbox, of one account on one device.
    pub outbox: Uuid,
    /// The epoch of the server's data that the device knows; `None` before its first pull. In another one none is applied: what the server
    /// has lost is sent again first, or an older edit would come behind a newer one.
    #[serde(rename = "life", default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// The device's clock at the moment of sending: it tells how long ago the operations of the same run were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Stamp>,
    /// In order of `seq`; [`MAX_OPS`] at most.
    pub ops: Vec<OperationEnvelope>,
}

impl Push {
    /// Whether it may be applied to data in this epoch.
    pub fn is_for(&self, epoch: u64) -> bool {
        self.epoch.is_none_or(|known| known == epoch)
    }
}

/// Answer to a push.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pushed {
    /// One for each operation, in the order sent; none if the server's data is in another epoch than the push was for.
    pub results: Vec<OperationResult>,
    /// The server's clock.
    pub server_time: UtcMillis,
    /// Which epoch of its data they were applied to: an answer of an earlier epoch than a device knows by now came late, and is ignored.
    #[serde(default)]
    pub epoch: u64,
}

/// `POST /sync/v1/evidence`: what a device holds whose session was ended remotely, in parts. A refresh token of that session is sent as
/// `Authorization: Bearer`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The token once more, for servers that read it here; others do not look at it.
    #[serde(default)]
    pub refresh_token: String,
    /// What was not applied, in order of `seq`; [`MAX_OPS`] at most, each of [`MAX_OPERATION`] bytes at most.
    pub ops: Vec<OperationEnvelope>,
    /// Whether another part follows. After the last one nothing more is taken from this session.
    #[serde(default)]
    pub more: bool,
}

/// Answer to evidence.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvidenceTaken {
    /// Operations that are kept for review.
    pub kept: u32,
}

/// The result of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OperationResult {
    /// Which.
    pub id: Uuid,
    /// Whether it was there already; the outcome is then the first one.
    #[serde(default)]
    pub duplicate: bool,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The outcome of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Outcome {
    /// It has had its effect.
    Applied {
        /// Fields that keep the value that somebody else set; they are in the author's inbox.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schema(value_type = Vec<Object>))]
        conflicts: Vec<Conflict<String>>,
    },
    /// It has none, and will have none under this id.
    Rejected {
        /// Why.
        code: Rejection,
        /// The field that it is about, where it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
        /// The value of the row, where somebody else changed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
        conflict: Option<Box<Conflict<String>>>,
    },
    /// Nothing is decided yet: send it again.
    RetryAfter {
        /// Seconds to wait.
        seconds: u32,
    },
    /// An outcome that a newer server knows: as good as none yet.
    #[serde(other)]
    Unknown,
}

/// Why an operation has no effect. Only these are final; whatever else goes wrong on the way is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Rejection {
    /// A field's value is not allowed.
    Invalid,
    /// The role or the scope does not allow it.
    Denied,
    /// What it changes does not exist, or is not in the author's scope; the answer does not show which.
    NotFound,
    /// Somebody else changed a field of which the first value stays.
    Conflict,
    /// The operation that it builds on was refused.
    BuildsOnRefused,
    /// It is not an operation that this server knows.
    Unreadable,
    /// Another operation was sent under this id before.
    IdReused,
    /// It made the server panic three times, and is kept for whoever repairs it.
    Quarantined,
    /// Another record has its number already.
    Taken,
    /// Something has happened to it since, so that it cannot be taken back.
    InUse,
    /// It was made so long ago that the server no longer keeps whether it was applied already.
    TooOld,
    /// A reason that a newer server knows.
    #[serde(other)]
    Unknown,
}
