//! Meters and what they report: capabilities, readings and their sums, live values, the usage baseline, windows of days beside each other, and how
//! healthy a meter is.

pub mod compare;
pub mod health;
pub mod hourly_use;
pub mod live;
pub mod meter;
pub mod reading;
pub mod usage_baseline;
