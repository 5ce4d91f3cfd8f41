//! IndoWater's server: takes in what meters say, keeps it, and tells devices. One binary, one SQLite file.

pub mod apply;
pub mod auth;
pub mod blobs;
pub mod cli;
pub mod config;
pub mod error;
pub mod ingest;
pub mod jobs;
pub mod live;
pub mod payments;
pub mod provision;
pub mod router;
pub mod routes;
pub mod server;
pub mod state;
pub mod store;
