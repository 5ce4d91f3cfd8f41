//! Routes by which readings come in, the live stream, what admins do with meters, and zones.

pub mod changes;
pub mod ingest;
pub mod live;
pub mod readings;
pub mod refusals;
pub mod zones;
