//! Sync: what devices pull, and the operations that they push.

pub mod apply;
pub mod bodies;
pub mod evidence;
pub mod http;
pub mod operations;
pub mod pull;
