//! Admin's client ⇄ server: orders to meters, valves by hand, and what a utility sets about valves.

pub mod orders;
pub mod policy;
