//! Meters and what they report: capabilities, readings and their sums, live values, the usage baseline, windows of days beside each
//! other, what neighbours use, how healthy a meter is, and the balance of a zone.

pub mod compare;
pub mod health;
pub mod hourly_use;
pub mod live;
pub mod meter;
pub mod neighbours;
pub mod reading;
pub mod usage_baseline;
pub mod zone_balance;
