//! Maintenance: work orders, from their announcement until they are done or cancelled.
//!
//! What they authorise is judged by whoever looks into a meter's events (`cases`), which comes behind this.

pub mod check;
pub mod orders;
pub mod rows;
