//! What crosses a wire, types only: meter ⇄ server, client ⇄ server, screen ⇄ client.
#![warn(missing_docs)]

pub mod audit;
pub mod auth;
pub mod blob;
pub mod command;
pub mod device;
pub mod live;
pub mod money;
pub mod office;
pub mod problem;
pub mod push;
pub mod rows;
pub mod sync;
pub mod ui;

pub use problem::Problem;
