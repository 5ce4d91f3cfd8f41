//! Client ⇄ server: `/sync/v1` (sync.md), the pulling half: hello, pull, snapshot, manifest, wake.

use crate::sync::rows::EntityCode;
use domain::UtcMillis;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;

/// The version of this protocol.
pub const PROTOCOL: u16 = 1;

/// The most changes one pull answers with, and the most rows of a snapshot's page.
pub const PAGE: usize = 2_000;

/// Bytes that an answer's rows have at most where the device asks for no other frame; one row is sent however large it is.
pub const FRAME: u32 = 256 * 1024;

/// The smallest frame a device asks for, where larger ones do not get through.
pub const SMALLEST_FRAME: u32 = 4 * 1024;

/// What a row counts in a frame besides its body: its names, places in the log, and punctuation.
pub const ROW_BYTES: usize = 200;

/// Rows that one chunk of a manifest stands for.
pub const CHUNK: usize = 512;

/// Chunks of one manifest's answer.
pub const CHUNKS: usize = 512;

/// A set of rows that is authorised as a whole, such as `customer:{uuid}`, `zone:{uuid}`, `admin` and `public`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Bucket(pub String);

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a device is in a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cursor {
    /// Which bucket.
    pub bucket: Bucket,
    /// Which epoch of the bucket; a server restored from a backup begins a new one.
    pub epoch: u64,
    /// The last change taken.
    pub seq: u64,
}

/// Where a bucket is on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Head {
    /// Which bucket.
    pub bucket: Bucket,
    /// Which epoch of it.
    pub epoch: u64,
    /// Its last change.
    pub seq: u64,
    /// Sum of xxh3-128(entity, id, rev) mod 2¹²⁸ over its live rows, 32 hex digits.
    pub state_hash: StateHash,
}

/// The hash of a bucket's live rows: a sum, so it is kept up to date by what changes, and compaction does not change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct StateHash(pub u128);

impl Serialize for StateHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for StateHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Kind {
    /// It is there, with this body.
    Put,
    /// It is gone from this bucket.
    Remove,
}

/// One change of one row in one bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// Which bucket.
    pub bucket: Bucket,
    /// Its place in the bucket's log.
    pub seq: u64,
    /// What kind of row. One that a device does not know counts in the bucket's hash like any other.
    pub entity: EntityCode,
    /// Which row.
    pub id: String,
    /// The row's revision.
    pub rev: u64,
    /// Put or removed.
    pub kind: Kind,
    /// The body, for [`Kind::Put`]; kept as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub body: Option<Box<RawValue>>,
}

/// `POST /sync/v1/hello`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Hello {
    /// The newest protocol the device speaks.
    pub protocol: u16,
    /// The app's version.
    pub app: String,
}

/// Answer to hello.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Welcome {
    /// Oldest and newest protocol the server speaks.
    pub protocol: (u16, u16),
    /// The server's clock.
    pub server_time: UtcMillis,
    /// The most changes a pull answers with.
    pub page: u32,
    /// The utility's name, as it stands on a receipt.
    #[serde(default)]
    pub utility: String,
}

/// `POST /sync/v1/pull`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pull {
    /// What the device holds.
    pub cursors: Vec<Cursor>,
    /// Bytes of bodies to answer with at most; [`FRAME`] if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
}

/// Answer to a pull, all from one snapshot of the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pulled {
    /// Changes in order of seq within each bucket.
    pub changes: Vec<Change>,
    /// Buckets to take by snapshot: new ones, those of a new epoch, those whose cursor is older than the log.
    pub add: Vec<Head>,
    /// Buckets that the device may hold no longer.
    pub drop: Vec<Bucket>,
    /// Where each of the device's buckets is.
    pub heads: Vec<Head>,
    /// Whether there are more changes at once.
    pub more: bool,
    /// The server's clock.
    pub server_time: UtcMillis,
}

/// `GET /sync/v1/snapshot/{bucket}?after=…`: a page of live rows by key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Page {
    /// The rows; `seq` is each row's own.
    pub rows: Vec<Change>,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// The bucket when this page was read. The log from the *first* page's head brings what changed meanwhile.
    pub head: Head,
}

/// Which part of a bucket: behind one key, up to another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Behind this key; from the beginning if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Up to this key and with it; to the end if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Bytes of bodies to answer with at most; [`FRAME`] if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
}

/// Hashes of a run of a bucket's rows, in order of key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Chunk {
    /// The run's last key; it begins behind the last key of the one before.
    pub until: String,
    /// Sum of the rows' hashes, as in [`Head::state_hash`].
    pub hash: StateHash,
}

/// `GET /sync/v1/manifest/{bucket}?after=…`: what a bucket holds, by hash, so that only the runs that differ are taken again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// Runs of [`CHUNK`] rows, the last one of what is left.
    pub chunks: Vec<Chunk>,
    /// Where to go on; `None` on the last page, and then nothing is behind the last chunk.
    pub next: Option<String>,
    /// The bucket when this was read.
    pub head: Head,
}

/// A message of `GET /sync/v1/wake`; it may be lost.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Wake {
    /// Which bucket has advanced.
    pub bucket: Bucket,
    /// Up to where.
    pub seq: u64,
}
