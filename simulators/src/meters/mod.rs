//! Simulated meters: how much water flows at a property, and how its meter reports that.

pub mod dice;
pub mod households;
pub mod leaks;
pub mod live;
pub mod property;
