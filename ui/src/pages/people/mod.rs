//! Pages about people: signing in, one's account and profile, customers, users.

pub mod account;
mod background;
pub mod customers;
pub mod password;
pub mod profile;
pub mod records;
pub mod sign_in;
pub mod users;
