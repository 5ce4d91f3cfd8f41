//! Pages about people: signing in, one's account and profile, customers.

pub mod account;
pub mod customers;
pub mod profile;
pub mod records;
pub mod sign_in;
