//! The SQL of people: users, their sessions, and customers.

pub mod customers;
pub mod sessions;
pub mod users;
