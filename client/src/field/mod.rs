//! Pictures on their way to the server.

pub(crate) mod blobs;
