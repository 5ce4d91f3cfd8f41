//! The client: what a device knows, how it gets there, and what it answers to screens. Hosts put a bridge in front of it.

mod account;
mod audit;
mod blobs;
mod editing;
pub mod error;
mod evidence;
mod host;
mod live;
mod money;
pub mod notice;
mod office;
mod push;
pub mod queries;
pub mod session;
pub mod store;
mod sync;
mod told;
pub mod transport;
mod wake;
pub mod words;

pub use host::{Client, Config};
