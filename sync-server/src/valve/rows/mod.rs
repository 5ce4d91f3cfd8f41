//! The SQL of valves: meter orders, one or many at once, the state of charged connections, and what utilities set.

pub mod batches;
pub mod by_hand;
pub mod orders;
pub mod pending;
pub mod policy;
pub mod supply;
