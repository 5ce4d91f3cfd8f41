//! Routes by which readings come in, the live stream, and zones.

pub mod ingest;
pub mod live;
pub mod readings;
pub mod refusals;
pub mod zones;
