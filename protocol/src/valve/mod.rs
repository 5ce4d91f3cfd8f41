//! Server → admin's client: orders to meters.

pub mod orders;
