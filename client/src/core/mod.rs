//! The audit log, asked of the server.

pub(crate) mod audit;
