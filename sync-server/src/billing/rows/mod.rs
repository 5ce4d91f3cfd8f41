//! All SQL of billing: small functions, each named for what it reads or writes. What the values mean is decided in the topic files.

pub mod charging;
pub mod connections;
pub mod credit;
pub mod ledger;
pub mod supply;
pub mod tariffs;
