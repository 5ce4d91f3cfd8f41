//! Meters and what they report: capabilities, readings and their sums, live values, the usage baseline, how healthy a meter is, and
//! the balance of a zone.

pub mod health;
pub mod hourly_use;
pub mod live;
pub mod meter;
pub mod reading;
pub mod usage_baseline;
pub mod zone_balance;
