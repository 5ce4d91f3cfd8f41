//! Notices of low balances, and their words.

pub(crate) mod notice;
pub mod words;
