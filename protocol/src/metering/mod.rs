//! Meter ⇄ server, and the live stream.

pub mod changes;
pub mod credentials;
pub mod live;
pub mod messages;
pub mod refusals;
pub mod reviews;
pub mod tolerant;
pub mod zone_balance;
pub mod zones;
