//! Metering: connections, meters and their installations, readings taken in, sums of use, live values, and the change rows that follow.

pub mod changes;
pub mod check;
pub mod credentials;
pub mod draws;
pub mod fleet;
pub mod http;
pub mod inflows;
pub mod ingest;
pub mod install;
pub mod intake;
pub mod judging;
pub mod live;
pub mod merging;
pub mod meter;
pub mod moves;
pub mod neighbours;
pub mod publish;
pub mod reviews;
pub mod rows;
pub mod summary;
pub mod swaps;
pub mod take_back;
pub mod telemetry;
pub mod tips;
pub mod zone_balance;
pub mod zones;
