//! Notices of low balances, and their words.

pub mod notice;
pub mod words;
