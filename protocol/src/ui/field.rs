//! What people wrote down about a meter, and pictures.

use crate::core::problem::Code;
use crate::sync::rows::{ManualReading, MeterSwap, Note};
use domain::metering::meter::Capability;
use domain::{BlobId, Millilitres, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A note or a reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRecord<T> {
    /// The row, as the server has it or as it was made here.
    pub row: T,
    /// Whether the server has not answered yet.
    pub waiting: bool,
}

/// What people wrote down about a meter, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRecords {
    /// Notes.
    pub notes: Vec<FieldRecord<Note>>,
    /// Manual readings.
    pub readings: Vec<FieldRecord<ManualReading>>,
    /// Swaps by which this meter was put up or taken down.
    pub swaps: Vec<FieldRecord<MeterSwap>>,
    /// What the meter can register.
    pub capability: Capability,
    /// The last register known on this device, from whichever source, and its time.
    pub last: Option<(UtcMillis, Millilitres)>,
    /// The last one that the meter itself has sent.
    pub reported: Option<(UtcMillis, Millilitres)>,
    /// Its zone's time.
    pub time_zone: TimeZone,
}

/// A picture, as a page can show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureData {
    /// Its media type.
    pub mime: String,
    /// Its bytes.
    pub base64: String,
}

/// A photo that the server has refused for good. Its operation waits for its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedPhoto {
    /// The operation that names it.
    pub op: Uuid,
    /// Which.
    pub photo: BlobId,
    /// Why.
    pub code: Code,
}

/// Photos that the server has refused, and what is done about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "photos")]
pub enum PhotosRequest {
    /// Which there are.
    Refused,
    /// Send those of an operation again.
    Again {
        /// Which operation.
        op: Uuid,
    },
    /// Send an operation without them.
    Without {
        /// Which operation.
        op: Uuid,
    },
}

impl PhotosRequest {
    /// Whether it does something.
    pub const fn is_act(&self) -> bool {
        !matches!(self, Self::Refused)
    }
}
