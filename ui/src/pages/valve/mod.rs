//! Valves: those that admins open and close by hand, and what the utility sets about them.

pub mod by_hand;
mod closing;
mod holidays;
mod lending;
pub mod supply;
