//! Admin's client ⇄ server: orders to meters, valves by hand, one or many at once, and what a utility sets about valves.

pub mod batches;
pub mod orders;
pub mod policy;
