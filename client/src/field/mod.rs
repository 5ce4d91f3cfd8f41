//! Photos of field records: uploaded and fetched.

pub(crate) mod blobs;
