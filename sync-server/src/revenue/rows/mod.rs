//! The tables of revenue.

pub mod counted;
pub mod customers;
pub mod days;
pub mod sums;
pub mod transfers;
