//! The client: what a device knows, how it gets there, and what it answers to screens. Hosts put a bridge in front of it.

pub mod alerts;
mod core;
pub mod error;
mod field;
mod host;
mod metering;
pub mod people;
pub mod queries;
mod response_cache;
mod sales;
pub mod store;
mod sync;
pub mod transport;

pub use host::{Client, Config};
