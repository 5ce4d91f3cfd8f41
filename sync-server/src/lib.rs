//! IndoWater's server: takes in what meters say, keeps it, and tells devices. One binary, one SQLite file.

pub mod alerts;
pub mod billing;
pub mod cases;
pub mod check;
pub mod cli;
pub mod config;
pub mod core;
pub mod error;
pub mod field;
pub mod jobs;
pub mod maintenance;
pub mod metering;
pub mod people;
pub mod pipeline;
pub mod reports;
pub mod revenue;
pub mod router;
pub mod sales;
pub mod server;
pub mod state;
pub mod summary;
pub mod sync;
pub mod valve;
