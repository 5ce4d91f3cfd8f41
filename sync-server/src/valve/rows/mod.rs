//! The SQL of valves: meter orders, the state of charged connections, and what utilities set.

pub mod by_hand;
pub mod orders;
pub mod pending;
pub mod policy;
pub mod supply;
