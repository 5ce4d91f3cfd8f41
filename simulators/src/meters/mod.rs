//! Simulated meters: how much water flows at a property, and how its meter reports that.

pub mod live;
pub mod property;
