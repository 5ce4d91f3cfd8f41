//! People: users and their sessions, customers, profiles, saved views; passwords, tokens, and who is calling.

pub mod accounts;
pub mod auth;
pub mod customers;
pub mod http;
pub mod passwords;
pub mod profiles;
pub mod records;
pub mod rows;
pub mod users;
pub mod views;
