//! Valves: what a connection's balance makes of its valve, and the orders that are sent to meters.
//!
//! From the bottom up: `rows` (all SQL), `hold` (whether a valve may be closed for want of credit), `orders` (how an order comes and ends, keeping
//! the hold), `decision` (what the balance wants of the valve, and the orders that follow), `evaluation` (levels and posting, with the decision). Beside them: `by_hand` (orders of
//! people), `tasks` (what they ask of a meter that moves no valve), `batches` (the same for many meters at once), `policy` (what a utility sets).

pub mod batches;
pub mod by_hand;
pub mod check;
pub mod decision;
pub mod evaluation;
mod hold;
pub mod http;
pub mod order_list;
pub mod orders;
pub mod policy;
pub mod rows;
pub mod tasks;
