//! What crosses a wire, types only: meter ⇄ server, client ⇄ server, screen ⇄ client.
#![warn(missing_docs)]

pub mod alerts;
pub mod core;
pub mod field;
pub mod maintenance;
pub mod metering;
pub mod people;
pub mod reports;
pub mod revenue;
pub mod sales;
pub mod summary;
pub mod sync;
pub mod ui;
pub mod valve;

pub use core::problem::Problem;
