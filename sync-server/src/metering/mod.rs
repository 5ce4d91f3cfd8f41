//! Metering: meters and supply points, readings taken in, sums of use, live values, and the change rows that follow.

pub mod fleet;
pub mod http;
pub mod ingest;
pub mod install;
pub mod intake;
pub mod live;
pub mod moves;
pub mod publish;
pub mod readings;
pub mod telemetry;
pub mod usage;
