//! All SQL of cases.

pub mod answers;
pub mod cases;
pub mod events;
pub mod leaks;
pub mod policy;
pub mod treatments;
