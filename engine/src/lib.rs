//! The sync machine, both ends, without I/O: what a device asks next, and what a bucket's state hashes to.
#![warn(missing_docs)]

pub mod device;
pub mod frame;
pub mod overlay;
pub mod pace;
pub mod pull;

use protocol::rows::EntityCode;
use xxhash_rust::xxh3::Xxh3;

/// The hash of one live row; a bucket's state is the sum of these mod 2¹²⁸ (sync.md, Integrity).
pub fn row_hash(entity: impl Into<EntityCode>, id: &str, rev: u64) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&[entity.into().0]);
    hasher.update(id.as_bytes());
    hasher.update(&rev.to_le_bytes());
    hasher.digest128()
}
