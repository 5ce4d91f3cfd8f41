//! Sync: what devices pull, and the operations that they push.

pub mod apply;
pub mod bodies;
mod conflicts;
pub mod evidence;
pub mod http;
pub mod pull;
pub mod rows;
