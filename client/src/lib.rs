//! The client: what a device stores, how it exchanges that with the server, and what it answers to screens. Hosts put a bridge before it.
//!
//! `error`, `transport`, `store` and `queries` know nothing of a running client. `core` is what its tasks share; `people`, `field`, `sales`,
//! `revenue`, `metering`, `tips`, `alerts`, `maps`, `imports`, `batches`, `exports`, `reports` and `sync` each add what they do with it, and use
//! only `core` and those before them.
//! `host` knows all of them.

pub mod alerts;
mod batches;
pub mod core;
pub mod error;
pub mod exports;
mod field;
mod host;
pub mod imports;
mod maintenance;
pub mod maps;
mod metering;
mod people;
pub mod queries;
mod reports;
mod revenue;
mod sales;
pub mod store;
mod sync;
mod tips;
pub mod transport;

pub use host::{Client, Config};
