//! Valves: when one opens or closes, by the balance or by hand, one or many at once, the states of an order to a meter, what else is
//! asked of a meter, and what a utility sets about it.

pub mod batch;
pub mod by_hand;
pub mod decision;
pub mod order;
pub mod policy;
pub mod task;
