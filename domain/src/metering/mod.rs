//! Meters and what they report: capabilities, readings and their sums, live values, the usage baseline.

pub mod hourly_use;
pub mod live;
pub mod meter;
pub mod reading;
pub mod usage_baseline;
