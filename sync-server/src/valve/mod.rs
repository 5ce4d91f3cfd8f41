//! Valves: what a balance makes of a valve, and the orders that are sent to meters.

pub mod check;
pub mod decision;
pub mod evaluation;
pub mod http;
pub mod order_list;
pub mod orders;
pub mod pending_orders;
pub mod policy;
