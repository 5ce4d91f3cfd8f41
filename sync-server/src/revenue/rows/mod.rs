//! The tables of revenue.

pub mod customers;
pub mod days;
pub mod facts;
pub mod sums;
pub mod transfers;
