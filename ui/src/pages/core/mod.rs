//! Audit, and the kit.

pub mod audit;
pub mod kit;
