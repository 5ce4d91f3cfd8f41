//! The client: what a device knows, how it gets there, and what it answers to screens. Hosts put a bridge in front of it.

pub mod error;
mod host;
mod live;
pub mod queries;
pub mod session;
pub mod store;
mod sync;
pub mod transport;

pub use host::{Client, Config};
