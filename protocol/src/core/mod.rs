//! What every wire uses: problems, and the audit log.

pub mod audit;
pub mod problem;
pub mod typed;
