//! Routes by which readings come in, the live stream, what admins do with meters, zones and their water balances.

pub mod changes;
pub mod credentials;
pub mod ingest;
pub mod live;
pub mod readings;
pub mod refusals;
pub mod zone_balance;
pub mod zones;
