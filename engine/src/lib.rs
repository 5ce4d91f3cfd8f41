//! The sync engine, for both ends, without I/O: what a device requests next, and what a bucket's state hashes to.
#![warn(missing_docs)]

pub mod device;
pub mod frame;
pub mod overlay;
pub mod pace;
pub mod pull;
mod template;
mod tip;
pub mod view;
mod visit;
mod work;

use protocol::sync::rows::EntityCode;
use xxhash_rust::xxh3::Xxh3;

/// The hash of one live row; a bucket's state is the sum of these mod 2¹²⁸ (sync.md, Integrity).
pub fn row_hash(entity: impl Into<EntityCode>, id: &str, rev: u64) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&[entity.into().0]);
    hasher.update(id.as_bytes());
    hasher.update(&rev.to_le_bytes());
    hasher.digest128()
}

#[cfg(test)]
mod tests {
    use super::{EntityCode, row_hash};

    /// The example of docs/PROTOCOL.md, by another program: the C library of xxHash.
    #[test]
    fn a_row_hashes_as_the_protocol_says() {
        let day = row_hash(EntityCode(6), "01890000-0000-7000-8000-000000000001/20780", 7);
        let customer = row_hash(EntityCode(2), "01890000-0000-7000-8000-000000000002", 1);
        let hex = |hash: u128| format!("{hash:032x}");
        assert_eq!(hex(day), "2e876f35e5615c3d35dac79b948776db");
        assert_eq!(hex(day.wrapping_add(customer)), "a2552c5e344e09619613f442b6f427b5");
    }
}
