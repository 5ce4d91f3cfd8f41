//! The SQL of people: users, their sessions and saved views, what admins do about them, and customers.

pub mod customers;
pub mod managed;
pub mod password_codes;
pub mod sessions;
pub mod users;
pub mod views;
