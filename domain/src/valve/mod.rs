//! Valves: when one opens or closes, and the states of an order to a meter.

pub mod decision;
pub mod order;
