//! The SQL of the field: field records, and which pictures there are.

pub mod blobs;
pub mod records;
pub mod swaps;
