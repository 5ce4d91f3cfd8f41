//! Field work: notes, manual readings and the pictures that belong to them.

pub mod blob_files;
pub mod blobs;
pub mod http;
pub mod records;
pub mod rows;
