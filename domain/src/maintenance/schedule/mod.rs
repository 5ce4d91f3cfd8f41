//! Schedules: by which rule work at which meters falls due, and on which days it is done. What follows from a rule is days, not instants: each
//! meter's zone makes instants of them.

pub mod due;
pub mod holidays;
pub mod plan;
pub mod preset;
pub mod rule;

#[cfg(test)]
mod tests;
