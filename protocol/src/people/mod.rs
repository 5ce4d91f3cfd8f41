//! Client ⇄ server: signing in, and users as admins manage them.

pub mod auth;
pub mod users;
