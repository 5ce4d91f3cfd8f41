//! The SQL of metering, by what it reads and writes.

pub mod added;
pub mod assignments;
pub mod classes;
pub mod connections;
pub mod credentials;
pub mod draws;
pub mod health;
pub mod inflows;
pub mod installations;
pub mod kept;
pub mod leak_due;
pub mod merging;
pub mod meters;
pub mod mqtt_sessions;
pub mod neighbours;
pub mod readings;
pub mod refusals;
pub mod state;
pub mod tips;
pub mod usage;
pub mod utility;
pub mod zone_balance;
pub mod zones;

#[cfg(test)]
mod tests;
