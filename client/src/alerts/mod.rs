//! Notices of low balances and their words, also for while the app does not run; notifications that were read here, and what their user wants.

pub(crate) mod notice;
mod notifications;
pub mod schedule;
pub mod tray;
pub mod words;
