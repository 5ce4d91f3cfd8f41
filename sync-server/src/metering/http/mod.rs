//! Routes by which readings come in, and the live stream.

pub mod ingest;
pub mod live;
pub mod readings;
pub mod refusals;
