//! Notices of low balances and their words; notifications that were read here, and what their user wants.

pub(crate) mod notice;
mod notifications;
pub mod words;
